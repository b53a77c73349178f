"""Hints of a homework, as its files have them: for each item four steps, each says a little more.

    ## Line.forward
    ask: The question to ask oneself.
    read: What answers it.
    shapes:
        a picture in text
    example:
        x = [1, 2]
        y = [3, 5]

A line of an example is `name = value`, or a remark in parentheses. Values are tested, so that they
are true.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

STEPS = {
    "ask": "Ask yourself",
    "read": "What answers it",
    "shapes": "The shapes",
    "example": "An example in numbers",
}
"""What each step is called in a file, and before a student."""

NEVER = "never"
"""In place of the day from which a course gives hints."""

_OPENS = re.compile(r'^OPENS = ".*"$', re.MULTILINE)

Hint = Mapping[str, str]
"""The text of each step."""


def read(*files: Path) -> dict[str, Hint]:
    """The hints in these files, by item. Raises ValueError where one lacks a step."""
    hints: dict[str, Hint] = {}
    for file in files:
        for section in file.read_text(encoding="utf-8").split("## ")[1:]:
            name, _, text = section.partition("\n")
            hints[name] = _steps(f"{file.name}: {name}", text)
    return hints


def opened(source: str, day: str) -> str:
    """A module's source, in which `OPENS` is the day from which its hints are open."""
    return _OPENS.sub(f'OPENS = "{day}"', source)


def values(hint: Hint) -> dict[str, object]:
    """The numbers of an example, by name."""
    lines = (line.partition(" = ") for line in hint["example"].splitlines())
    return {name.strip(): ast.literal_eval(value) for name, equals, value in lines if equals}


def renamed(hints: Mapping[str, Hint], names: Mapping[str, str]) -> dict[str, Hint]:
    """The same hints for an edition in which each of `names` is called what it maps to."""

    def other(text: str) -> str:
        for name, new in names.items():
            text = text.replace(name, new)
        return text

    return {
        other(item): {step: other(text) for step, text in hint.items()}
        for item, hint in hints.items()
    }


def _steps(where: str, text: str) -> Hint:
    parts = re.split(rf"^({'|'.join(STEPS)}):[ ]?", text, flags=re.MULTILINE)[1:]
    steps = dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True))
    if tuple(steps) != tuple(STEPS):
        raise ValueError(f"{where} must have the steps {', '.join(STEPS)}, in this order")
    return steps
