"""Methods whose names are nearly those of the contract, so that nobody calls them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any

from autograder.definition import Rubric

STAND_FOR_THEMSELVES = {"non_trainable_variables"}
"""Names of the contract that no item is named for."""

NEAR = 0.85
"""How much alike two names are, from 0 to 1, where one may be meant for the other."""

MOST, LONGEST = 500, 100
"""Names of all classes in a line that are looked at, and characters of one: they are whatever a
student's code says."""


def methods(rubric: Rubric) -> dict[str, tuple[str, str]]:
    """Class and method of each item that is about one."""
    found = {name: re.fullmatch(r"([A-Z]\w*)\.(\w+)", name) for name in rubric.by_name}
    return {name: (match[1], match[2]) for name, match in found.items() if match}


def hints(rubric: Rubric, package: Any, given: Any) -> dict[str, str]:
    """What to tell of each item `Class.method` whose class has a nearly right name instead."""
    items = methods(rubric)
    defined = dict(given.names_defined(package, sorted({owner for owner, _ in items.values()})))
    right = {method for _, method in items.values()} | STAND_FOR_THEMSELVES
    near = {
        name: near_miss(method, defined.get(owner), right)
        for name, (owner, method) in items.items()
    }
    return {name: _told(*items[name], found) for name, found in near.items() if found}


def _told(owner: str, method: str, near: str) -> str:
    return f"{owner} defines `{near}`: did you mean `{method}`? Only that one is called."


def near_miss(method: str, classes: object, right: Collection[str]) -> str:
    """The name in some class below the one that has `method` that is nearly the same, if any.

    `classes` are the names that each class defines, the most derived class first; names that are
    `right` are meant for nothing else.
    """
    left = MOST
    for names in classes[:MOST] if isinstance(classes, (list, tuple)) else ():
        public = _names(names, left)
        left -= len(public)
        if method in public:
            return ""
        if close := get_close_matches(method, public.difference(right), 1, NEAR):
            return close[0]
    return ""


def _names(names: object, most: int) -> set[str]:
    words: Sequence[object] = names if isinstance(names, (list, tuple)) else ()
    texts = [word for word in words[:most] if isinstance(word, str) and len(word) < LONGEST]
    return {text for text in texts if text.isidentifier() and not text.startswith("_")}
