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
from autograder.audit.forgotten import forgotten
from autograder.definition import Homework
from autograder.grading import Conditions
from autograder.outcomes import Report
from autograder.project import Project


def subjects(project: Project, only: Sequence[str] = ()) -> list[Subject]:
    """Everything that an audit grades, or what `only` names; `ChaffMistake` for a wrong name."""
    reference, output = project.root / project.reference, project.output
    found = [Subject("reference", "reference", reference)]
    found += [Subject(output.name, "template", output)] if output.is_dir() else []
    found += wheats(project)
    wrong = chaffs.load(project.root / project.chaffs, project.homework)
    found += [Subject(chaff.name, "chaff", reference, chaff=chaff) for chaff in wrong]
    unknown = set(only) - {subject.name for subject in found}
    if unknown:
        raise chaffs.ChaffMistake(f"nothing is named {', '.join(sorted(unknown))}.")
    return [subject for subject in found if not only or subject.name in only]


def wheats(project: Project, seeds: Sequence[int] = (SEED,)) -> list[Subject]:
    """Each right submission, once for each seed."""
    package = project.homework.package
    paths = (project.root / project.wheats).iterdir()
    folders = sorted(path for path in paths if (path / package).is_dir())
    return [Subject(path.name, "wheat", path, seed) for seed in seeds for path in folders]


def run(
    homework: Homework,
    chosen: Sequence[Subject],
    jobs: int,
    whole: bool,
    progress: Callable[[int, Graded], None] = lambda done, graded: None,
) -> Audit:
    """Grade all of `chosen`, `jobs` at a time, each in a process that grades nothing else."""
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        pending = {pool.submit(_grade, homework, subject): k for k, subject in enumerate(chosen)}
        graded: dict[int, Graded] = {}
        for done, future in enumerate(as_completed(pending), start=1):
            place = pending[future]
            graded[place] = judge(chosen[place], future.result())
            progress(done, graded[place])
    ordered = [graded[place] for place in range(len(chosen))]
    return Audit(homework.rubric, ordered, time.monotonic() - started, whole)


def _grade(homework: Homework, subject: Subject) -> Report:
    """What a worker of the pool does: grade as a TA's `grade` does, without a file of results."""
    conditions = Conditions(seed=subject.seed)
    if subject.chaff is None:
        return grading.grade(subject.folder, homework, conditions)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "submission"
        chaffs.write(subject.chaff, subject.folder, target)
        return grading.grade(target, homework, conditions)


def _expect_whole_clone(project: Project) -> None:
    for name in (project.reference, project.wheats, project.chaffs):
        if not (project.root / name).is_dir():
            what = f"{project.root / name} is missing: an audit needs the whole project."
            raise chaffs.ChaffMistake(what)


def _expect_nothing_forgotten(project: Project, whole: bool) -> None:
    """Name what is missing, if anything; a whole audit, which could only fail, is refused then."""
    wrong = chaffs.load(project.root / project.chaffs, project.homework)
    found = forgotten(project, wrong)
    if found and whole:
        raise chaffs.ChaffMistake("\n".join(["something was forgotten.", *found]))
    for mistake in found:
        print(f"audit: {mistake}", file=sys.stderr)


def main(
    project: Project,
    only: Sequence[str] = (),
    jobs: int | None = None,
    seeds: int = 0,
    html: Path | None = None,
) -> int:
    """Audit, print what was found, write the page; returns the process's exit code."""
    try:
        whole = not only and not seeds
        _expect_whole_clone(project)
        _expect_nothing_forgotten(project, whole)
        chosen = wheats(project, range(1, seeds + 1)) if seeds else subjects(project, only)
        show = text.Progress(len(chosen), sys.stderr)
        audit = run(project.homework, chosen, jobs or os.cpu_count() or 1, whole, show)
    except chaffs.ChaffMistake as mistake:
        print(f"audit: {mistake}", file=sys.stderr)
        return 2
    print(text.render(audit))
    if html is not None:
        html.write_text(page.render(audit), encoding="utf-8")
        print(f"Page: {html}")
    return 0 if audit.passed else 1
