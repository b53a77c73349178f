"""Checks under grading: the student's code runs in a worker, which time and a sandbox bound."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any, NoReturn

import pytest

from autograder.definition import Homework, Item, ProblemSet
from autograder.hosting.judging import judge, trace
from autograder.hosting.plugin import AGAIN, NAME, Checks, item_name, spare_traceback
from autograder.hosting.provider import Provider
from autograder.outcomes import Report, Verdict
from autograder.sandbox.client import Sandbox
from autograder.sandbox.inside.loading import from_file
from autograder.sandbox.session import Session
from autograder.timing import Timing

UNUSED_PLUGINS = (
    "cacheprovider terminalreporter doctest unittest pastebin junitxml stepwise setuponly "
    "setupplan recwarn warnings logging faulthandler threadexception unraisableexception "
    "monkeypatch tmpdir debugging".split()
)
"""Parts of pytest that no check needs; leaving them out saves a tenth of a second."""


class Worker:
    """Provides the student's modules as stand-ins for those in the sandbox."""

    def __init__(
        self,
        homework: Homework,
        sandbox: Sandbox,
        seed: int,
        report: Report,
        timing: Timing,
        update: Callable[[Report], None] = lambda report: None,
        granted: Collection[str] = (),
    ) -> None:
        """`timing` says how long a check may take and the run; `update` comes after each item."""
        self._homework, self._sandbox, self._seed = homework, sandbox, seed
        self._report, self._timing, self._update = report, timing, update
        self.granted = granted
        self._is_late = False
        self._session: Session | None = None
        self._left_by: str | None = None
        self._goes_on = self._asks_again = False

    judge = staticmethod(judge)

    def problems(self) -> Mapping[str, ProblemSet]:
        """What is public, and what only a grading sees."""
        hidden = self._homework.hidden
        public = {"public": self._homework.public()}
        return public | {"hidden": hidden(self._seed)} if hidden else public

    @contextmanager
    def lend(self, item: Item) -> Iterator[Session]:
        """A fork of the worker for one check of `item`: a new one, unless a check of its stage left
        one."""
        below = self._homework.rubric.builds_on[item.name]
        slow = any(self._report.results[name].timed_out for name in below)
        seconds = self._homework.budget.after_timeout if slow else item.seconds
        again, self._asks_again = self._asks_again, False
        self._goes_on = item.stage == self._left_by
        self._session = self._left_by = None
        seconds = self._timing.within_run(seconds)
        with self._sandbox.session(seconds, self._goes_on, again) as session:
            self._session = session
            try:
                yield session
            finally:
                self._is_late = session.expired
                session.leaves_child = self._leaves_child(item)
                self._left_by = item.stage if session.leaves_child else None

    def settle(self) -> None:
        """Make sure that all is done which the check asked for and did not wait for."""
        if self._session is not None:
            self._session.settle()

    def _leaves_child(self, item: Item) -> bool:
        """Whether the next check of the stage finds the child that this one had: not once a check
        of the item failed, since that could be what it left there."""
        return not (self._report.results[item.name].failures or self._asks_again)

    def asks_again(self) -> bool:
        """A check that ran in another check's fork may have failed for what that one left."""
        is_late = self._session is not None and self._session.expired
        self._asks_again = self._goes_on and not is_late
        return self._asks_again

    def reason_to_skip(self, item: Item) -> str:
        """What cannot be earned any more is left out, so that the run ends in bounded time."""
        if self._timing.is_over:
            return "Not run: the time for this submission was used up before."
        if self._report.results[item.name].timed_out:
            return "Not run: an earlier case of this item ran out of time."
        return ""

    def complete(self, item: Item, verdict: Verdict) -> None:
        """Add what was printed, and whether its time ran out."""
        verdict.output = self._sandbox.output
        verdict.timed_out |= self._is_late and verdict.kind != "passed"
        self._is_late = False
        self._timing.timed_out_seconds += verdict.seconds if verdict.timed_out else 0.0
        if self._report.results[item.name].finished:
            self._update(self._report)


class Witness:
    """Keeps for staff what went wrong in pytest, and holds its own record against the verdicts."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """What stopped pytest."""
        self._report.staff.append(trace(excinfo.value))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Why a file of checks could not be read."""
        if report.failed:
            self._report.staff.append(report.longreprtext)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Refuse checks without an item of the rubric, and items without a check."""
        results = self._report.results
        for check in session.items:
            if item_name(check) not in results:
                self._refuse(f"{check.nodeid}: marked with no item of the rubric")
        unchecked = [name for name, result in results.items() if not result.cases]
        if unchecked:
            self._refuse(f"items without a check: {', '.join(unchecked)}")

    def _refuse(self, reason: str) -> NoReturn:
        """End the run before any check of it."""
        self._report.staff.append(reason)
        raise pytest.UsageError(reason)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Spare pytest a text that nobody reads; it took a quarter of the time here."""
        spare_traceback(call)
        return (yield)

    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Compare, case by case, what pytest saw with what was judged."""
        verdicts = chain(*(result.verdicts for result in self._report.results.values()))
        judged = {verdict.check: verdict for verdict in verdicts if verdict.asked}
        seen = {test["nodeid"]: test["outcome"] for test in json_report.get("tests", ())}
        self._report.facts["cases"] = json_report.get("summary", {})
        for name in judged.keys() | seen.keys():
            outcome = seen.get(name, "not run")
            kind = judged[name].kind if name in judged else "not judged"
            if outcome not in _OUTCOMES.get(kind, _FAILURES):
                self._report.staff.append(f"{name}: pytest says {outcome}, the verdict is {kind}")
                self._report.own_fault = True


_FAILURES = ("failed", "error")
_OUTCOMES = {"passed": ("passed", AGAIN), "skipped": ("skipped",), "not judged": ()}
"""How pytest sees a case of each kind; it calls a setup that fails an error, and remembers that a
case was asked again."""


def run(homework: Homework, provider: Provider, report: Report, *more: object) -> None:
    """Run every check, with `more` plugins.

    pytest-json-report is a second witness of how each case ended.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # the caller's own could drop checks
        os.environ.pop(name, None)
    options = [*map(str, (homework.checks, *homework.shared)), "-c", os.devnull]
    # Without the second, pytest lists every folder from the root of the disk down to the checks.
    options += [f"--{name}={homework.checks.parent}" for name in ("rootdir", "confcutdir")]
    options += ["--noconftest"]  # which is a plugin, below
    options += ["--capture=no", "--tb=no", "--assert=plain"]
    options += [f"-pno:{name}" for name in UNUSED_PLUGINS]
    options += ["-ppytest_jsonreport.plugin", "--json-report", "--json-report-file="]
    options += ["--json-report-omit", "collectors", "log", "traceback", "streams", "warnings"]
    fixtures = from_file(homework.checks / "conftest.py")  # for the files of another folder, too
    plugins = [_Named(Checks(homework, provider, report)), Witness(report), fixtures, *more]
    code = pytest.main(options, plugins=plugins)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt  # which pytest keeps to itself
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        report.staff.append(f"pytest ended with {code!r}")
        report.own_fault = True


class _Named:
    """Registers the checks' plugin under its name, before a homework's conftest looks for it."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks

    def pytest_addhooks(self, pluginmanager: pytest.PytestPluginManager) -> None:
        pluginmanager.register(self._checks, NAME)
