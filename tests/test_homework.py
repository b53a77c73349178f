"""Only one room knows Beras: no public name of it stands in any other file of the autograder."""

from __future__ import annotations

import re

import pytest

from autograder.homework import contract
from tests.submissions import ROOT

TYPING = {"Callable"}
"""A class of Beras whose name the standard library has too."""

ENGLISH = {"assign", "compile", "evaluate", "fit", "gradient", "inverse", "plain", "forward"}
"""Methods whose names are words: they count only where they are quoted as names."""

MODULES = "|".join(contract.MODULES)
CLASSES = "|".join({name for names in contract.MODULES.values() for name in names} - TYPING)
METHODS = "|".join(contract.CALLED - ENGLISH)
RULES = {
    "a class or a method": re.compile(rf"\b({CLASSES}|{METHODS})\b"),
    "a word that is quoted as a method": re.compile(rf"`(?:\w+\.)?({'|'.join(ENGLISH)})\(?`"),
    "a module": re.compile(rf"([\"'`/])({MODULES})(\1|\.py)|\b({MODULES})\.py\b"),
    "the package": re.compile(rf"([\"'`]){contract.PACKAGE}\1|\b{contract.PACKAGE}/"),
}


def names_in(text: str) -> list[str]:
    return [match[0] for rule in RULES.values() for match in rule.finditer(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a Dense layer", ["Dense"]),
        ("get_input_gradients", ["get_input_gradients"]),
        ("what `fit` saw", ["`fit`"]),
        ('in "layers" and layers.py', ['"layers"', "layers.py"]),
        ("from beras/core.py", ["/core.py", "beras/"]),
        ("Callable[[int], None], re.compile, a model that fits its core", []),
    ],
)
def test_a_name_is_told_from_a_word(text, found):
    assert names_in(text) == found


def test_no_name_of_beras_stands_outside_its_room():
    room = ROOT / "autograder" / "homework"
    paths = [path for path in (ROOT / "autograder").rglob("*.py") if room not in path.parents]
    assert len(paths) > 50
    lines = [
        f"{path.relative_to(ROOT)}:{number}: {', '.join(found)}"
        for path in sorted(paths)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := names_in(line))
    ]
    assert lines == [], "the harness grades any homework; autograder/homework/ alone knows Beras"
