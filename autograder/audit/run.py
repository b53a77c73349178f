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
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from autograder import grading, reference, template
from autograder.audit import chaffs, page, text
from autograder.audit.findings import Audit, Graded, Subject, judge
from autograder.audit.forgotten import forgotten
from autograder.audit.reach import recorded
from autograder.definition import Homework
from autograder.grading import Conditions
from autograder.outcomes import Report
from autograder.project import Project

MANY = 5
"""With so many chaffs it pays to find out first which cases they can change."""


@contextmanager
def ready(project: Project) -> Iterator[list[Subject]]:
    """Everything that an audit of a project grades; what is shared stands in folders for it."""
    with reference.whole(project) as solution, tempfile.TemporaryDirectory() as scratch:
        found = [Subject("reference", "reference", solution)]
        if project.output.is_dir():
            found.append(Subject(project.output.name, "template", project.output))
        elif project.shared:
            untouched = Path(scratch) / "template"
            template.write(template.build(project), untouched)
            found.append(Subject("template", "template", untouched))
        found += wheats(project, Path(scratch) / "wheats")
        wrong = chaffs.load(project.root / project.chaffs, project.homework)
        yield found + [Subject(chaff.name, "chaff", solution, chaff=chaff) for chaff in wrong]


def wheats(project: Project, scratch: Path) -> list[Subject]:
    """Each right submission; one that shares modules with another is put together in `scratch`."""
    package = project.homework.package
    paths = (project.root / project.wheats).iterdir()
    folders = sorted(path for path in paths if (path / package).is_dir())
    if project.shared_wheats:
        together = [reference.wheat(project, path.name) for path in folders]
        pairs = zip(together, folders, strict=True)
        folders = [reference.assemble(one, scratch / path.name) for one, path in pairs]
    return [Subject(path.name, "wheat", path) for path in folders]


def with_seeds(right: Iterable[Subject], seeds: Iterable[int]) -> list[Subject]:
    """Each right submission, once for each seed."""
    wheats = [subject for subject in right if subject.kind == "wheat"]
    return [replace(subject, seed=seed) for seed in seeds for subject in wheats]


def run(
    homework: Homework,
    chosen: Sequence[Subject],
    jobs: int,
    whole: bool,
    sparing: bool,
    progress: Callable[[int, Graded], None] = lambda done, graded: None,
) -> Audit:
    """Grade all of `chosen`, `jobs` at a time, each in a process that grades nothing else.

    If it is `sparing`, a chaff is asked no case that its edits cannot change.
    """
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        chosen = _without_needless_cases(pool, homework, chosen) if sparing else chosen
        pending = {pool.submit(_grade, homework, chosen[k]): k for k in _longest_first(chosen)}
        graded: dict[int, Graded] = {}
        for done, future in enumerate(as_completed(pending), start=1):
            place = pending[future]
            graded[place] = judge(chosen[place], future.result())
            progress(done, graded[place])
    ordered = [graded[place] for place in range(len(chosen))]
    shared = frozenset(path.name for path in homework.shared)
    return Audit(homework.rubric, ordered, time.monotonic() - started, whole, shared)


def _longest_first(chosen: Sequence[Subject]) -> list[int]:
    """Places of the submissions, those first that are asked most cases: the last ones must be
    short, or at the end one core waits for another."""
    return sorted(range(len(chosen)), key=lambda place: len(chosen[place].granted))


def _without_needless_cases(
    pool: Executor, homework: Homework, chosen: Sequence[Subject]
) -> list[Subject]:
    """The same, with the cases that need not be asked, where there are chaffs enough to pay."""
    wrong = [subject for subject in chosen if subject.chaff]
    if len(wrong) < MANY:
        return [*chosen]
    reach = pool.submit(recorded, homework, wrong[0].folder, wrong[0].seed).result()
    return [
        replace(one, granted=reach.untouched(one.chaff, one.folder)) if one.chaff else one
        for one in chosen
    ]


def _grade(homework: Homework, subject: Subject) -> Report:
    """What a worker of the pool does: grade as a TA's `grade` does, without a file of results."""
    conditions = Conditions(seed=subject.seed, granted=subject.granted)
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
    projects: Sequence[Project],
    only: Sequence[str] = (),
    jobs: int | None = None,
    seeds: int = 0,
    html: Path | None = None,
    every_case: bool = False,
) -> int:
    """Audit each, print what was found, write the pages; returns the process's exit code."""
    cores = jobs or os.cpu_count() or 1
    try:
        with ExitStack() as folders:
            prepared = [_prepared(project, not only and not seeds, folders) for project in projects]
            known = {subject.name for found in prepared for subject in found}
            if unknown := sorted(set(only) - known):
                raise chaffs.ChaffMistake(f"nothing is named {', '.join(unknown)}.")
            chosen = [_chosen(found, only, seeds) for found in prepared]
            plans = [plan for plan in zip(projects, chosen, strict=True) if plan[1]]
            whole = not only and not seeds
            how = cores, whole, not every_case
            audits = [_audited(project, some, *how) for project, some in plans]
    except chaffs.ChaffMistake as mistake:
        print(f"audit: {mistake}", file=sys.stderr)
        return 2
    for number, audit in enumerate(audits):
        if html is not None:
            _write_page(audit, html, number)
    return 0 if all(audit.passed for audit in audits) else 1


def _prepared(project: Project, whole: bool, folders: ExitStack) -> list[Subject]:
    """Everything that an audit of a project grades, for as long as `folders` is open."""
    _expect_whole_clone(project)
    _expect_nothing_forgotten(project, whole)
    return folders.enter_context(ready(project))


def _chosen(found: Sequence[Subject], only: Sequence[str], seeds: int) -> list[Subject]:
    subjects = with_seeds(found, range(1, seeds + 1)) if seeds else found
    return [subject for subject in subjects if not only or subject.name in only]


def _audited(
    project: Project, chosen: Sequence[Subject], jobs: int, whole: bool, sparing: bool
) -> Audit:
    """Grade what was chosen of a project, and print what was found."""
    if project.homework.form:
        print(f"\n{project.homework.name}", file=sys.stderr)
    show = text.Progress(len(chosen), sys.stderr)
    audit = run(project.homework, chosen, jobs, whole, sparing, show)
    print(text.render(audit), flush=True)
    return audit


def _write_page(audit: Audit, html: Path, number: int) -> None:
    """The first audit's page is `html`, those of others are named after it."""
    path = html.with_stem(f"{html.stem}-{number + 1}") if number else html
    path.write_text(page.render(audit), encoding="utf-8")
    print(f"Page: {path}")
