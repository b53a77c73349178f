"""What a grading found: a verdict for each case, an outcome and a score for each item.

All of it is facts; `report.sentences` has the words for them. What only staff may see is kept apart
from the start: `Verdict.staff` is never shown to a student.

An item that fails is blocked by others that it builds on, directly or not, if one of them explains
each of its failures. Another item that failed explains a failure which

- raised the same, at the same line of the student's,
- called the other's stub,
- comes from a module that does not import (then the other is the item about imports).

An item with points, which a student wrote, also explains

- whatever fails, while it is not written yet,
- a wrong answer, after a wrong answer of its own,
- what is raised by working on its answer, where that was wrong,
- an endless loop, after one of its own.

So an item without points, which is given code, only explains what was raised in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from autograder.definition import Item, Policy, Rubric, total_of
from autograder.raised import Frame, ImportFailure, Raised
from autograder.truth.diagnosis import Cause

KINDS = (
    *("passed", "shape", "axis", "value", "finite", "type"),
    *("error", "todo", "import", "lost", "skipped", "ours"),
)
"""How a case ended. `shape` to `type` are a `Mismatch`'s; `error`: the student's code raised;
`todo`: it raised or returned NotImplementedError; `import`: the module does not import; `lost`: the
worker ended or was too slow; `skipped`: not run; `ours`: the autograder's own fault."""

Status = Literal["not run", "passed", "to do", "failed", "blocked", "inconclusive"]

WRONG = ("shape", "axis", "value", "finite", "type")
"""Kinds of a wrong answer, in place of an exception."""

UNEARNED = ("to do", "failed", "blocked")
"""Outcomes of an item that can block those which build on it."""

NAME_ERRORS = ("NameError", "UnboundLocalError")

IMPORT_ERRORS = (
    *("ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "TabError"),
)
"""What only importing raises."""

KEEPS_SHAPE = ("value", "finite")
"""Failures of a result that had the right shape."""

KEEPS_VALUE = ("axis",)
"""Failures of a result whose numbers are right."""


@dataclass
class Verdict:
    """One case of one check: how it ended (one of `KINDS`) and why."""

    kind: str
    detail: str = ""
    """What was found, in a sentence."""
    cause: Cause | None = None
    """The mistake, where `diagnosis` recognised it."""
    raised: Raised | None = None
    """What the student's code raised; of kind `type`, what the check did that used its answer."""
    timed_out: bool = False
    hidden: bool = False
    staff: str = ""
    check: str = ""
    """pytest's own name of the case; it is made of `function` and `case`."""
    function: str = ""
    case: str = ""
    sentence: str = ""
    hint: str = ""
    """What the student should know all the same, however the case ended."""
    output: str = ""
    seconds: float = 0.0
    asked: bool = True
    """Whether it was; what needs not be asked counts as passed."""

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The student's lines on the way to what was raised, outermost first."""
        return self.raised.frames if self.raised else ()

    @property
    def waits_for(self) -> str:
        """Number of the item whose stub was called; empty where none was."""
        return self.raised.item if self.raised else ""

    def raised_like(self, other: Verdict) -> bool:
        """Whether both raised the same, at the same line."""
        if not (self.raised and other.raised and self.frames and other.frames):
            return False
        place, places = self.frames[-1], other.frames[-1]
        same_line = (place.file, place.line) == (places.file, places.line)
        return same_line and self.raised.type_name == other.raised.type_name


@dataclass
class ItemResult:
    """One row of the report."""

    item: Item
    cases: int = 0
    verdicts: list[Verdict] = field(default_factory=list)
    blockers: tuple[str, ...] = ()

    @property
    def failures(self) -> list[Verdict]:
        """Cases that did not pass, in the order they ran."""
        return [verdict for verdict in self.verdicts if verdict.kind != "passed"]

    @property
    def hints(self) -> list[str]:
        """What the student should know, whatever the outcome."""
        return list(dict.fromkeys(verdict.hint for verdict in self.verdicts if verdict.hint))

    @property
    def finished(self) -> bool:
        """Whether every case of the item has a verdict."""
        return 0 < self.cases <= len(self.verdicts)

    @property
    def status(self) -> Status:
        """Outcome of the item so far."""
        kinds = {verdict.kind for verdict in self.failures}
        if not self.finished or (kinds == {"skipped"} and not self.timed_out):
            return "not run"
        if not kinds:
            return "passed"
        if kinds == {"ours"}:
            return "inconclusive"
        if kinds == {"todo"}:
            return "to do"
        return "blocked" if self.blockers else "failed"

    @property
    def waits_for(self) -> str:
        """Number of the item whose stub stands in the way of this one; empty if it is its own."""
        numbers = [verdict.waits_for for verdict in self.failures if verdict.waits_for]
        return numbers[0] if numbers and self.item.number not in numbers else ""

    def explains(self, failure: Verdict) -> bool:
        """Whether this item explains a failure of one that builds on it, see the module."""
        if failure.waits_for == self.item.number or any(map(failure.raised_like, self.failures)):
            return True
        return bool(self.item.points) and self._leads_to(failure)

    def _leads_to(self, failure: Verdict) -> bool:
        kinds = {verdict.kind for verdict in self.failures}
        if "todo" in kinds or (failure.kind == "lost" and "lost" in kinds):
            return True
        if failure.kind in WRONG:
            return not kinds.isdisjoint(WRONG)
        # Whatever came in, a NameError is a mistake of the line that raised it.
        by_operands = failure.raised is not None and failure.raised.base not in NAME_ERRORS
        return failure.kind == "error" and by_operands and not kinds.isdisjoint(WRONG)

    @property
    def timed_out(self) -> bool:
        """Whether the item used up its time, so that its other cases need not be tried."""
        return any(verdict.timed_out for verdict in self.verdicts)

    @property
    def shape_kept(self) -> bool:
        """Whether the points for shape are earned: nothing but values was wrong."""
        return self.finished and all(v.kind in (*KEEPS_SHAPE, "ours") for v in self.failures)

    @property
    def value_kept(self) -> bool:
        """Whether the points for value are earned. A fault of the autograder costs nobody any."""
        return self.finished and all(v.kind in (*KEEPS_VALUE, "ours") for v in self.failures)

    @property
    def shape_score(self) -> float:
        """Points earned for shape."""
        return self.item.shape if self.shape_kept else 0

    @property
    def value_score(self) -> float:
        """Points earned for value."""
        return self.item.value if self.value_kept else 0

    @property
    def score(self) -> float:
        """Points earned, of `item.points`."""
        return total_of((self.shape_score, self.value_score))


def first_to_fix(results: Iterable[ItemResult]) -> ItemResult | None:
    """The first that fails on its own account; else the first that is to be written."""
    found = list(results)
    failed = (result for result in found if result.status == "failed")
    to_do = (result for result in found if result.status == "to do")
    return next(failed, None) or next(to_do, None)


@dataclass
class Report:
    """One submission's grading, complete at every moment: what was not run yet has 0 points."""

    rubric: Rubric
    policy: Policy = field(default_factory=Policy)
    days_late: int = 0
    """Days begun after the due date."""
    results: dict[str, ItemResult] = field(init=False)
    broken: list[ImportFailure] = field(default_factory=list)
    """Modules that do not import."""
    notes: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    figure: tuple[str, float] | None = None
    """For the leaderboard: a title and a figure, where one was asked for."""
    own_fault: bool = False
    """Whether the autograder itself failed, so that staff must look."""
    complete: bool = False
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.results = {item.name: ItemResult(item) for item in self.rubric.items}

    def follow(self, rubric: Rubric) -> None:
        """Begin anew with the items of another rubric."""
        self.rubric = rubric
        self.__post_init__()

    @property
    def score(self) -> float:
        """Points earned, of `possible`, less what comes off for being late."""
        earned = total_of(result.score for result in self.results.values())
        return total_of([earned * (100 - self.percent_lost) / 100])

    @property
    def percent_lost(self) -> float:
        """How much of the points earned comes off for being late."""
        return min(self.policy.late_percent * self.days_late, 100)

    @property
    def possible(self) -> float:
        """Points possible: fixed by the rubric, whatever was run."""
        return self.rubric.possible

    @property
    def next_to_fix(self) -> ItemResult | None:
        """The first item in roadmap order that fails on its own account; else, to be written."""
        return first_to_fix(self.results.values())

    def add(self, item: Item, verdict: Verdict) -> None:
        """Record one case, and what its item is blocked by."""
        result = self.results[item.name]
        result.verdicts.append(verdict)
        result.blockers = self._blockers(result)
        if verdict.staff:
            self.staff.append(f"{verdict.check}\n{verdict.staff}")

    def _blockers(self, result: ItemResult) -> tuple[str, ...]:
        """What explains all failures of an item; nothing where one is the item's own."""
        judged = [v for v in result.failures if v.kind not in ("ours", "skipped")]
        found = [[*self._explaining(result.item, verdict)] for verdict in judged]
        return tuple(dict.fromkeys(chain(*found))) if all(found) else ()

    def _comes_of_an_import(self, failure: Verdict) -> bool:
        """Whether a module of the student's that does not import is behind a failure.

        A given module that builds on theirs raises what theirs did, or finds a name missing.
        """
        raised, imports = failure.raised, self.results[self.rubric.imports]
        if failure.kind == "import" or raised is None:
            return failure.kind == "import"
        reasons = {str(broken.raised) for broken in self.broken if broken.raised}
        missing = raised.base in IMPORT_ERRORS
        return imports.status in UNEARNED and (str(raised) in reasons or missing)

    def _explaining(self, item: Item, failure: Verdict) -> Iterator[str]:
        """The nearest items below one which explain its failure."""
        if self.rubric.imports and self._comes_of_an_import(failure):
            yield self.rubric.imports
            return
        for name in item.needs:
            below = self.results[name]
            if below.status in UNEARNED and below.explains(failure):
                yield name
            else:
                yield from self._explaining(below.item, failure)
