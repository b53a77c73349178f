"""The student's own modules in this process: how the checks run at home."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.definition import Edition, Homework, ProblemSet
from autograder.home.failures import Teller
from autograder.outcomes import Verdict
from autograder.sandbox.inside import settings, standins
from autograder.sandbox.inside.loading import Package, from_file

NEVER_REIMPORTED = ("conftest", "setup", "submit", "tests", "test")
"""Beside the package, but never imported anew: pytest and the support code live there."""


class LocalModules:
    """Imports from `root`, where the package lies; `teller` puts failures into words."""

    def __init__(self, homework: Homework, root: Path) -> None:
        self._homework, self._root = homework.seen_in(root), root
        self.teller = Teller(homework, root)
        self._package: Package | None = None

    def problems(self) -> dict[str, ProblemSet]:
        """Public cases only."""
        return {"public": self._homework.public()}

    @contextmanager
    def lend(self, item: object) -> Iterator[LocalModules]:
        """Modules that are imported anew, so that nothing of another test is left in them.

        What had been imported before, by a test of the student's own, is put back afterwards.
        Libraries that are not there for grading need not be here either.
        """
        names = self._names()
        before = _taken_out(names)
        self._package = None
        settings.BEFORE.restore()  # a student's own test may have imported beras before
        np.random.seed(0)  # as under grading, where each test starts from the same state
        try:
            with settings.run_as(self._homework.script), standins.where_missing(frozenset(names)):
                yield self
        finally:
            settings.BEFORE.restore()
            _taken_out(names)
            sys.modules.update(before)

    def asks_again(self) -> bool:
        """Never: each check finds modules of its own."""
        return False

    def judge(self, failure: BaseException | None, hidden: bool) -> Verdict:
        """As under grading."""
        return self.teller.verdict(failure)

    @property
    def failures(self) -> dict[str, BaseException]:
        """What importing modules raised, as far as they were imported."""
        return self._package.failures if self._package else {}

    def reason_to_skip(self, item: object) -> str:
        """Nothing is left out: a student stops what takes too long."""
        return ""

    def complete(self, item: object, verdict: object) -> None:
        """Nothing more is known: pytest itself shows what was printed."""

    @property
    def package(self) -> Any:
        """The student's package, imported when it is first asked for."""
        if self._package is None:
            if str(self._root) not in sys.path:
                sys.path.insert(0, str(self._root))
            with settings.put_back():
                self._package = self._imported()
        return self._package

    def _imported(self) -> Package:
        homework, elsewhere = self._homework, self.edition.elsewhere
        return Package(self._root, homework.package, homework.modules, elsewhere=elsewhere)

    @property
    def edition(self) -> Edition:
        """What the student's code stands on."""
        return self._homework.edition

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""
        return bool(self.package.has(name))

    def near(self, name: str) -> str:
        """What is there in place of a public name that is missing; empty if nothing is near it."""
        return str(self.package.near(name))

    def module(self, name: str) -> Any:
        """A module beside the package, or the given layers, which no import finds."""
        package = self.package  # from here on, imports find the student's modules
        if name == self._homework.given.stem:
            return from_file(self._homework.given)
        with settings.put_back():
            return package and importlib.import_module(name)

    def _names(self) -> set[str]:
        """Top-level modules and packages of the student's."""
        files = {path.stem for path in self._root.glob("*.py")}
        folders = {path.parent.name for path in self._root.glob("*/*.py")}
        return {*files, *folders} - set(NEVER_REIMPORTED)


def _taken_out(names: set[str]) -> dict[str, ModuleType]:
    """Take these modules and their submodules out of Python's table; returns them."""
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
