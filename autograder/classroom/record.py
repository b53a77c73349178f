"""The record of a class: one SQLite file with all that was graded, how, and what came of it.

A grading is one transaction. So however the process ends, each grading is there whole or not at
all, and none is done twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.classroom import facts
from autograder.classroom.checks import Checks
from autograder.classroom.handed_in import HandIn, Student, readable

RECORD = "class.sqlite"
"""Its name in a folder of results."""

FORMAT = 1
"""Rises when a table changes."""

WAIT = 60.0
"""Seconds that another program may hold the file."""

TABLES = """
CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    version TEXT, sources TEXT, rubric TEXT, salt TEXT, edition TEXT, settings TEXT, packages TEXT
);
CREATE TABLE gradings (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    digest TEXT NOT NULL,
    checks INTEGER NOT NULL REFERENCES checks,
    started TEXT NOT NULL, -- UTC
    seconds REAL NOT NULL,
    tries INTEGER NOT NULL,
    fault TEXT NOT NULL, -- why there are no results; else empty
    score REAL, possible REAL,
    isolation TEXT,
    results TEXT -- results.json
);
CREATE INDEX gradings_of ON gradings (submission, digest, checks);
CREATE TABLE items (
    grading INTEGER NOT NULL REFERENCES gradings,
    number TEXT, name TEXT, outcome TEXT, score REAL, possible REAL, cause TEXT, reason TEXT,
    PRIMARY KEY (grading, name)
) WITHOUT ROWID;
CREATE TABLE submissions ( -- the class as it is now
    name TEXT PRIMARY KEY,
    path TEXT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL,
    grading INTEGER REFERENCES gradings -- none before it is graded
);
CREATE TABLE students (
    submission TEXT NOT NULL REFERENCES submissions,
    name TEXT NOT NULL, email TEXT NOT NULL, sid TEXT NOT NULL
);
"""

FOUND = """
SELECT max(id) FROM gradings WHERE submission = ? AND digest = ? AND checks = ? AND fault = ''
"""

ROWS = """
SELECT students.name, email, sid, submissions.name, at, gradings.id, score, possible,
    coalesce(fault, '')
FROM students JOIN submissions ON students.submission = submissions.name
LEFT JOIN gradings ON gradings.id = submissions.grading
ORDER BY submissions.rowid, students.rowid
"""


ROADMAP = """
ORDER BY CAST(number AS INTEGER), CAST(substr(number, instr(number, '.') + 1) AS INTEGER)
"""


class RecordProblem(Exception):
    """The file is no record that this version can read; the message names it."""


@dataclass(frozen=True)
class Outcome:
    """What came of one grading: the text of its results.json, or the fault that kept it away."""

    started: str
    seconds: float
    tries: int = 1
    results: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Row:
    """One student with one submission; without a grading there is no score."""

    student: Student
    submission: str
    at: str
    grading: int | None
    score: float | None
    possible: float | None
    fault: str


class Record:
    """The file at `path`. If it is missing it is made, unless it has to `exist`."""

    def __init__(self, path: Path, exist: bool = False) -> None:
        if exist and not path.is_file():
            raise RecordProblem(f"{path}: there is no record.")
        self._path = path
        try:
            self._open()
        except sqlite3.DatabaseError as fault:
            raise RecordProblem(f"{path} is no record of a class ({fault}).") from fault

    def _open(self) -> None:
        self._path.touch(mode=0o600)
        self._database = sqlite3.connect(self._path, timeout=WAIT, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")  # also when the power goes
        self._database.execute("PRAGMA foreign_keys = ON")
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            with self._transaction() as database:
                for statement in TABLES.split(";\n"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {FORMAT}")
        elif version != FORMAT:
            raise RecordProblem(f"{self._path} is of another version of the autograder.")

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        with self._database as database:  # commits, or rolls back
            yield database

    def hand_in(self, hand_ins: Iterable[HandIn], checks: Checks, again: bool = False) -> None:
        """From now on the class is these submissions, to be graded by `checks`.

        One that was graded before, by its name, its content and the checks, keeps that grading,
        unless it is to be graded `again`.
        """
        described = [(hand_in, hand_in.digest) for hand_in in hand_ins]
        with self._transaction() as database:
            self._checks = _id_of(database, checks)
            database.execute("DELETE FROM students")
            database.execute("DELETE FROM submissions")
            for hand_in, digest in described:
                found = None if again else self._found(hand_in.name, digest)
                fields = (hand_in.name, readable(str(hand_in.path)), hand_in.at, digest, found)
                database.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?)", fields)
                people = [(hand_in.name, s.name, s.email, s.sid) for s in hand_in.students]
                database.executemany("INSERT INTO students VALUES (?, ?, ?, ?)", people)

    def _found(self, name: str, digest: str) -> int | None:
        found: int | None
        (found,) = self._database.execute(FOUND, (name, digest, self._checks)).fetchone()
        return found

    def ungraded(self) -> list[str]:
        """Names of the submissions that have to be graded."""
        query = "SELECT name FROM submissions WHERE grading IS NULL ORDER BY rowid"
        return [name for (name,) in self._database.execute(query)]

    def add(self, name: str, outcome: Outcome, possible: float) -> None:
        """Keep what came of grading the submission `name`, of so many points possible."""
        results = json.loads(outcome.results) if outcome.results else {}
        with self._transaction() as database:
            grading = self._insert(database, name, outcome, results, possible)
            for item in facts.items(results):
                database.execute(
                    "INSERT INTO items VALUES (:grading, :number, :name, :outcome, :score, "
                    ":possible, :cause, :reason)",
                    {"grading": grading, **asdict(item)},
                )
            database.execute("UPDATE submissions SET grading = ? WHERE name = ?", (grading, name))

    def _insert(
        self,
        database: sqlite3.Connection,
        name: str,
        outcome: Outcome,
        results: dict[str, Any],
        possible: float,
    ) -> int | None:
        query = "SELECT digest FROM submissions WHERE name = ?"
        (digest,) = database.execute(query, (name,)).fetchone()
        fields = {
            **{"submission": name, "digest": digest, "checks": self._checks},
            **{"score": results.get("score"), "possible": possible if results else None},
            "isolation": json.dumps(results.get("extra_data", {}).get("isolation", {})),
            **asdict(outcome),
        }
        return database.execute(
            "INSERT INTO gradings VALUES (NULL, :submission, :digest, :checks, :started, "
            ":seconds, :tries, :fault, :score, :possible, :isolation, :results)",
            fields,
        ).lastrowid

    def rows(self) -> list[Row]:
        """Each student with each of the submissions, in the order of the source."""
        return [Row(Student(*row[:3]), *row[3:]) for row in self._database.execute(ROWS)]

    def items(self, grading: int | None) -> list[facts.ItemFacts]:
        """How the items of a grading ended, in roadmap order."""
        query = (
            "SELECT number, items.name, outcome, score, possible, cause, reason FROM items "
            f"WHERE grading = ? {ROADMAP}"
        )
        return [facts.ItemFacts(*row) for row in self._database.execute(query, (grading,))]

    def graded_items(self) -> list[tuple[str, str]]:
        """Numbers and names of all items of the class, in roadmap order."""
        graded = "SELECT grading FROM submissions"
        query = f"SELECT DISTINCT number, name FROM items WHERE grading IN ({graded}) {ROADMAP}"
        return [*self._database.execute(query)]

    def results(self, grading: int | None) -> dict[str, Any]:
        """The whole results.json of a grading; empty where there is none."""
        query = "SELECT results FROM gradings WHERE id = ? AND results != ''"
        found = self._database.execute(query, (grading,)).fetchone()
        return dict(json.loads(found[0])) if found else {}


def _id_of(database: sqlite3.Connection, checks: Checks) -> int:
    fields = {"digest": checks.digest, **asdict(checks)}
    database.execute(
        "INSERT OR IGNORE INTO checks VALUES (NULL, :digest, :version, :sources, :rubric, :salt, "
        ":edition, :settings, :packages)",
        fields,
    )
    found: int
    (found,) = database.execute(
        "SELECT id FROM checks WHERE digest = ?", (checks.digest,)
    ).fetchone()
    return found
