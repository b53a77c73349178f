"""The student's own modules in this process: how the checks run at home."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.checks.problems import Problems, public_problems
from autograder.sandbox.loading import Package

HERE = Path(__file__).parent


class LocalModules:
    """Imports from `root`, where `beras/` lies, once for all tests."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._package: Package | None = None

    def problems(self) -> dict[str, Problems]:
        """Public cases only."""
        return {"public": public_problems()}

    @contextmanager
    def modules(self, item: object) -> Iterator[LocalModules]:
        """The same modules for every test."""
        yield self

    @property
    def package(self) -> Any:
        if self._package is None:
            sys.path[:0] = [str(self._root), str(HERE)]
            self._package = Package(self._root)
        return self._package

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""
        try:
            return getattr(self.package, name) is not None
        except Exception:  # also what importing its module raised
            return False

    def module(self, name: str) -> Any:
        """A module beside `beras/`, or one that comes with the checks."""
        return self.package and importlib.import_module(name)
