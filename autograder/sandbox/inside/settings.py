"""Settings of the whole process, which a submission may change for itself and for nobody else.

`np.seterr(all="raise")`, warnings as errors or a replaced `np.random.seed` in one of its modules
would reach into every computation that comes after: the overflow that a right sigmoid has at
-1000 would be an error. So they are put back after each import of a student's code.
"""

from __future__ import annotations

import builtins
import locale
import operator
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

import numpy as np

MODULES = (builtins, np, np.random)
GONE = object()
_all, _map, _set = all, map, setattr  # a submission may replace those of the module builtins


class Settings:
    """The settings as they are now; `restore` puts them back."""

    def __init__(self) -> None:
        self._names = {module: dict(vars(module)) for module in MODULES}
        self._errors, self._on_error = np.geterr(), np.geterrcall()
        self._printing, self._depth = np.get_printoptions(), sys.getrecursionlimit()
        self._locale = locale.setlocale(locale.LC_ALL)

    def restore(self) -> None:
        self._restore_names()
        np.seterr(**self._errors)
        np.seterrcall(self._on_error)
        np.set_printoptions(**self._printing)
        sys.setrecursionlimit(self._depth)
        locale.setlocale(locale.LC_ALL, self._locale)

    def _restore_names(self) -> None:
        """What was added stays: code for an older NumPy may need its own `np.float`."""
        for module, names in self._names.items():
            now = _map(vars(module).get, names, repeat(GONE))
            if _all(_map(operator.is_, now, names.values())):
                continue  # as nearly always: this took a tenth of a run at home
            for name, value in names.items():
                _set(module, name, value)


BEFORE = Settings()
"""As they were before any code of a student's ran."""


@contextmanager
def put_back() -> Iterator[None]:
    """Undo at the end of the block what a student's code that is imported in it sets."""
    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        with warnings.catch_warnings():
            yield
    finally:
        BEFORE.restore()
        sys.stdin, sys.stdout, sys.stderr = streams


@contextmanager
def run_as(script: str) -> Iterator[None]:
    """In this block `sys.argv` is what it is where a script is run and given no arguments."""
    before, sys.argv = sys.argv, [script]
    try:
        yield
    finally:
        sys.argv = before
