"""What each case of Beras' checks calls of the reference: where that stays, so does its ending.

So of a copy with a few methods edited only some cases need to be asked, as an audit does it. They
go by `short` names here, the same at home and graded.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from autograder import grading
from autograder.audit.reach import Reach, recorded
from autograder.definition import Homework
from autograder.homework.beras import BERAS
from autograder.outcomes import Report
from tests.submissions import REFERENCE, edited_reference

SEED = 7
"""What the hidden cases are drawn from."""


class _AllButOne(frozenset[str]):
    """Holds every case but that of the package as a whole."""

    def __contains__(self, case: object) -> bool:
        return "test_package.py" not in str(case)


HARDLY_ASKED = grading.Conditions(seed=SEED, granted=_AllButOne())
"""For what is told of any submission, whatever its methods do: a single case is asked."""

Files = Mapping[str, str]
"""Texts of files, by name."""


def short(case: str) -> str:
    """The name of a case without the folder that its check lies in."""
    return case.partition("/")[2]


@cache
def reach() -> Reach:
    """What is recorded of the reference, in a process that may keep what it imported."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(recorded, BERAS, REFERENCE, SEED).result()


def touched(files: Files) -> frozenset[str]:
    """Cases that may end otherwise than on the reference, where it has these files."""
    found: set[str] = set()
    for name, text in files.items():
        before = (REFERENCE / name).read_text(encoding="utf-8")
        if text != before:
            found |= reach().touched(name, before, text)
    return frozenset(map(short, found))


def every_case() -> frozenset[str]:
    """The names of all cases."""
    return frozenset(map(short, reach().cases))


def passing(asked: frozenset[str]) -> dict[str, str]:
    """How all other cases end."""
    return dict.fromkeys(every_case() - asked, "passed")


def sparing(asked: frozenset[str]) -> grading.Conditions:
    """Conditions under which no other case is asked: all others are granted."""
    granted = frozenset(case for case in reach().cases if short(case) not in asked)
    return grading.Conditions(seed=SEED, granted=granted)


def graded(
    folder: Path, files: Files, asked: frozenset[str] | None = None, homework: Homework = BERAS
) -> Report:
    """The report of the reference with these files, written to the new `folder`.

    No case is asked but those in `asked`: without it, those that the files can change.
    """
    edited_reference(folder)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return grading.grade(folder, homework, sparing(touched(files) if asked is None else asked))
