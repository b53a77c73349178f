"""Grade a class into a folder: the record, the tables and the page."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import statistics
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.util import get_temp_dir
from pathlib import Path

from autograder.classroom import checks, engine, facts, sources, tables
from autograder.classroom.handed_in import HandIn, Which, counted
from autograder.classroom.progress import Progress
from autograder.classroom.record import RECORD, Outcome, Record, RecordProblem, Row
from autograder.classroom.task import OtherChecks, Task
from autograder.definition import Homework
from autograder.sandbox.confinement.privacy import private_paths
from autograder.sandbox.private_folder import remove


class ClassProblem(Exception):
    """The class cannot be graded so; the message says why."""


@dataclass(frozen=True)
class Wanted:
    """What a TA asked for: the class in `source`, graded into the folder `out`.

    `scheduler` is a Dask scheduler's address, `seconds` the bound on one grading; with `again`
    nothing is taken from the record. `layout` is one of `tables.FORMATS`, `assignment` the name of
    Canvas's column.
    """

    homework: Homework
    source: Path
    out: Path
    which: Which = "latest"
    jobs: int = 1
    scheduler: str | None = None
    again: bool = False
    seconds: float | None = None
    layout: str = "gradescope"
    assignment: str = ""


def grade(wanted: Wanted) -> list[Row]:
    """Grade what is not in the record yet; the rows that count.

    Raises:
        ClassProblem: nothing was graded, and the message says why.
    """
    try:
        found = sources.read(wanted.source, wanted.homework.package)
        hand_ins = [one for one in found if one.path.resolve() != wanted.out.resolve()]
        with _folder(wanted.out), Record(wanted.out / RECORD) as record:
            with _closed(wanted.source, wanted.out / ".source"):
                _grade(wanted, record, counted(hand_ins, wanted.which))
            rows = best(record.rows()) if wanted.which == "best" else record.rows()
            write(wanted, record, rows)
            return rows
    except (sources.SourceMistake, RecordProblem, engine.NoScheduler) as problem:
        raise ClassProblem(str(problem)) from problem
    except (OSError, sqlite3.Error, OtherChecks) as fault:
        text = f"The class was stopped: {fault}. What was graded before is in {wanted.out}."
        raise ClassProblem(text) from fault


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """The folder of the results, one class at a time; only its owner may enter a new one."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(out, os.O_RDONLY)
    except OSError as fault:
        raise ClassProblem(f"{out}: cannot hold results ({fault.strerror}).") from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with _temporary_folder(out / ".temporary"):
            yield
    except BlockingIOError as fault:
        raise ClassProblem(f"{out}: another class is graded into it right now.") from fault
    finally:
        os.close(descriptor)


@contextmanager
def _temporary_folder(note: Path) -> Iterator[None]:
    """Remove what the fork server of a class that was killed left, and note where ours is."""
    if note.exists() and (left := Path(note.read_text())).name.startswith("pymp-"):
        remove(left)
    note.write_text(get_temp_dir())
    yield
    note.unlink()


@contextmanager
def _closed(source: Path, note: Path) -> Iterator[None]:
    """Keep what the others handed in from a submission that runs under a uid of its own.

    The source's mode is noted meanwhile, so that it is open again after a class that was killed.
    """
    if os.geteuid() != 0 or not private_paths(source):
        yield
        return
    mode = _mode_before(source, note)
    note.write_text(f"{mode:o} {source.resolve()}", errors="surrogateescape")
    with suppress(OSError):  # it may lie on a read-only file system
        source.chmod(mode & 0o700)
    try:
        yield
    finally:
        with suppress(OSError):
            source.chmod(mode)
        note.unlink()


def _mode_before(source: Path, note: Path) -> int:
    """The mode that a source had before a class closed it, which may have been killed."""
    if note.exists():
        mode, _, path = note.read_text(errors="surrogateescape").partition(" ")
        if path == str(source.resolve()):
            return int(mode, 8)
    return source.stat().st_mode & 0o7777


def _grade(wanted: Wanted, record: Record, hand_ins: list[HandIn]) -> None:
    used = checks.of(wanted.homework)
    record.hand_in(hand_ins, used, wanted.again)
    paths = {hand_in.name: hand_in.path for hand_in in hand_ins}
    names = record.ungraded()
    progress = _Told(Progress(len(paths) - len(names), len(paths)))
    if wanted.homework.policy.late_percent:
        progress.say("When work was due is not known here: nothing comes off for being late.")
    if len(names) < len(paths):
        progress.say(f"{len(paths) - len(names)} of {len(paths)} are in the record already.")
    tasks = (_task(wanted, name, paths[name], used.digest) for name in names)
    with ExitStack() as stack:
        places = engine.executor(wanted.homework, wanted.jobs, wanted.scheduler)
        pool, at_once = stack.enter_context(places)
        # Closed before the pool waits for its threads, wherever Ctrl-C finds this.
        for name, outcome in stack.enter_context(closing(engine.graded(pool, tasks, at_once))):
            record.add(name, outcome, wanted.homework.rubric.possible)
            progress.tell(name, outcome)
    progress.end()


def _task(wanted: Wanted, name: str, path: Path, digest: str) -> Task:
    private = tuple(p.resolve() for p in (wanted.out, *private_paths(wanted.source)))
    return Task(name, path.resolve(), wanted.homework, digest, private, wanted.seconds)


class _Told:
    """Progress, with a line for each submission that needs staff."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said: set[str] = set()

    def tell(self, name: str, outcome: Outcome) -> None:
        results = json.loads(outcome.results) if outcome.results else {}
        reasons = [outcome.fault] if outcome.fault else facts.for_staff(results)
        if reasons:
            self._progress.say(f"{name}: {'; '.join(reasons)}")
        for text in facts.weaker(results):
            if text not in self._said:  # it is so for every submission on this machine
                self._said.add(text)
                self._progress.say(text)
        self._progress.step()

    def say(self, line: str) -> None:
        self._progress.say(line)

    def end(self) -> None:
        self._progress.clear()


def best(rows: list[Row]) -> list[Row]:
    """Of each student's rows the one with the most points, of these the last."""
    kept: dict[str, Row] = {}
    for row in rows:
        key = row.student.key
        if key not in kept or _rank(row) >= _rank(kept[key]):
            kept[key] = row
    return [row for row in rows if kept[row.student.key] is row]


def _rank(row: Row) -> tuple[float, str]:
    return (-1.0 if row.score is None else row.score, row.at)


def write(wanted: Wanted, record: Record, rows: list[Row]) -> None:
    """The tables and the page."""
    from autograder.classroom.page import matrix  # charts, half a second that no grading waits for

    out, possible = wanted.out, max((row.possible or 0 for row in rows), default=0)
    grades = tables.grades(rows, wanted.layout, wanted.assignment or wanted.homework.name, possible)
    tables.write(out / "grades.csv", grades)
    tables.write(out / "items.csv", tables.items(record, rows))
    tables.replace(out / "index.html", matrix.page(wanted.homework, record, rows))


def summary(wanted: Wanted, rows: list[Row]) -> str:
    """What a class has come to, in a few lines."""
    scores = sorted(row.score for row in rows if row.score is not None)
    failed = len(rows) - len(scores)
    lines = [f"{len(scores)} graded: {wanted.out}"]
    if scores:
        middle = statistics.median(scores)
        lines.append(f"Points: {scores[0]:g} to {scores[-1]:g}, median {middle:g}")
    if failed:
        lines.append(f"{failed} could not be graded: see the page; the same command tries again.")
    return "\n".join(lines)
