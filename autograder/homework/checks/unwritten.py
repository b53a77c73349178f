"""Methods that are not written yet because they are empty: a stub that answers None."""

from __future__ import annotations

from typing import Any

from autograder.homework.checks.spelling import ITEMS

INITIALIZER = ("Dense", "_initialize_weight")
OTHERS = {
    "Dense initializers": (INITIALIZER,),
    "CategoricalAccuracy": (("CategoricalAccuracy", "forward"),),
    "OneHotEncoder.forward": (("OneHotEncoder", "fit"), ("OneHotEncoder", "forward")),
    "SequentialModel": (("SequentialModel", "forward"),),
}
"""What must be written for items that their names do not tell."""

METHODS = {name: (method,) for name, method in ITEMS.items()} | OTHERS
"""Class and method of all that an item needs to be written."""

METHODS |= {name: (*METHODS[name], INITIALIZER) for name in ITEMS if name.startswith("Dense.")}


def unwritten(package: Any, given: Any) -> dict[str, str]:
    """Why an item is still to do, for each item that needs an empty method."""
    classes = sorted({owner for methods in METHODS.values() for owner, _ in methods})
    empty = dict(given.empty_methods(package, classes))
    return {
        name: f"Not written yet: {owner}.{method} is empty."
        for name, methods in METHODS.items()
        for owner, method in methods
        if _is_among(method, empty.get(owner))
    }


def _is_among(method: str, names: object) -> bool:
    """Whether a method is among these names; `call` is what some editions call `forward`."""
    forms = {"forward", "call"} if method == "forward" else {method}
    return isinstance(names, (list, tuple)) and not forms.isdisjoint(map(str, names))
