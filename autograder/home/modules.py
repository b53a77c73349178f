"""The student's own modules in this process: how the checks run at home."""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from autograder.definition import Edition, Homework, Item, ProblemSet
from autograder.home.failures import Teller
from autograder.home.timelimit import TimeLimit, TooSlow
from autograder.outcomes import Verdict
from autograder.raised import ImportFailure, Raised
from autograder.sandbox.inside import settings, standins
from autograder.sandbox.inside.loading import Package, from_file

NEVER_REIMPORTED = ("conftest", "setup", "submit", "tests", "test")
"""Beside the package, but never imported anew: pytest and the support code live there."""


IMPORT_SECONDS = 10.0
"""How long the import of one module may take."""


class LocalModules:
    """Imports from `root`, where the package lies; `teller` puts failures into words."""

    def __init__(self, homework: Homework, root: Path) -> None:
        self._homework, self._root = homework.seen_in(root), root
        self.teller = Teller(homework, root)
        self._package: Package | None = None
        self._hung: dict[str, BaseException] = {}
        self._late: set[str] = set()
        self._limits: deque[TimeLimit] = deque(maxlen=2)  # of a check, and of an import within
        self.give_up: Callable[[FrameType | None], None] = lambda frame: None

    granted: Collection[str] = ()

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
        """The verdict, as under grading."""
        return self.teller.verdict(failure)

    @property
    def failures(self) -> dict[str, BaseException]:
        """What importing modules raised, as far as they were imported."""
        return (self._package.failures if self._package else {}) | self._hung

    def broken(self) -> list[ImportFailure]:
        """Why modules do not import, in facts."""
        files = {self._homework.file(name): cause for name, cause in self.failures.items()}
        return [self.teller.import_failure(file, cause) for file, cause in files.items()]

    def settle(self) -> None:
        """At home each call is done when it is made."""

    def reason_to_skip(self, item: Item) -> str:
        """An item that ran out of time is not asked again."""
        late = item.name in self._late
        return "Not run: an earlier case of this item ran out of time." if late else ""

    def complete(self, item: Item, verdict: Verdict) -> None:
        """pytest itself shows what was printed."""
        if verdict.timed_out:
            self._late.add(item.name)

    def limit(self, item: Item) -> TimeLimit:
        """How long a check may take: as under grading, less once what it builds on was late."""
        late = not self._late.isdisjoint(self._homework.rubric.builds_on[item.name])
        return self._limit(self._homework.budget.after_timeout if late else item.seconds)

    def stop_limits(self) -> None:
        """From now on, what runs may take as long as it needs."""
        for limit in self._limits:
            limit.end()

    def _limit(self, seconds: float) -> TimeLimit:
        """A limit; those that ended do no harm, so that the last few are kept."""
        limit = TimeLimit(seconds, self.give_up)
        self._limits.append(limit)
        return limit

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
        """The package; what hangs is not imported again."""
        homework, elsewhere, hung = self._homework, self.edition.elsewhere, self._hung
        with self._limit(IMPORT_SECONDS) as limit, noticed_interrupts() as check:

            def trying(name: str) -> None:
                check()
                limit.restart()

            named = homework.package, homework.modules, tuple(hung)
            package = Package(self._root, *named, trying=trying, elsewhere=elsewhere)
        check()
        failures = {name: limit.stopped(f) for name, f in package.failures.items()}
        hung |= {name: f for name, f in failures.items() if isinstance(f, TooSlow)}
        package.failures.update(hung)
        return package

    @property
    def edition(self) -> Edition:
        """What the student's code stands on."""
        return self._homework.edition

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""
        return bool(self.package.has(name))

    def lack(self, name: str) -> Raised | None:
        """Why the package does not offer a public name; None where it does."""
        try:
            getattr(self.package, name)
        except Exception as failure:
            return self.teller.raised(failure)
        return None

    def module(self, name: str) -> Any:
        """A module beside the package, or the given layers, which no import finds."""
        package = self.package  # from here on, imports find the student's modules
        if name == self._homework.given.stem:
            return from_file(self._homework.given)
        with settings.put_back(), self._limit(IMPORT_SECONDS):
            return package and importlib.import_module(name)

    def _names(self) -> set[str]:
        """Top-level modules and packages of the student's."""
        files = {path.stem for path in self._root.glob("*.py")}
        folders = {path.parent.name for path in self._root.glob("*/*.py")}
        return {*files, *folders} - set(NEVER_REIMPORTED)


@contextmanager
def noticed_interrupts() -> Iterator[Callable[[], None]]:
    """Yield a function that raises a KeyboardInterrupt again if an import swallowed it."""
    pressed: list[KeyboardInterrupt] = []

    def press(*_: object) -> None:
        pressed.append(KeyboardInterrupt())
        raise pressed[0]

    def check() -> None:
        if pressed:
            raise pressed[0]

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, press) if is_main else None
    try:
        yield check
    finally:
        if is_main:
            signal.signal(signal.SIGINT, before)


def _taken_out(names: set[str]) -> dict[str, ModuleType]:
    """Take these modules and their submodules out of Python's table; returns them."""
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
