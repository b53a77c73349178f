"""Prove the checks: right submissions must get every point, wrong ones lose what they got wrong.

The reference and the wheats must get every point, the untouched template none, and each chaff must
fall in the items that it names, with the points that it names, and in no other.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import chaffs, grading
from autograder.chaffs import Chaff
from autograder.outcomes import UNEARNED, ItemResult, Report

ROOT = Path(__file__).resolve().parents[1]
REFERENCE, TEMPLATE = ROOT / "reference", ROOT / "student_template"
WHEATS, CHAFFS = ROOT / "tests" / "wheats", ROOT / "tests" / "chaffs"

SEED = 20
"""Draws the hidden cases, so that every audit asks the same."""

DIAGNOSED = 0.9
"""The least share of chaffs whose mistake must be named right."""


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


@dataclass
class Graded:
    """One submission's grading, and each way in which it is not what it must be."""

    subject: Subject
    report: Report
    false_alarms: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)

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
        return next((v.cause for r in fallen for v in r.failures if v.cause), "")


@dataclass
class Audit:
    """All gradings of one audit."""

    graded: list[Graded]
    seconds: float
    whole: bool
    """Whether every chaff was graded, so that a check that none needs is a surprise."""

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
        return [f"{check} ({item})" for check, item in sorted(checks - needed)]

    @property
    def passed(self) -> bool:
        """Whether nothing was a surprise."""
        surprised = any(one.surprises for one in self.graded)
        return not surprised and not self.idle_checks and self.diagnosed >= DIAGNOSED


def subjects(only: Sequence[str] = ()) -> list[Subject]:
    """Everything that an audit grades, or what `only` names; `ChaffMistake` for a wrong name."""
    found = [Subject("reference", "reference", REFERENCE)]
    found += [Subject(TEMPLATE.name, "template", TEMPLATE)] if TEMPLATE.is_dir() else []
    found += wheats()
    found += [Subject(chaff.name, "chaff", REFERENCE, chaff=chaff) for chaff in chaffs.load(CHAFFS)]
    unknown = set(only) - {subject.name for subject in found}
    if unknown:
        raise chaffs.ChaffMistake(f"nothing is named {', '.join(sorted(unknown))}.")
    return [subject for subject in found if not only or subject.name in only]


def wheats(seeds: Sequence[int] = (SEED,)) -> list[Subject]:
    """Each right submission of tests/wheats, once for each seed."""
    folders = sorted(path for path in WHEATS.iterdir() if (path / "beras").is_dir())
    return [Subject(path.name, "wheat", path, seed) for seed in seeds for path in folders]


def run(
    chosen: Sequence[Subject],
    jobs: int,
    whole: bool,
    progress: Callable[[int, Graded], None] = lambda done, graded: None,
) -> Audit:
    """Grade all of `chosen`, `jobs` at a time, each in a process that grades nothing else."""
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        pending = {pool.submit(_grade, subject): k for k, subject in enumerate(chosen)}
        graded: dict[int, Graded] = {}
        for done, future in enumerate(as_completed(pending), start=1):
            place = pending[future]
            graded[place] = judge(chosen[place], future.result())
            progress(done, graded[place])
    ordered = [graded[place] for place in range(len(chosen))]
    return Audit(ordered, time.monotonic() - started, whole)


def judge(subject: Subject, report: Report) -> Graded:
    """Hold one grading against what the submission must get."""
    graded = Graded(subject, report)
    if report.own_fault or report.staff:
        graded.false_alarms += [f"the autograder itself: {text}" for text in report.staff]
    if subject.chaff is not None:
        _judge_chaff(graded, subject.chaff)
    elif subject.kind == "template":
        if report.score:
            graded.missed.append(f"{report.score} points for the untouched template")
    else:
        graded.false_alarms += [_told(r) for r in report.results.values() if r.status != "passed"]
    return graded


def _judge_chaff(graded: Graded, chaff: Chaff) -> None:
    for name, result in graded.report.results.items():
        wanted = (
            "failed" if name in chaff.falls else "blocked" if name in chaff.blocked else "passed"
        )
        lost = result.item.points - result.score
        if result.status == "passed" and wanted != "passed":
            graded.missed.append(f"{name} passes; it must be {wanted}")
        elif result.status != wanted:
            graded.misplaced.append(f"{_told(result)}\n    it must be {wanted}")
        elif lost != chaff.losses.get(name, 0):
            must = chaff.losses.get(name, 0)
            graded.misplaced.append(f"{name} loses {lost} points; it must lose {must}")


def _told(result: ItemResult) -> str:
    lost = result.item.points - result.score
    text = result.failures[0].student.splitlines()[0] if result.failures else ""
    return f"{result.item.name} is {result.status} and loses {lost}: {text}"


def _grade(subject: Subject) -> Report:
    """In a worker of the pool: what a TA's `grade` does, without a file of results."""
    if subject.chaff is None:
        return grading.grade(subject.folder, seed=subject.seed)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "submission"
        chaffs.write(subject.chaff, subject.folder, target)
        return grading.grade(target, seed=subject.seed)


def _checks(report: Report) -> Iterator[tuple[str, str]]:
    """Every check that ran, as (test function, item)."""
    for result in report.results.values():
        for verdict in result.verdicts:
            yield _function(verdict.check), result.item.name


def _needed(report: Report) -> Iterator[tuple[str, str]]:
    """Checks without which an item's outcome or points would be others."""
    for result in report.results.values():
        if result.status not in UNEARNED:
            continue
        for function in {_function(verdict.check) for verdict in result.failures}:
            kept = [v for v in result.verdicts if _function(v.check) != function]
            without = replace(result, verdicts=kept, cases=len(kept))
            if not kept or (without.status, without.score) != (result.status, result.score):
                yield function, result.item.name


def _function(check: str) -> str:
    """A test function's name out of a node id: file, function and no parameters."""
    return check.partition("[")[0].rpartition("/")[2]


def _expect_whole_clone() -> None:
    for folder in (REFERENCE, WHEATS, CHAFFS):
        if not folder.is_dir():
            raise chaffs.ChaffMistake(f"{folder} is missing: an audit needs the whole project.")


def main(
    only: Sequence[str] = (), jobs: int | None = None, seeds: int = 0, page: Path | None = None
) -> int:
    """Audit, print what was found, write the page; returns the process's exit code."""
    from autograder.report import audit_page, audit_text

    try:
        _expect_whole_clone()
        chosen = wheats(range(1, seeds + 1)) if seeds else subjects(only)
        show = audit_text.Progress(len(chosen), sys.stderr)
        audit = run(chosen, jobs or os.cpu_count() or 1, not only and not seeds, show)
    except chaffs.ChaffMistake as mistake:
        print(f"audit: {mistake}", file=sys.stderr)
        return 2
    print(audit_text.render(audit))
    if page is not None:
        page.write_text(audit_page.render(audit), encoding="utf-8")
        print(f"Page: {page}")
    return 0 if audit.passed else 1
