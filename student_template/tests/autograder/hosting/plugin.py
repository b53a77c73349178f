"""pytest's side of the checks, graded and at home: one plugin, which a provider serves.

It asks each check about every set of problems, in roadmap order, lends it the student's code, and
turns its ending into a verdict in the report.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from autograder.definition import Homework, Item, ProblemSet
from autograder.hosting.judging import trace
from autograder.hosting.provider import Modules, Provider
from autograder.outcomes import WRONG, ItemResult, Report, Verdict
from autograder.sandbox.faults import LostInSetup, WorkerLost
from autograder.truth.comparison import axes_last, cause_of

NAME = "homework-checks"
"""The name under which the plugin is registered."""

VERDICT = pytest.StashKey[Verdict]()
"""Where a check's verdict is kept, for plugins that show it."""

ITEM = pytest.StashKey[str]()
"""Where the name of the item is kept that a check is for."""

AGAIN = "again"
"""The outcome for pytest of a check that failed and is asked again."""

UNWRITTEN = pytest.StashKey[str]()
"""Where a check keeps why its item is still to do, should it fail."""

HINT = pytest.StashKey[str]()
"""Where a check keeps what its student should know, however it ends."""


class Checks:
    """The plugin; `report` holds what it found."""

    def __init__(self, homework: Homework, provider: Provider, report: Report) -> None:
        self.rubric, self.report = homework.rubric, report
        self._homework = homework
        self._provider = provider
        self._begun = 0.0
        self._again = False

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the mark that every check carries."""
        text = "item(name): the item of the roadmap that a check is for"
        config.addinivalue_line("markers", text)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One case of a check for each set of problems; a single one of a check that uses `drawn`.

        That is about the last set: at home the public one, in a grading the hidden one.
        """
        cases = self._provider.problems()
        if "problems" in metafunc.fixturenames:
            metafunc.parametrize("problems", list(cases.values()), ids=list(cases))
        elif "drawn" in metafunc.fixturenames:
            metafunc.parametrize("drawn", list(cases.values())[-1:], ids=["drawn"])

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Keep which item of the roadmap a check is for: its mark names it."""
        marker = item.get_closest_marker("item")
        if marker is not None and marker.args:
            item.stash[ITEM] = self._homework.worded(str(marker.args[0]))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Roadmap order, a student's own tests last; count each item's cases."""
        position = self.rubric.position
        items.sort(key=lambda check: position.get(item_name(check), len(position)))
        for name in map(item_name, items):
            if name in position:
                self.report.results[name].cases += 1
        for check in items:
            if check.nodeid in self._provider.granted:
                self._add(check, Verdict("passed", hidden=_is_hidden(check), asked=False))
        items[:] = [check for check in items if check.nodeid not in self._provider.granted]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what need not be run."""
        self._begun = time.monotonic()
        if item_name(item) and (reason := self._provider.reason_to_skip(self._item(item))):
            pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Judge an axis too many last: it costs an item's points for shape, where it has any."""
        item = self.rubric.by_name.get(item_name(pyfuncitem))
        with axes_last(forgiven=item is not None and not item.shape):
            result = yield
            self._provider.settle()
            return result

    @pytest.fixture
    def homework(self) -> Homework:
        """What is checked."""
        return self._homework

    @pytest.fixture
    def modules(self, request: pytest.FixtureRequest) -> Iterator[Modules]:
        """The student's modules, for one check."""
        with ExitStack() as lending:
            with setting_up():
                lent = lending.enter_context(self._provider.lend(self._item(request.node)))
            yield lent

    @pytest.fixture
    def drawn(self) -> ProblemSet:
        """The last set of problems, for a check that is asked about each set and draws more."""
        *_, last = self._provider.problems().values()
        return last

    @pytest.fixture
    def is_excused(self) -> Callable[[str], bool]:
        """Whether an item failed already, or was never asked: then another may leave it alone.

        An item that is wrong in another item's check alone loses nothing, so it excuses nothing.
        """
        return lambda name: bool(self._result(name).failures or not self._result(name).verdicts)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge a check at the end of its call, or of a setup that failed."""
        report = yield
        failure = call.excinfo.value if call.excinfo is not None else None
        if self._is_asked_again(item, failure):
            report.outcome = AGAIN  # type: ignore[assignment]
        elif item_name(item):
            self._observe(item, call.when, failure)
        return report

    def _is_asked_again(self, check: pytest.Item, failure: BaseException | None) -> bool:
        """Whether this run of the check does not count; its teardown still belongs to it."""
        failed = failure is not None and not isinstance(failure, pytest.skip.Exception)
        if failed and VERDICT not in check.stash and item_name(check):
            self._again |= self._provider.asks_again()
        return self._again

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Ask a check again whose failure may not be its own, once all is over with the first."""
        done = yield
        if self._again:
            self._again = False
            item.ihook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        return done

    def _observe(self, check: pytest.Item, when: str, failure: BaseException | None) -> None:
        if when == "teardown":
            self._complete(check, failure)
        elif when == "call" or failure is not None:
            self._judge(check, failure)

    def _judge(self, check: pytest.Item, failure: BaseException | None) -> None:
        verdict = self._provider.judge(failure, _is_hidden(check))
        why_not, explain = check.stash.get(UNWRITTEN, ""), self._homework.explain
        if why_not and verdict.kind in (*WRONG, "error"):
            verdict = Verdict("todo", why_not, hidden=verdict.hidden)
        if verdict.kind == "error" and verdict.raised:
            verdict.cause = cause_of(failure) or (explain(verdict.raised) if explain else None)
        if verdict.cause:
            verdict.cause = verdict.cause.told_by(self._homework.sentences)
        verdict.sentence = self._homework.worded(sentence(check))
        verdict.seconds = time.monotonic() - self._begun
        verdict.hint = check.stash.get(HINT, "")
        check.stash[VERDICT] = verdict
        self._add(check, verdict)

    def _add(self, check: pytest.Item, verdict: Verdict) -> None:
        """Report a verdict, under the names of its check."""
        verdict.check = check.nodeid
        verdict.function, verdict.case = _function(check), _case(check)
        self.report.add(self._item(check), verdict)

    def _complete(self, check: pytest.Item, failure: BaseException | None) -> None:
        """The modules were given back: now what was printed is known, and how long it took."""
        if VERDICT not in check.stash:
            self._judge(check, RuntimeError("the case was never called"))
        if failure is not None:
            self.report.staff.append(trace(failure))
        verdict = check.stash[VERDICT]
        verdict.seconds = time.monotonic() - self._begun
        self._provider.complete(self._item(check), verdict)

    def _result(self, name: str) -> ItemResult:
        return self.report.results[name]

    def _item(self, check: Any) -> Item:
        return self.rubric.by_name[item_name(check)]


@contextmanager
def setting_up() -> Iterator[None]:
    """Around what a fixture does with the student's code.

    pytest only finishes a fixture after an `Exception`, and a lost worker is none: each later
    check that uses the fixture would fail, whatever it is about.
    """
    try:
        yield
    except WorkerLost as lost:
        raise LostInSetup(lost) from lost


def item_name(check: pytest.Item) -> str:
    """The item that a check is marked with; empty when it is not marked."""
    return check.stash.get(ITEM, "")


def sentence(check: pytest.Item) -> str:
    """The first thing that a student is told of a failed check: what it asks for."""
    return " ".join((getattr(check, "obj", None).__doc__ or "").split())


def spare_traceback(call: pytest.CallInfo[Any]) -> None:
    """Keep pytest from looking up the source of each frame, for a text that a verdict replaces."""
    failure = call.excinfo
    if failure and call.when != "teardown" and not failure.errisinstance(pytest.skip.Exception):
        failure.getrepr = lambda **_: ""  # type: ignore[assignment, method-assign]


def _function(check: pytest.Item) -> str:
    return f"{check.path.name}::{getattr(check, 'originalname', check.name)}"


def _case(check: pytest.Item) -> str:
    return check.callspec.id if hasattr(check, "callspec") else ""


def _is_hidden(check: pytest.Item) -> bool:
    callspec = getattr(check, "callspec", None)
    values = callspec.params.values() if callspec else ()
    return any(getattr(value, "hidden", False) for value in values)
