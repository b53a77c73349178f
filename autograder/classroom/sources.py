"""Read who handed in what: from a folder, from Gradescope's export, or from a CSV of paths."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.classroom import export
from autograder.classroom.handed_in import HandIn, Student, readable
from autograder.submission.advice import ARCHIVES
from autograder.submission.folders import is_ignored

COLUMNS = ("path", "name", "email", "sid", "time")
"""What a CSV may have; it must have `path`."""


class SourceMistake(Exception):
    """There is no class to grade; the message says why and what to do."""


def read(source: Path, package: str) -> list[HandIn]:
    """All submissions of a class, in the order of the source.

    `package` is the folder that a submission of the homework holds.

    Raises:
        SourceMistake: nothing there, or nothing that can be read as a class.
    """
    hand_ins = _found(source, package)
    if not hand_ins:
        raise SourceMistake(f"{source}: there is no submission, neither a folder nor a zip.")
    return hand_ins


def _found(source: Path, package: str) -> list[HandIn]:
    if source.is_file() and source.suffix.lower() == ".csv":
        return _from_csv(source)
    if not source.is_dir():
        what = "is no folder and no CSV" if source.exists() else "does not exist"
        raise SourceMistake(f"{source} {what}: name a folder of submissions, or a CSV of paths.")
    if (source / package).is_dir():
        raise SourceMistake(f"{source} is one submission: `grade` grades it.")
    if not (source / export.METADATA).is_file():
        return _from_folder(source)
    try:
        return export.read(source)
    except export.ExportProblem as problem:
        raise SourceMistake(str(problem)) from problem


def _from_folder(source: Path) -> list[HandIn]:
    paths = [path for path in sorted(source.iterdir()) if _is_submission(path)]
    stems = Counter(map(_stem, paths))
    names = (_stem(path) if stems[_stem(path)] == 1 else readable(path.name) for path in paths)
    return [HandIn(name, path, (Student(name),)) for name, path in zip(names, paths, strict=True)]


def _is_submission(path: Path) -> bool:
    """A folder, or an archive: one that cannot be opened is told of, not passed over."""
    if path.is_dir():
        return not is_ignored(path.name)
    return path.suffix.lower() in ARCHIVES and not path.name.startswith(".")


def _stem(path: Path) -> str:
    return readable(path.name if path.is_dir() else path.stem)


def _from_csv(source: Path) -> list[HandIn]:
    """Lines of one path are one submission, of a group; paths are relative to the file."""
    lines = _lines(source)
    groups: dict[str, list[Mapping[str, str]]] = {}
    for line in lines:
        groups.setdefault(line["path"], []).append(line)
    return [_hand_in(source, path, members) for path, members in groups.items()]


def _lines(source: Path) -> list[Mapping[str, str]]:
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _expect_columns(source, reader.fieldnames or ())
            lines = [{name: (line.get(name) or "").strip() for name in COLUMNS} for line in reader]
    except (OSError, UnicodeError, csv.Error) as fault:
        raise SourceMistake(f"{source} cannot be read as a CSV ({fault}).") from fault
    return [line for line in lines if line["path"]]


def _expect_columns(source: Path, names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or "path" not in names:
        wrong = f"has a column {unknown[0]!r}" if unknown else "has no column 'path'"
        text = "its first line must name them, of " + ", ".join(COLUMNS)
        raise SourceMistake(f"{source} {wrong}: {text}.")


def _hand_in(source: Path, path: str, members: list[Mapping[str, str]]) -> HandIn:
    students = tuple(_student(member, path) for member in members)
    return HandIn(path, source.parent / path, students, members[0]["time"])


def _student(member: Mapping[str, str], path: str) -> Student:
    name = member["name"] or member["email"] or member["sid"] or path
    return Student(name, member["email"], member["sid"])
