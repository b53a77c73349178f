"""Who handed in what: students, their submissions, and which of several counts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from autograder.submission import digest_of, folders

Which = Literal["latest", "best", "all"]
"""Which of a student's submissions count."""


@dataclass(frozen=True)
class Student:
    """One person, as the source names them."""

    name: str
    email: str = ""
    sid: str = ""

    @property
    def key(self) -> str:
        """What tells this student from others."""
        return self.email or self.sid or self.name


@dataclass(frozen=True)
class HandIn:
    """One submission at `path`, under a `name` of its own, of one student or a group.

    `at` is when it was handed in, in UTC as ISO 8601 writes it; empty where nobody knows.
    """

    name: str
    path: Path
    students: tuple[Student, ...]
    at: str = ""

    @property
    def digest(self) -> str:
        """A digest of the content: it changes when a file that may be graded does."""
        total = hashlib.sha256()
        for name, path in _files(self.path):
            total.update(os.fsencode(f"{name}\0") + digest_of(path))
        return total.hexdigest()


def readable(name: str) -> str:
    """A file's name as text, also where it is not UTF-8."""
    return os.fsencode(name).decode(errors="replace")


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        yield from sorted(folders.files(path))
    elif path.is_file():
        yield path.name, path


def counted(hand_ins: Iterable[HandIn], which: Which) -> list[HandIn]:
    """What has to be graded: with `latest`, each student's last submission, each for its students.

    Which one is the best is known only after all were graded.
    """
    hand_ins = list(hand_ins)
    if which != "latest":
        return hand_ins
    last: dict[str, HandIn] = {}
    for hand_in in hand_ins:
        for student in hand_in.students:
            if student.key not in last or hand_in.at >= last[student.key].at:
                last[student.key] = hand_in
    kept = (_of(hand_in, last) for hand_in in hand_ins)
    return [hand_in for hand_in in kept if hand_in.students]


def _of(hand_in: HandIn, last: Mapping[str, HandIn]) -> HandIn:
    """The same, of those students alone whose last it is."""
    students = (student for student in hand_in.students if last[student.key] is hand_in)
    return replace(hand_in, students=tuple(students))
