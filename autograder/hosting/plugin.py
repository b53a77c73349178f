"""The pytest side of a grading: lends each check a session, turns each ending into a verdict."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograder.definition import Homework, Item, ProblemSet
from autograder.hosting.judging import PROVIDER, item_name, judge, sentence, trace
from autograder.outcomes import Report, Verdict
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import WorkerLost
from autograder.sandbox.session import Session
from autograder.timing import Timing

UNUSED_PLUGINS = (
    "cacheprovider terminalreporter doctest unittest pastebin junitxml stepwise setuponly "
    "setupplan recwarn warnings logging faulthandler threadexception unraisableexception "
    "monkeypatch tmpdir debugging".split()
)
"""Parts of pytest that no check needs; leaving them out saves a tenth of a second."""


class Host:
    """A pytest plugin for one grading."""

    def __init__(
        self,
        homework: Homework,
        sandbox: Sandbox,
        seed: int,
        report: Report,
        timing: Timing,
        update: Callable[[Report], None],
    ) -> None:
        """`timing` says how long a check may take and the run; `update` follows each item."""
        self._homework, self._rubric = homework, homework.rubric
        self._seed, self._timing, self._update = seed, timing, update
        self._sandbox, self._report = sandbox, report
        self._pending: Verdict | None = None
        self._begun, self._is_late = 0.0, False

    def run(self) -> None:
        """Run every check. pytest-json-report is a second witness that no case went missing."""
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # the caller's own could drop checks
            os.environ.pop(name, None)
        checks = self._homework.checks
        options = [str(checks), f"--rootdir={checks.parent}", "-c", os.devnull]
        options += ["--capture=no", "--tb=no", "--assert=plain"]
        options += [f"-pno:{name}" for name in UNUSED_PLUGINS]
        options += ["-ppytest_jsonreport.plugin", "--json-report", "--json-report-file="]
        options += ["--json-report-omit", "collectors", "log", "traceback", "streams", "warnings"]
        code = pytest.main(options, plugins=[_Providing(self)])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self._report.staff.append(f"pytest ended with {code!r}")
            self._report.own_fault = True

    def problems(self) -> dict[str, ProblemSet]:
        """What is public, and what only a grading sees."""
        assert self._homework.hidden is not None
        return {"public": self._homework.public(), "hidden": self._homework.hidden(self._seed)}

    @contextmanager
    def modules(self, item: Item) -> Iterator[Session]:
        """A fresh fork of the worker for one test of `item`."""
        slow = any(self._report.results[name].timed_out for name in item.needs)
        seconds = self._homework.budget.after_timeout if slow else item.seconds
        with self._sandbox.session(self._timing.within_run(seconds)) as session:
            try:
                yield session
            finally:
                self._is_late = session.expired

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        """Let pytest finish a fixture in whose setup the worker was lost.

        pytest itself does so only after an `Exception`; else every later check that uses the
        fixture would fail, whatever it is about.
        """
        try:
            return (yield)
        except WorkerLost as lost:
            key = fixturedef.cache_key(request)  # type: ignore[arg-type]
            fixturedef.cached_result = (None, key, (lost, lost.__traceback__))
            raise

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what stopped pytest, for staff."""
        self._report.staff.append(trace(excinfo.value))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file of checks could not be read, for staff."""
        if report.failed:
            self._report.staff.append(report.longreprtext)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count each item's cases, so that it is known when an item is complete."""
        for check in session.items:
            if item_name(check) not in self._rubric.by_name:
                raise pytest.UsageError(f"{check.nodeid}: marked with no item of the rubric")
            self._report.results[item_name(check)].cases += 1
        unchecked = [name for name, result in self._report.results.items() if not result.cases]
        if unchecked:
            raise pytest.UsageError(f"items without a check: {', '.join(unchecked)}")

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what cannot be earned any more, so that the run ends in bounded time."""
        self._begun, self._is_late = time.monotonic(), False
        reason = self._reason_to_skip(self._rubric.by_name[item_name(item)])
        if reason:
            pytest.skip(reason)

    def pytest_json_runtest_metadata(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> dict[str, str]:
        """Judge a case at the end of its call, record it when its session is closed."""
        if call.when == "teardown":
            return self._record(item, call)
        if call.when == "call" or call.excinfo is not None:
            failure = call.excinfo.value if call.excinfo is not None else None
            self._pending = judge(failure, hidden=_is_hidden(item))
        return {}

    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Compare what pytest counted with what was judged."""
        judged = sum(len(result.verdicts) for result in self._report.results.values())
        summary = json_report.get("summary", {})
        self._report.facts["cases"] = summary
        if summary.get("total") != judged:
            self._report.staff.append(f"pytest ran {summary.get('total')} cases, {judged} judged")
            self._report.own_fault = True

    def _record(self, check: pytest.Item, call: pytest.CallInfo[Any]) -> dict[str, str]:
        verdict = self._pending or judge(RuntimeError("the case was never called"), hidden=False)
        if call.excinfo is not None:
            self._report.staff.append(trace(call.excinfo.value))
        verdict.timed_out |= self._is_late and verdict.kind != "passed"
        verdict.check, verdict.sentence = check.nodeid, sentence(check)
        verdict.output, verdict.seconds = self._sandbox.output, time.monotonic() - self._begun
        item, self._pending = self._rubric.by_name[item_name(check)], None
        self._timing.late += verdict.seconds if verdict.timed_out else 0.0
        self._report.add(item, verdict)
        if self._report.results[item.name].finished:
            self._update(self._report)
        return {"item": item.name, "verdict": verdict.kind}

    def _reason_to_skip(self, item: Item) -> str:
        if self._timing.is_over:
            return "Not run: the time for this submission was used up before."
        if self._report.results[item.name].timed_out:
            return "Not run: an earlier case of this item ran out of time."
        return ""


class _Providing:
    """Registers the host under the name by which the checks look for their modules."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def pytest_addhooks(self, pluginmanager: pytest.PytestPluginManager) -> None:
        pluginmanager.register(self._host, PROVIDER)


def _is_hidden(check: pytest.Item) -> bool:
    callspec = getattr(check, "callspec", None)
    return bool(callspec and getattr(callspec.params.get("problems"), "hidden", False))
