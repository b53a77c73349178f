"""Reads course.toml: every mistake in it is told with its line and what is allowed."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.declared import BY_NAME, SETTINGS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class CourseError(ValueError):
    """What is wrong with a course.toml; a line for each mistake."""


@dataclass(frozen=True)
class Course:
    """What a file sets, by name; `text` is that of the file."""

    path: Path
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """What is in force."""
        return self.values.get(name, BY_NAME[name].default)

    def at(self, *keys: str) -> str:
        """Where something is set, as `file:line`."""
        lines = [line for line, found in _keys(self.text) if found[: len(keys)] == keys]
        return (
            f"{self.path}:{lines[0]}"
            if lines
            else self.at(*keys[:-1])
            if keys
            else f"{self.path}:1"
        )


def read(path: Path) -> Course:
    """The settings of a file. Raises CourseError with all mistakes."""
    try:
        text = path.read_text(encoding="utf-8")
        course = Course(path, text, tomllib.loads(text))
    except OSError as fault:
        raise CourseError(f"{path}: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise CourseError(f"{path}: is not UTF-8.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise CourseError(_unreadable(path, text, str(fault))) from fault
    if wrong := [*_mistakes(course)]:
        raise CourseError("\n".join(wrong))
    return course


def _unreadable(path: Path, text: str, reason: str) -> str:
    place = _PLACE.search(reason)
    line = place[1] if place and place[1] else len(text.splitlines()) or 1
    return f"{path}:{line}: is not TOML: {_PLACE.sub('', reason)}."


def _mistakes(course: Course) -> Iterator[str]:
    for name, value in course.values.items():
        if name not in BY_NAME:
            near = difflib.get_close_matches(name, BY_NAME, 1)
            meant = f"did you mean {near[0]}? " if near else ""
            known = ", ".join(setting.name for setting in SETTINGS)
            yield f"{course.at(name)}: there is no setting {name}; {meant}There are {known}."
        elif not BY_NAME[name].accepts(value):
            yield _refused(course, name, value)


def _refused(course: Course, name: str, value: Any) -> str:
    """A value of the wrong type; in a table, the entry that is."""
    setting, keys, wrong = BY_NAME[name], [name], value
    if isinstance(value, dict) and isinstance(setting.default, dict):
        keys += [next(key for key, entry in value.items() if not setting.accepts({key: entry}))]
        wrong = value[keys[1]]
    shown = " ".join(repr(wrong).split())[:60]
    return f"{course.at(*keys)}: {'.'.join(keys)} is {shown}; allowed is {setting.allowed}."


# ---- which line sets what: a TOML reader does not tell ----


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line of each key and of each table's head, with the names that lead there."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            table = _names(header[1])
            yield number, table
        elif "=" in line:
            yield number, (*table, *_names(line.partition("=")[0]))


def _names(key: str) -> tuple[str, ...]:
    """The parts of a dotted key; none where it is no key."""
    try:
        found: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    names: list[str] = []
    while isinstance(found, dict) and found:
        names += [next(iter(found))]
        found = found[names[-1]]
    return tuple(names)
