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
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from autograder import grading
from autograder.audit import chaffs, page, text
from autograder.audit.findings import SEED, Audit, Graded, Subject, judge
from autograder.grading import Conditions
from autograder.homework.beras import BERAS
from autograder.outcomes import Report

ROOT = Path(__file__).resolve().parents[2]
REFERENCE, TEMPLATE = ROOT / "reference", ROOT / "student_template"
WHEATS, CHAFFS = ROOT / "tests" / "wheats", ROOT / "tests" / "chaffs"


def subjects(only: Sequence[str] = ()) -> list[Subject]:
    """Everything that an audit grades, or what `only` names; `ChaffMistake` for a wrong name."""
    found = [Subject("reference", "reference", REFERENCE)]
    found += [Subject(TEMPLATE.name, "template", TEMPLATE)] if TEMPLATE.is_dir() else []
    found += wheats()
    wrong = chaffs.load(CHAFFS, BERAS.rubric)
    found += [Subject(chaff.name, "chaff", REFERENCE, chaff=chaff) for chaff in wrong]
    unknown = set(only) - {subject.name for subject in found}
    if unknown:
        raise chaffs.ChaffMistake(f"nothing is named {', '.join(sorted(unknown))}.")
    return [subject for subject in found if not only or subject.name in only]


def wheats(seeds: Sequence[int] = (SEED,)) -> list[Subject]:
    """Each right submission of tests/wheats, once for each seed."""
    folders = sorted(path for path in WHEATS.iterdir() if (path / BERAS.package).is_dir())
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
    return Audit(BERAS.rubric, ordered, time.monotonic() - started, whole)


def _grade(subject: Subject) -> Report:
    """In a worker of the pool: what a TA's `grade` does, without a file of results."""
    conditions = Conditions(seed=subject.seed)
    if subject.chaff is None:
        return grading.grade(subject.folder, BERAS, conditions)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "submission"
        chaffs.write(subject.chaff, subject.folder, target)
        return grading.grade(target, BERAS, conditions)


def _expect_whole_clone() -> None:
    for folder in (REFERENCE, WHEATS, CHAFFS):
        if not folder.is_dir():
            raise chaffs.ChaffMistake(f"{folder} is missing: an audit needs the whole project.")


def main(
    only: Sequence[str] = (), jobs: int | None = None, seeds: int = 0, html: Path | None = None
) -> int:
    """Audit, print what was found, write the page; returns the process's exit code."""
    try:
        _expect_whole_clone()
        chosen = wheats(range(1, seeds + 1)) if seeds else subjects(only)
        show = text.Progress(len(chosen), sys.stderr)
        audit = run(chosen, jobs or os.cpu_count() or 1, not only and not seeds, show)
    except chaffs.ChaffMistake as mistake:
        print(f"audit: {mistake}", file=sys.stderr)
        return 2
    print(text.render(audit))
    if html is not None:
        html.write_text(page.render(audit), encoding="utf-8")
        print(f"Page: {html}")
    return 0 if audit.passed else 1
