"""Editions of Beras by name: the tape edition, and each folder beside this with a project.py."""

from __future__ import annotations

import importlib
from pathlib import Path

from autograder.definition import Form, Homework
from autograder.homework.editions import ENOUGH, defined_in
from autograder.project import Project

TAPE = "tape"


def names() -> list[str]:
    """The names of all editions, the tape edition first."""
    return [TAPE, *sorted(path.parent.name for path in Path(__file__).parent.glob("*/project.py"))]


def named(name: str) -> Project:
    """The edition of that name, one of `names()`."""
    module = "project" if name == TAPE else f"{name}.project"
    project = importlib.import_module(f"autograder.homework.{module}").PROJECT
    assert isinstance(project, Project)
    return project


def family(project: Project) -> list[Project]:
    """The project, and with it every other edition where it is one of them."""
    return list(map(named, names())) if project.homework.form else [project]


def recognised(root: Path) -> Homework:
    """The edition whose names a submission's files have; the tape edition if none has enough of
    them, or no one edition the most."""
    tape, *others = (named(name).homework for name in names())
    counts = {homework.name: _marks_in(root, homework.form) for homework in (tape, *others)}
    best = max(others, key=lambda homework: counts[homework.name], default=tape)
    most = counts.pop(best.name)
    return best if most >= ENOUGH and most > max(counts.values(), default=0) else tape


def _marks_in(root: Path, form: Form | None) -> int:
    marks = form.marks if form else ()
    return sum(name in defined_in(root / file) for file, name in marks)
