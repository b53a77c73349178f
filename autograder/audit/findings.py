"""What an audit found: each grading compared with what its submission must get."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from autograder.audit.chaffs import Chaff, Lost
from autograder.definition import Rubric
from autograder.outcomes import UNEARNED, ItemResult, Report
from autograder.report import sentences

SEED = 20
"""Draws the hidden cases, so that every audit asks the same."""

DIAGNOSED = 0.9
"""The share of chaffs whose mistake must be named right, at least."""


@dataclass(frozen=True)
class Subject:
    """One submission to grade: the one in `folder`, or the chaff made of it.

    `kind` is "reference", "template", "wheat" or "chaff"; `seed` draws the hidden cases.
    """

    name: str
    kind: str
    folder: Path
    seed: int = SEED
    chaff: Chaff | None = None
    granted: frozenset[str] = frozenset()
    """Cases that its edits cannot change."""


@dataclass
class Graded:
    """One submission's grading, and each way in which it is not what it must be."""

    subject: Subject
    report: Report
    false_alarms: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    items: set[str] = field(default_factory=set)
    """Names of the items that some of them are about."""

    @property
    def surprises(self) -> list[str]:
        """All of them, in one list."""
        return self.false_alarms + self.missed + self.misplaced

    @property
    def expected(self) -> str:
        """The mistake that has to be named."""
        return self.subject.chaff.diagnosis if self.subject.chaff else ""

    @property
    def named(self) -> str:
        """The first mistake that the items on their own account name; empty where none does."""
        fallen = (r for r in self.report.results.values() if r.status == "failed")
        return next((v.cause.name for r in fallen for v in r.failures if v.cause), "")


@dataclass
class Audit:
    """All gradings of one audit."""

    rubric: Rubric
    graded: list[Graded]
    seconds: float
    whole: bool
    """Whether every chaff was graded, so that a check that none needs is a surprise."""
    shared: frozenset[str] = frozenset()
    """Names of files of checks that chaffs of another edition prove."""

    @property
    def chaffs(self) -> list[Graded]:
        """The wrong submissions."""
        return [one for one in self.graded if one.subject.chaff]

    @property
    def misnamed(self) -> list[Graded]:
        """Chaffs whose mistake was named as another, or not named, or named where none can be."""
        return [one for one in self.chaffs if one.named != one.expected]

    @property
    def diagnosed(self) -> float:
        """Share of chaffs whose mistake was named right."""
        return 1.0 - len(self.misnamed) / len(self.chaffs) if self.chaffs else 1.0

    @property
    def idle_checks(self) -> list[str]:
        """Checks, each with its item, that no chaff needs: without them nothing would be missed."""
        if not self.whole:
            return []
        checks = {pair for one in self.graded for pair in _checks(one.report)}
        needed = {pair for one in self.chaffs for pair in _needed(one.report)}
        idle = sorted(checks - needed)
        own = [pair for pair in idle if pair[0].partition("::")[0] not in self.shared]
        return [f"{check} ({item})" for check, item in own]

    @property
    def passed(self) -> bool:
        """Whether nothing was a surprise."""
        surprised = any(one.surprises for one in self.graded)
        return not surprised and not self.idle_checks and self.diagnosed >= DIAGNOSED


def judge(subject: Subject, report: Report) -> Graded:
    """Compare one grading with what the submission must get."""
    graded = Graded(subject, report)
    if report.own_fault or report.staff:
        graded.false_alarms += [f"the autograder itself: {text}" for text in report.staff]
    if subject.chaff is not None:
        _judge_chaff(graded, subject.chaff)
    elif subject.kind == "template":
        if report.score:
            graded.missed.append(f"{report.score} points for the untouched template")
    else:
        wrong = [result for result in report.results.values() if result.status != "passed"]
        graded.false_alarms += map(_told, wrong)
        graded.items = {result.item.name for result in wrong}
    return graded


def _judge_chaff(graded: Graded, chaff: Chaff) -> None:
    for name, result in graded.report.results.items():
        wanted = (
            "failed" if name in chaff.falls else "blocked" if name in chaff.blocked else "passed"
        )
        lost, must = _lost(result), chaff.losses.get(name, "nothing")
        if result.status == "passed" and wanted != "passed":
            graded.missed.append(f"{name} passes; it must be {wanted}")
        elif result.status != wanted:
            graded.misplaced.append(f"{_told(result)}\n    it must be {wanted}")
        elif lost != must:
            graded.misplaced.append(f"{_told(result)}\n    it must lose {must}")
        else:
            continue
        graded.items.add(name)


def _told(result: ItemResult) -> str:
    text = sentences.failure(result.failures[0]).splitlines()[0] if result.failures else ""
    return f"{result.item.name} is {result.status} and loses {_lost(result)}: {text}"


def _lost(result: ItemResult) -> Lost | Literal["nothing"]:
    """What of an item is lost, whatever it is worth: a point moved elsewhere changes nothing."""
    if result.shape_kept:
        return "nothing" if result.value_kept else "value"
    return "shape" if result.value_kept else "all"


def _checks(report: Report) -> Iterator[tuple[str, str]]:
    """Every check that ran, as (test function, item)."""
    for result in report.results.values():
        for verdict in result.verdicts:
            yield verdict.function, result.item.name


def _needed(report: Report) -> Iterator[tuple[str, str]]:
    """Checks without which an item would end otherwise, or keep more."""
    for result in report.results.values():
        if result.status not in UNEARNED:
            continue
        for function in {verdict.function for verdict in result.failures}:
            kept = [v for v in result.verdicts if v.function != function]
            without = replace(result, verdicts=kept, cases=len(kept))
            if not kept or (without.status, _lost(without)) != (result.status, _lost(result)):
                yield function, result.item.name
