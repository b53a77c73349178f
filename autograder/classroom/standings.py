"""Everybody's standing in one grading of a class, from a record or from files of results."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.classroom import export, facts
from autograder.classroom.facts import ItemFacts
from autograder.classroom.handed_in import Student
from autograder.classroom.record import RECORD, Record, RecordProblem


class NothingGraded(Exception):
    """There is no grading to compare with; the message names the place."""


@dataclass(frozen=True)
class Standing:
    """What one student has: a total, where there is a grading, and items by name."""

    name: str
    total: float | None
    items: Mapping[str, ItemFacts]


def read(place: Path) -> dict[str, Standing]:
    """Everybody's standing, by the key of each student.

    `place` is a record, a folder that holds one, or a folder with a results.json in each folder.

    Raises:
        NothingGraded: it is none of these.
    """
    try:
        found = _read(place)
    except (RecordProblem, export.ExportProblem) as problem:
        raise NothingGraded(str(problem)) from problem
    if not found:
        raise NothingGraded(f"{place} holds no gradings, neither {RECORD} nor a results.json.")
    return found


def _read(place: Path) -> dict[str, Standing]:
    if place.is_file() or (place / RECORD).is_file():
        with Record(place if place.is_file() else place / RECORD, exist=True) as record:
            return _by_key(_recorded(record))
    return _by_key(_exported(place))


def _recorded(record: Record) -> Iterator[tuple[Student, str, Standing]]:
    for row in record.rows():
        items = {item.name: item for item in record.items(row.grading)}
        yield row.student, row.submission, Standing(row.student.name, row.score, items)


def _exported(folder: Path) -> Iterator[tuple[Student, str, Standing]]:
    """From Gradescope's file about all of them, else from each results.json below a folder.

    Where the first has results, a results.json is what a student handed in.
    """
    told = export.metadata(folder) if (folder / export.METADATA).is_file() else {}
    for name, results in (_inside(told) or _in_files(folder)).items():
        fields = told.get(name.partition("/")[0], {})
        for student in export.students(fields, name):
            yield student, name, _standing(student, results)


def _inside(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields["results"] for name, fields in told.items() if fields.get("results")}


def _in_files(folder: Path) -> dict[str, Any]:
    paths = sorted(folder.rglob("results.json"))
    return {path.parent.relative_to(folder).as_posix(): _parsed(path) for path in paths}


def _parsed(path: Path) -> Any:
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise NothingGraded(f"{path} cannot be read ({fault}).") from fault
    if not isinstance(results, dict):
        raise NothingGraded(f"{path} is no results.json.")
    return results


def _standing(student: Student, results: Mapping[str, Any]) -> Standing:
    items = {item.name: item for item in facts.items(results)}
    total = results.get("score", sum(item.score for item in items.values()))
    return Standing(student.name, total, items)


def _by_key(found: Iterable[tuple[Student, str, Standing]]) -> dict[str, Standing]:
    """By student; where a student has several, each by its submission's name as well."""
    found = list(found)
    often = Counter(student.key for student, _, _ in found)
    return {
        student.key if often[student.key] == 1 else f"{student.key}, {submission}": standing
        for student, submission, standing in found
    }
