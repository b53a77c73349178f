"""Imports point one way: from the commands down to what knows nothing of the rest."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.submissions import ROOT

FLOORS = (
    "__main__",
    "commands",
    "course",
    "homework",
    "audit bundle classroom key",
    "template",
    "grading home",
    "hosting report reference",
    "outcomes project submission",
    "sandbox rubric_table",
    "definition",
    "truth raised shown salt timing hint_text svg",
)
"""The files and folders of autograder/, from the top down; each imports only from lower floors."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms.split()}


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in (ROOT / "autograder").rglob("*.py")}


def named(text: str) -> Iterator[str]:
    """All that a module's text imports by name, wherever the import stands."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported(text: str) -> set[str]:
    """The modules of ours among them: what they name is a module, or stands in one."""
    found = (name if name in MODULES else name.rpartition(".")[0] for name in named(text))
    return {name for name in found if name in MODULES}


IMPORTS = {name: imported(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def room(name: str) -> str:
    """Which file or folder of autograder/ a module is or stands in."""
    return name.removeprefix("autograder").lstrip(".").partition(".")[0]


def test_no_module_imports_from_a_floor_above_its_own():
    assert {room(name) for name in MODULES} - {""} == set(FLOOR), "give each room a floor in FLOORS"
    wrong = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in sorted(others)
        if room(name) != room(other) != "" and FLOOR[room(name)] >= FLOOR[room(other)]
    ]
    assert wrong == [], "imports point down: move what is needed to a lower floor"


def test_no_modules_import_each_other_in_a_circle():
    TopologicalSorter(IMPORTS).prepare()
    with pytest.raises(CycleError):  # a circle would be seen
        TopologicalSorter({**IMPORTS, "autograder.shown": {"autograder.report.console"}}).prepare()


def test_every_way_to_import_counts():
    text = "import autograder.salt\nfrom autograder import shown\ndef f():\n"
    text += "    from autograder.truth.diagnosis import Cause"
    assert imported(text) == {"autograder.salt", "autograder.shown", "autograder.truth.diagnosis"}
