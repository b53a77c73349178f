"""Methods that are not written yet although they raise nothing: empty stubs, which return None."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.definition import Homework
from autograder.homework.checks import spelling

Method = tuple[str, str]
"""A class, and a method of it."""


def methods(homework: Homework) -> Mapping[str, tuple[Method, ...]]:
    """Class and method of all that an item needs to be written, by the item."""
    layer, model = homework.words["layer"], homework.words["model"]
    initializer = (layer, "_initialize_weight")
    found = {
        name: (method, initializer) if method[0] == layer else (method,)
        for name, method in spelling.methods(homework.rubric).items()
    }
    return found | {
        f"{layer} initializers": (initializer,),
        "CategoricalAccuracy": (("CategoricalAccuracy", "forward"),),
        "OneHotEncoder.forward": (("OneHotEncoder", "fit"), ("OneHotEncoder", "forward")),
        model: ((model, "forward"),),
    }


def unwritten(homework: Homework, package: Any, given: Any) -> dict[str, str]:
    """Why an item is still to do, for each item that needs an empty method."""
    needed = methods(homework)
    classes = sorted({owner for each in needed.values() for owner, _ in each})
    empty = dict(given.empty_methods(package, classes))
    return {
        name: f"Not written yet: {owner}.{method} is empty."
        for name, each in needed.items()
        for owner, method in each
        if _is_among(method, empty.get(owner))
    }


def _is_among(method: str, names: object) -> bool:
    """Whether a method is among these names; `call` is what some editions call `forward`."""
    forms = {"forward", "call"} if method == "forward" else {method}
    return isinstance(names, (list, tuple)) and not forms.isdisjoint(map(str, names))
