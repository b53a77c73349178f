"""A solution as Python imports it, whatever other solutions this process has imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from autograder.homework.checks import by_tape
from autograder.homework.checks.problems import public_problems
from autograder.homework.contract import WORDS

MODULES = ("beras", "preprocess", "assignment")


@contextmanager
def imported(folder: Path) -> Iterator[SimpleNamespace]:
    """beras and its companions from `folder`, as the attributes of one object."""
    others = _taken_modules()
    sys.path.insert(0, str(folder))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(folder))
        _taken_modules()
        sys.modules.update(others)


def _taken_modules() -> dict[str, ModuleType]:
    """Take all that a solution consists of out of `sys.modules`."""
    names = [name for name in sys.modules if name.split(".")[0] in MODULES]
    return {name: sys.modules.pop(name) for name in names}


def with_class(beras: Any, name: str, **methods: object) -> SimpleNamespace:
    """The package with some methods of one class written anew."""
    changed = type(name, (getattr(beras, name),), methods)
    return SimpleNamespace(**{**vars(beras), name: changed})


class _Given:
    """The given layers; they import the reference, so not before they are needed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("given_layers"), name)


def fixtures(package: Any) -> dict[str, Any]:
    """What the checks of the tape edition get of a package, by their arguments' names."""
    ways = {way.__name__: partial(way, package) for way in WAYS}
    drawn, known = public_problems(), {"beras": package, "given": _Given(), "words": WORDS}
    return {**known, **ways, "problems": public_problems(), "drawn": drawn, "name": ""}


WAYS = by_tape.differentiate, by_tape.compiled, by_tape.stepping


def ask(check: Callable[..., None], package: Any, **chosen: object) -> None:
    """Call a check with what it asks for, `chosen` in place of what is usual."""
    code = check.__code__
    known = {**fixtures(package), **chosen}
    check(**{name: known[name] for name in code.co_varnames[: code.co_argcount]})
