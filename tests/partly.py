"""The reference with only some of its marked regions written, as a student's work in progress."""

from __future__ import annotations

import re

from autograder.homework.rubric import RUBRIC
from tests.submissions import REFERENCE

FILES = [*(f"beras/{path.name}" for path in (REFERENCE / "beras").glob("*.py")), "assignment.py"]
MARKED = re.compile(r"( *)# BEGIN SOLUTION(?:: ([^\n]*))?\n(.*?)# END SOLUTION\n", re.DOTALL)


def _labels(text):
    """The item of each region: the one that its mark names, or else its class and method."""
    for match in MARKED.finditer(text):
        before = text[: match.start()]
        method = re.findall(r"def (\w+)\(", before)[-1]
        owner = re.findall(r"^class (\w+)", before, re.MULTILINE)
        yield match[2] or f"{owner[-1]}.{method}"


def _read(name):
    return (REFERENCE / name).read_text(encoding="utf-8")


STEPS = sorted(
    {label for name in FILES for label in _labels(_read(name))},
    key=lambda label: RUBRIC.position[label],
)
"""What a student writes, in roadmap order; each is named for the item that asks for it."""


def written(steps):
    """The reference's files with these steps written and all others to do."""
    return {name: _written(_read(name), set(steps)) for name in FILES}


def _written(text, steps):
    labels = _labels(text)

    def choose(match):
        stub = f'{match[1]}raise NotImplementedError("to do")\n'
        return match[0] if next(labels) in steps else stub

    return MARKED.sub(choose, text)
