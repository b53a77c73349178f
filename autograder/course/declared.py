"""Every setting of a course, declared once: name, type, default, and a sentence on what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from autograder.homework import catalogue

VISIBILITY = ("visible", "after_due_date", "after_published", "hidden")
EVERYTHING = "everything"
ADDRESS = re.compile(r"https?://[^\s()<>]+")
TEXT = re.compile(r"[^\[\]\n]+")


@dataclass(frozen=True)
class Setting:
    """One setting. `allowed` is its type in words, `accepts` tells whether a value is of it.

    `usual` is the default in words, where it is no value of its own.
    """

    name: str
    allowed: str
    accepts: Callable[[Any], bool]
    default: Any
    sentence: str
    usual: str = ""


def one_of(*words: str) -> tuple[str, Callable[[Any], bool]]:
    """The type of one word out of some."""
    return " or ".join(f'"{word}"' for word in words), lambda value: value in words


def number(least: float, most: float) -> tuple[str, Callable[[Any], bool]]:
    """The type of numbers within bounds."""
    return f"a number from {least:g} to {most:g}", lambda value: _is_number(value, least, most)


TRUTH = ("true or false", lambda value: isinstance(value, bool))


def is_worth(value: Any) -> bool:
    """Whether it can be the points of an item, or those for shape and for value."""
    return is_pair(value) or _is_points(value)


def is_pair(value: Any) -> bool:
    """Whether it is points for shape and points for value."""
    return isinstance(value, list) and len(value) == 2 and all(map(_is_points, value))


def _is_points(value: Any) -> bool:
    return _is_number(value, 0, 10_000) and round(value, 2) == value


def _is_number(value: Any, least: float, most: float) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and least <= value <= most


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _are_links(value: Any) -> bool:
    pairs = value.items() if isinstance(value, dict) else [("", "")]
    return all(
        TEXT.fullmatch(text) and isinstance(address, str) and ADDRESS.fullmatch(address)
        for text, address in pairs
    )


def _opens_hints(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


SETTINGS = (
    Setting(
        "edition",
        *one_of(*catalogue.names()),
        default=catalogue.TAPE,
        sentence="The edition that is handed out and graded.",
    ),
    Setting(
        "total",
        "a number over 0 with at most two decimals",
        lambda value: _is_points(value) and value > 0,
        default=None,
        sentence="Points of the whole assignment; the items' points are scaled to add up to it.",
        usual="what the items add up to",
    ),
    Setting(
        "extra_credit",
        'a list of numbers of items, as in ["9.2"], or of their names',
        _are_names,
        default=[],
        sentence="Items whose points come on top of the total.",
    ),
    Setting(
        "visibility",
        *one_of(*VISIBILITY),
        default=VISIBILITY[0],
        sentence="When students see their results.",
    ),
    Setting(
        "hidden_texts",
        *TRUTH,
        default=True,
        sentence="Whether students read what went wrong in hidden cases.",
    ),
    Setting(
        "seconds",
        *number(30, 2400),
        default=300,
        sentence="Wall-clock seconds for one submission; Gradescope's own limit has to be larger.",
    ),
    Setting(
        "leaderboard",
        *TRUTH,
        default=False,
        sentence="Whether a grading also trains the student's own model and reports its accuracy.",
    ),
    Setting(
        "late_percent",
        *number(0, 100),
        default=0,
        sentence="Percent of the earned points deducted for each day begun after the due date.",
    ),
    Setting(
        "missing_file",
        *one_of("its items", EVERYTHING),
        default="its items",
        sentence="What a file that was not handed in costs.",
    ),
    Setting(
        "hints",
        'true, false, or the day from which there are some, as in "2026-02-20"',
        _opens_hints,
        default=True,
        sentence="Whether students can ask for hints at home; after a change, run `template`.",
    ),
    Setting(
        "points",
        'a table: an item\'s number or name = its points, as in "2.4" = 6 or "2.4" = [2, 4] for '
        "shape and value",
        lambda value: isinstance(value, dict) and all(map(is_worth, value.values())),
        default={},
        sentence="Items whose points differ from the rubric's.",
    ),
    Setting(
        "links",
        'a table: a text = an address, as in "Office hours" = "https://..."',
        _are_links,
        default={},
        sentence="Links that students see above their results.",
    ),
)
"""In the order in which they are shown; tables come last, as TOML wants it."""

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
