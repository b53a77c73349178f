"""The CSV files of a class: grades for Gradescope or Canvas, and every item."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from autograder.classroom.record import Record, Row

FORMATS = ("gradescope", "canvas")
"""The systems whose columns `grades.csv` can have."""

GRADESCOPE = (
    *("Name", "SID", "Email", "Total Score", "Max Points"),
    *("Status", "Submission ID", "Submission Time"),
)
ITEMS = (
    *("Student", "Email", "Submission", "Number", "Item"),
    *("Outcome", "Points", "Max Points", "Cause"),
)

Line = Sequence[object]


def grades(rows: Iterable[Row], layout: str, assignment: str, possible: float) -> Iterator[Line]:
    """A line for each row, below the names of the columns; no score where there is no grading."""
    return _canvas(rows, assignment, possible) if layout == "canvas" else _gradescope(rows)


def _gradescope(rows: Iterable[Row]) -> Iterator[Line]:
    yield GRADESCOPE
    for row in rows:
        student = row.student
        status = "Ungraded" if row.score is None else "Graded"
        points = (number(row.score), number(row.possible))
        number_of = row.submission.removeprefix("submission_")
        yield student.name, student.sid, student.email, *points, status, number_of, row.at


def _canvas(rows: Iterable[Row], assignment: str, possible: float) -> Iterator[Line]:
    """Canvas knows a student by the SIS ids; its own ID may stay empty."""
    yield "Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment
    yield "    Points Possible", "", "", "", "", number(possible)
    for row in rows:
        student = row.student
        yield student.name, "", student.sid, student.email, "", number(row.score)


def items(record: Record, rows: Iterable[Row]) -> Iterator[Line]:
    """A line for each item of each row."""
    yield ITEMS
    for row in rows:
        who = (row.student.name, row.student.email, row.submission)
        for item in record.items(row.grading):
            points = (number(item.score), number(item.possible))
            yield *who, item.number, item.name, item.outcome, *points, item.cause


def write(path: Path, lines: Iterable[Line]) -> None:
    """Replace `path` by a CSV in one step."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([*map(_cell, line)] for line in lines)
    replace(path, text.getvalue())


def replace(path: Path, text: str) -> None:
    """Write the file in one step, for its owner alone: a reader sees the old one or the new."""
    draft = path.with_name(f".{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8", errors="replace", newline="")
    draft.replace(path)


def number(points: float | None) -> str:
    """Points without a needless decimal; empty where there are none."""
    return "" if points is None else f"{points:g}"


def _cell(value: object) -> str:
    """A text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
