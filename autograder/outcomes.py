"""What a grading found: a verdict for each case, an outcome and a score for each item.

All of it is facts; `report.sentences` has the words for them. What only staff may see is apart from
the moment of failure: `Verdict.staff` is never shown to a student.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from autograder.definition import Item, Rubric
from autograder.sandbox.faults import Frame, ImportFailure, Raised
from autograder.truth.diagnosis import Cause

KINDS = (
    *("passed", "shape", "axis", "value", "finite", "type"),
    *("error", "todo", "import", "lost", "skipped", "ours"),
)
"""How a case ended. `shape` to `type` are a `Mismatch`'s; `error`: the student's code raised;
`todo`: it raised NotImplementedError; `import`: the module does not import; `lost`: the worker
ended or was too slow; `skipped`: not run; `ours`: the autograder's own fault."""

Status = Literal["not run", "passed", "to do", "failed", "blocked", "inconclusive"]

UNEARNED = ("to do", "failed", "blocked")
"""What an item that builds on one with this outcome is blocked by."""

KEEPS_SHAPE = ("value", "finite")
"""Failures of a result that had the right shape."""

KEEPS_VALUE = ("axis",)
"""Failures of a result whose numbers are right."""


@dataclass
class Verdict:
    """One case of one check: how it ended (one of `KINDS`) and why."""

    kind: str
    detail: str = ""
    """What was found, in the words of whoever found it."""
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

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The student's lines on the way to what was raised, outermost first."""
        return self.raised.frames if self.raised else ()

    @property
    def waits_for(self) -> str:
        """Number of the item whose stub was called; empty where none was."""
        return self.raised.item if self.raised else ""


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
        """Whether those for value are. What the autograder got wrong costs nobody anything."""
        return self.finished and all(v.kind in (*KEEPS_VALUE, "ours") for v in self.failures)

    @property
    def shape_score(self) -> int:
        """Points earned for shape."""
        return self.item.shape if self.shape_kept else 0

    @property
    def value_score(self) -> int:
        """Points earned for value."""
        return self.item.value if self.value_kept else 0

    @property
    def score(self) -> int:
        """Points earned, of `item.points`."""
        return self.shape_score + self.value_score


@dataclass
class Report:
    """One submission's grading, complete at every moment: what was not run yet has 0 points."""

    rubric: Rubric
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

    @property
    def score(self) -> int:
        """Points earned, of `possible`."""
        return sum(result.score for result in self.results.values())

    @property
    def possible(self) -> int:
        """Points possible: fixed by the rubric, whatever was run."""
        return self.rubric.possible

    @property
    def next_to_fix(self) -> ItemResult | None:
        """The first item in roadmap order that fails on its own account; else, to be written."""
        results = self.results.values()
        failed = (result for result in results if result.status == "failed")
        to_do = (result for result in results if result.status == "to do")
        return next(failed, None) or next(to_do, None)

    def add(self, item: Item, verdict: Verdict) -> None:
        """Record one case, and what its item is blocked by."""
        result = self.results[item.name]
        result.verdicts.append(verdict)
        broken = any(verdict.kind == "import" for verdict in result.verdicts)
        imports = self.rubric.imports
        lacked = (imports,) if broken and imports else self._missing(item)
        result.blockers = tuple(dict.fromkeys(lacked))
        if verdict.staff:
            self.staff.append(f"{verdict.check}\n{verdict.staff}")

    def _missing(self, item: Item) -> Iterator[str]:
        """What an item builds on and lacks; what lies below a missing one is named there."""
        for name in item.needs:
            if self.results[name].status in UNEARNED:
                yield name
            else:
                yield from self._missing(self.results[name].item)
