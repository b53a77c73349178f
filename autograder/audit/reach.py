"""Which cases of the checks a wrong submission can change: those that call what it changed.

A chaff is the reference with edits. Where all of them lie in bodies of functions that a case never
calls on the reference, the case meets the same code there and ends the same. Mutation testing
leaves such cases out; so does an audit, which says how many it asked. An edit anywhere else, in a
signature, a class or a module, can change every case.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import pytest

from autograder.audit.chaffs import Chaff, edited
from autograder.definition import Homework, ProblemSet
from autograder.home.modules import LocalModules
from autograder.hosting import graded
from autograder.outcomes import Report

Place = tuple[str, int]
"""A function: its file, and its first line there, be it a decorator's."""


@dataclass(frozen=True)
class Reach:
    """Who calls what on the reference: by the place of a function, the names of the cases."""

    cases: frozenset[str]
    callers: dict[Place, set[str]] = field(default_factory=dict)

    def untouched(self, chaff: Chaff, solution: Path) -> frozenset[str]:
        """Cases that end on the chaff as they do on the reference in `solution`."""
        before = (solution / chaff.file).read_text(encoding="utf-8")
        return self.cases - self.touched(chaff.file, before, edited(chaff, before))

    def touched(self, file: str, before: str, after: str) -> frozenset[str]:
        """Cases that may end otherwise where a file holds another text: all, if it is unknown."""
        lines = changed_functions(before, after)
        found = {name for line in lines for name in self.callers.get((file, line), ())}
        return frozenset(found) or self.cases


def recorded(homework: Homework, solution: Path, seed: int) -> Reach:
    """Ask every case about the reference in this process, and note which functions it calls.

    Where the reference does not pass, nothing is known: no case is untouched by any chaff.
    """
    recorder, report = Recorder(solution), Report(homework.rubric)
    graded.run(homework, _InProcess(homework, solution, seed), report, recorder)
    passed = all(result.status == "passed" for result in report.results.values())
    return Reach(frozenset(recorder.cases), recorder.callers) if passed else Reach(frozenset())


class _InProcess(LocalModules):
    """The reference in this process, asked what a grading asks."""

    def __init__(self, homework: Homework, solution: Path, seed: int) -> None:
        super().__init__(homework, solution)
        self._problems = {"public": homework.public()}
        if homework.hidden:
            self._problems["hidden"] = homework.hidden(seed)

    def problems(self) -> dict[str, ProblemSet]:
        """As under grading."""
        return self._problems


class Recorder:
    """Notes which functions under `root` each case calls; a plugin of pytest's."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root.resolve()}/"
        self.cases: set[str] = set()
        self.callers: dict[Place, set[str]] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Around all that belongs to a case."""
        self.cases.add(item.nodeid)
        sys.setprofile(self._noting(item.nodeid))
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    def _noting(self, case: str) -> Callable[[FrameType, str, object], None]:
        root, callers = self._root, self.callers

        def note(frame: FrameType, event: str, _: object) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(root):
                place = code.co_filename[len(root) :], code.co_firstlineno
                callers.setdefault(place, set()).add(case)

        return note


def changed_functions(before: str, after: str) -> list[int]:
    """First lines, before, of the functions whose bodies differ; none where anything else does."""
    try:
        old, new = ast.parse(before), ast.parse(after)
    except SyntaxError:
        return []
    pairs = [*zip(_functions(old), _functions(new), strict=False)]
    lines = [_first_line(one) for one, other in pairs if _body(one) != _body(other)]
    for function in (*_functions(old), *_functions(new)):
        function.body = []
    return lines if ast.dump(old) == ast.dump(new) else []


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(node: ast.AST) -> Iterator[Function]:
    """Functions and methods, but for those inside of others."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child
        else:
            yield from _functions(child)


def _body(function: Function) -> list[str]:
    return [*map(ast.dump, function.body)]


def _first_line(function: Function) -> int:
    return min(node.lineno for node in (function, *function.decorator_list))
