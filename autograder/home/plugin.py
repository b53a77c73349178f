"""The checks on a student's own machine: in their process, with their debugger, in their words.

A pytest plugin. A method that is not written is to do and no failure; what builds on another
failure is blocked; a failure shows what is wrong, then the student's own lines, and no line of
the checks. At the end stands a scoreboard.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Generator
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from autograder.definition import Homework
from autograder.home.modules import LocalModules
from autograder.hosting.judging import item_name, judge, sentence
from autograder.outcomes import Report, Verdict
from autograder.report import console
from autograder.sandbox.faults import student_error
from autograder.sandbox.inside.loading import BrokenModule, MissingName
from autograder.truth.comparison import Inconclusive, Mismatch

SUPPORT = Path(__file__).parents[1]
"""Code of ours: a traceback that ends here is cut back to where it left the check."""

MAX_FRAMES = 5
MAX_OUTPUT = 4000
"""Characters shown of what a failed check printed."""


class Home(LocalModules):
    """Provides the student's own modules, and tells how their checks ended.

    `report` holds what a grading's report holds, for the public cases that ran.
    """

    def __init__(self, homework: Homework, config: pytest.Config) -> None:
        super().__init__(homework, config.rootpath)
        self._config, self.report = config, Report(homework.rubric)
        self._wanted: list[str] = config.getoption("--item")
        self._plain = config.getoption("tbstyle") != "auto"
        self._broken: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Count each item's cases, then keep those that `--item` asks for."""
        for check in items:
            if name := item_name(check):
                self.report.results[name].cases += 1
        if not self._wanted:
            return
        chosen = [check for check in items if self._is_wanted(item_name(check))]
        if items and not chosen:
            raise pytest.UsageError(f"--item {', '.join(self._wanted)}: no such item. {ADVICE}")
        self._config.hook.pytest_deselected(items=[c for c in items if c not in chosen])
        items[:] = chosen

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Cut our own frames off a failure, so that a debugger stops where a student can look."""
        try:
            return (yield)
        except BaseException as failure:
            if item_name(item):
                failure.__traceback__ = _without_support(failure.__traceback__)
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge a check at the end of its call, or of a setup that failed."""
        report = yield
        failure = call.excinfo.value if call.excinfo is not None else None
        if item_name(item) and (call.when == "call" or (call.when == "setup" and failure)):
            report.when = "call"  # an import that fails in a fixture is a failure like any other
            self._judge(item, failure, report)
        elif isinstance(failure, NotImplementedError):  # in a test of the student's own
            _mark_as_to_do(report, str(failure))
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Only the first failure of an item is shown as one."""
        status = getattr(report, "beras_status", "")
        short = {"to do": "-", "blocked": "b", "failed too": "f"}.get(status)
        return (status, short, status.upper()) if short else None

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """What is to do is no failure of a test, but neither is the work done."""
        to_do = any(result.status == "to do" for result in self.report.results.values())
        if exitstatus == pytest.ExitCode.OK and to_do:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The scoreboard, after all failures."""
        if self._config.option.collectonly or not self._ran():
            return
        terminalreporter.section("Scoreboard")
        for text in self._broken.values():
            terminalreporter.write_line(f"{text}\n", red=True)
        colour = terminalreporter.hasmarkup
        terminalreporter.write_line(console.scoreboard(self.report, colour, tuple(self._broken)))
        for result in self.report.results.values():
            if any(verdict.seconds > result.item.seconds for verdict in result.verdicts):
                slow = (
                    f"{result.item.number} {result.item.name} took too long for Gradescope, which"
                )
                terminalreporter.write_line(
                    f"{slow} allows {result.item.seconds:g} seconds a check."
                )

    def _ran(self) -> bool:
        return any(result.verdicts for result in self.report.results.values())

    def _note_broken_modules(self) -> None:
        """Once for each thing that keeps modules from importing: the file, why, and where."""
        package = self._homework.package
        for home, cause in self.package.failures.items() if self._package else ():
            lines = self._own_lines(cause)
            why = f"{type(cause).__name__}: {_text(cause)}"
            if not any(why in text for text in self._broken.values()):
                where = _file_of(cause, self._root) or f"{package}/{home}.py"
                text = "\n    ".join([f"{package}/{home}.py does not import: {why}", *lines])
                self._broken[where] = text

    def _is_wanted(self, name: str) -> bool:
        number = self.report.rubric.by_name[name].number if name else ""
        return any(
            bool(name and w)
            and (w == number or number.startswith(f"{w}.") or w.lower() in name.lower())
            for w in self._wanted
        )

    def _judge(
        self, check: pytest.Item, failure: BaseException | None, report: pytest.TestReport
    ) -> None:
        verdict = self._verdict(failure)
        verdict.check, verdict.sentence = check.nodeid, sentence(check)
        verdict.seconds = report.duration
        item = self.report.rubric.by_name[item_name(check)]
        known = bool(self.report.results[item.name].failures)
        self.report.add(item, verdict)
        if failure is None or verdict.kind == "skipped":
            return
        self._note_broken_modules()
        if verdict.kind == "todo":
            _mark_as_to_do(report, verdict.student)
        elif self.report.results[item.name].blockers:
            report.beras_status = "blocked"  # type: ignore[attr-defined]
        elif known and not self._wanted:
            report.beras_status = "failed too"  # type: ignore[attr-defined]
        path, line, _ = report.location
        report.location = (path, line, f"{item.number} {item.name}")
        if not self._plain:  # else pytest's own traceback was asked for
            again = f"Again: python -m pytest --item {item.number}"
            report.longrepr = f"{verdict.student}\n\n{verdict.sentence}\n{again}"
            report.sections = [(name, _cut(text)) for name, text in report.sections]

    def _verdict(self, failure: BaseException | None) -> Verdict:
        """As under grading, where whatever the student's code raised arrives as one error."""
        ours = (Mismatch, Inconclusive, pytest.skip.Exception)
        if failure is None or isinstance(failure, ours):
            return judge(failure, hidden=False)
        lines = self._own_lines(failure)
        told = (BrokenModule, MissingName, NotImplementedError)
        if not lines and not isinstance(failure, told):
            what = f"{type(failure).__name__}: {_text(failure)}"
            return Verdict("type", f"This went wrong when the check used your code:\n{what}")
        report = {"type": type(failure).__name__, "message": _text(failure), "lines": lines}
        return judge(student_error(report), hidden=False)

    def _own_lines(self, failure: BaseException) -> list[str]:
        """Where the student's code was, outermost first; of a SyntaxError, the line itself."""
        frames: list[tuple[str, int, str]] = []
        for frame, number in traceback.walk_tb(failure.__traceback__):
            path = Path(frame.f_code.co_filename)
            if self._is_theirs(path):
                where = path.relative_to(self._root).as_posix()
                frames.append((where, number, frame.f_code.co_name))
        # A call passes through the given __call__ before it reaches what a student wrote.
        frames = [f for f in frames[:-1] if f[2] != "__call__"] + frames[-1:]
        lines: list[str] = []
        for where, number, name in frames[-MAX_FRAMES:]:
            source = linecache.getline(str(self._root / where), number).strip()
            lines += [f"{where}:{number}: in {name}", f"    {source}"]
        cause = failure.__cause__ if isinstance(failure, BrokenModule) else failure
        if isinstance(cause, SyntaxError):
            lines += "".join(traceback.format_exception_only(cause)).splitlines()[:-1]
        return lines

    def _is_theirs(self, path: Path) -> bool:
        inside = self._root in path.parents and "site-packages" not in path.parts
        tests = SUPPORT.parent
        return inside and SUPPORT not in path.parents and tests != path.parent


def _mark_as_to_do(report: Any, reason: str) -> None:
    report.outcome, report.beras_status = "skipped", "to do"
    report.wasxfail = reason  # so that a debugger does not stop there


ADVICE = (
    "Give a number of README.md's roadmap (2.3), a stage (2) or a word of a name (Dense); "
    "for more than one, repeat --item."
)


def _file_of(failure: BaseException, root: Path) -> str:
    """The student's file that a SyntaxError is in; empty where it is no such error."""
    path = Path(getattr(failure, "filename", None) or "")
    return path.relative_to(root).as_posix() if root in path.parents else ""


def _cut(text: str) -> str:
    return (
        text if len(text) <= MAX_OUTPUT else f"{text[:MAX_OUTPUT]}\n... ({len(text):,} characters)"
    )


def _text(failure: BaseException) -> str:
    try:
        return str(failure)
    except Exception:
        return "(its message could not be made)"


def _without_support(trace: TracebackType | None) -> TracebackType | None:
    """The same traceback without its last frames as far as they are ours."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    while len(frames) > 1 and SUPPORT in Path(frames[-1].tb_frame.f_code.co_filename).parents:
        frames.pop()
    kept: TracebackType | None = None
    for part in reversed(frames):
        kept = TracebackType(kept, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return kept
