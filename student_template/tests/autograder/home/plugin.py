"""The checks on a student's own machine, shown in a student's words.

A pytest plugin beside that of the checks. A method that is not written is to do and no failure;
what builds on another failure is blocked; a failure shows what is wrong, then the student's own
lines, and no line of the checks. At the end stands a scoreboard.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from autograder.definition import Homework
from autograder.home import habits
from autograder.home.clock import Clock
from autograder.home.draw import Draw
from autograder.home.failures import without_support
from autograder.home.hints import Hints
from autograder.home.modules import LocalModules
from autograder.home.onwards import onwards
from autograder.home.options import root
from autograder.home.own_tests import OwnTests
from autograder.home.start import newer
from autograder.home.warned import Warned
from autograder.hosting.plugin import NAME, VERDICT, Checks, item_name, spare_traceback
from autograder.outcomes import ItemResult, Report
from autograder.report import console, sentences

MAX_OUTPUT = 4000
"""Characters shown of what a failed check printed."""

ADVICE = (
    "Give a number from the roadmap in README.md (2.3), a stage (2) or a word of a name; "
    "for more than one, repeat --item."
)


def register(homework: Homework, config: pytest.Config) -> None:
    """Ask the checks about the student's modules."""
    modules, report = LocalModules(homework, root(config)), Report(homework.rubric)
    config.pluginmanager.register(Checks(homework, modules, report), NAME)
    config.pluginmanager.register(Clock(modules, report, config))
    config.pluginmanager.register(OwnTests())
    if config.getoption("--hint", False):
        config.pluginmanager.register(Hints(homework, config))
    if config.getoption("--draw", False):
        config.pluginmanager.register(Draw(homework, modules, root(config), config))
    home = Home(homework, modules, report, config)
    config.pluginmanager.register(home, "homework-at-home")
    config.pluginmanager.register(home.warned)


class Home:
    """Shows how checks ended; `report` is like a grading's, of the public cases that ran."""

    def __init__(
        self, homework: Homework, modules: LocalModules, report: Report, config: pytest.Config
    ) -> None:
        self._homework, self._modules, self.report, self._config = homework, modules, report, config
        self._wanted: list[str] = config.getoption("--item", [])
        self._plain = config.getoption("tbstyle") != "auto"
        self._shows_all = config.getoption("verbose") > 0
        self._root = root(config)
        self.warned = Warned(self._root)

    def pytest_report_header(self) -> list[str]:
        """A note on this Python, where there is one."""
        return [note] if (note := newer()) else []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the checks that `--item` asks for, and those of what they build on."""
        if not self._wanted:
            return
        names = {name for name in map(item_name, items) if self._is_wanted(name)}
        if items and not names:
            raise pytest.UsageError(f"--item {', '.join(self._wanted)}: no such item. {ADVICE}")
        names |= self._below(names)
        left_out = [check for check in items if item_name(check) not in names]
        self._config.hook.pytest_deselected(items=left_out)
        items[:] = [check for check in items if item_name(check) in names]

    def _below(self, names: set[str]) -> set[str]:
        """What tells why these fail; nothing for a debugger, which is to stop in these alone."""
        if self._config.getoption("usepdb") or self._config.getoption("trace"):
            return set()
        rubric = self.report.rubric
        below = (rubric.builds_on[name] for name in names)
        return {rubric.imports} - {""} | set().union(*below) - names

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Cut our own frames off a failure, so that a debugger stops where a student can look."""
        try:
            return (yield)
        except BaseException as failure:
            if item_name(item):
                failure.__traceback__ = without_support(failure.__traceback__)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # so that it goes on when the check is judged
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a verdict in place of pytest's own report."""
        if call.when == "call" or call.excinfo is not None:  # it is judged now
            self.report.broken = self._modules.broken()
        if item_name(item) and not self._plain:
            spare_traceback(call)
        report = yield
        failed = call.excinfo is not None
        if item_name(item) and (call.when == "call" or (call.when == "setup" and failed)):
            report.when = "call"  # an import that fails in a fixture is a failure like any other
            self._show(item, call, report)
        elif call.excinfo is not None and call.excinfo.errisinstance(NotImplementedError):
            _mark_as_to_do(report, str(call.excinfo.value))  # in a test of the student's own
        return report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Only the first failure of an item is shown as one."""
        status = getattr(report, "homework_status", "")
        short = {"to do": "-", "blocked": "b", "failed (not shown)": "f"}.get(status)
        return (status, short, status.upper()) if short else None

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """What is to do is no failure of a test, but neither is the work done."""
        to_do = any(result.status == "to do" for result in self.report.results.values())
        if exitstatus == pytest.ExitCode.OK and to_do:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The scoreboard, after all failures."""
        if self._config.getoption("collectonly") or not self._ran():
            return
        terminalreporter.section("Scoreboard")
        broken = self._modules.teller.broken
        for text in broken.values():
            terminalreporter.write_line(f"{text}\n", red=True)
        self._tell_of_warnings(terminalreporter)
        colour = terminalreporter.hasmarkup
        shown = self._shown()
        then = onwards(self._homework, self._root, [r.item for r in shown if r.finished])
        wanted = [result for result in shown if self._is_chosen(result)]
        board = console.scoreboard(self.report, shown, colour, tuple(broken), then, wanted)
        terminalreporter.write_line(board)
        for result in self.report.results.values():
            if any(v.seconds > result.item.seconds and not v.timed_out for v in result.verdicts):
                what = f"{result.item.number} {result.item.name} took too long for Gradescope"
                allowed = f"{result.item.seconds:g} seconds a check"
                terminalreporter.write_line(f"{what}, which allows {allowed}.")

    def _tell_of_warnings(self, terminalreporter: Any) -> None:
        results = self.report.results.values()
        lines = self.warned.lines({v.check for result in results for v in result.failures})
        files = {r.item.file: None for r in results if r.status == "failed"}
        lines += [line for file in files for line in habits.lines(self._root, file)]
        if lines:
            terminalreporter.write_line("\n".join(["Warnings:", *lines, ""]), yellow=True)

    def _shown(self) -> list[ItemResult]:
        """What was asked for, and what keeps it from passing."""
        ran = [result for result in self.report.results.values() if result.verdicts]
        chosen = [r for r in ran if self._is_chosen(r)]
        behind = {name for result in chosen for name in (*result.blockers, result.waits_for)}
        return [
            r
            for r in ran
            if r in chosen
            or r.status == "failed"
            or not behind.isdisjoint((r.item.name, r.item.number))
        ]

    def _ran(self) -> bool:
        return any(result.verdicts for result in self.report.results.values())

    def _is_chosen(self, result: ItemResult) -> bool:
        """Whether it was asked for, be it by no `--item` at all."""
        return not self._wanted or self._is_wanted(result.item.name)

    def _is_wanted(self, name: str) -> bool:
        number = self.report.rubric.by_name[name].number if name else ""
        return any(
            bool(name and w)
            and (w == number or number.startswith(f"{w}.") or w.lower() in name.lower())
            for w in self._wanted
        )

    def _is_asked_for(self, result: ItemResult) -> bool:
        """Whether to show a failure of which another one is the cause."""
        told_below = result.blockers == (self.report.rubric.imports,)  # by the scoreboard
        return self._shows_all or (result.item.number in self._wanted and not told_below)

    def _show(self, check: pytest.Item, call: pytest.CallInfo[Any], report: Any) -> None:
        verdict, teller = check.stash[VERDICT], self._modules.teller
        if call.excinfo is None or verdict.kind == "skipped":
            return
        teller.note_broken(self._modules.failures)
        result = self.report.results[item_name(check)]
        item, known = result.item, result.failures[0] is not verdict
        if verdict.kind == "todo":
            _mark_as_to_do(report, sentences.failure(verdict))
        elif result.blockers and not self._is_asked_for(result):
            report.homework_status = "blocked"
        elif known and not self._shows_all:
            report.homework_status = "failed (not shown)"
        path, line, _ = report.location
        report.location = (path, line, f"{item.number} {item.name}")
        if not self._plain:  # else pytest's own traceback was asked for
            again = f"Again: python -m pytest --item {item.number}"
            told = teller.words(verdict, call.excinfo.value)
            report.longrepr = f"{told}\n\n{verdict.sentence}\n{again}"
            report.sections = [(name, _cut(text)) for name, text in report.sections]


def _mark_as_to_do(report: Any, reason: str) -> None:
    report.outcome, report.homework_status = "skipped", "to do"
    report.wasxfail = reason  # so that a debugger does not stop there


def _cut(text: str) -> str:
    return (
        text if len(text) <= MAX_OUTPUT else f"{text[:MAX_OUTPUT]}\n... ({len(text):,} characters)"
    )
