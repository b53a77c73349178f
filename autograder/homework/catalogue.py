"""Editions of Beras by name: the tape edition, and each folder beside this with a project.py."""

from __future__ import annotations

import importlib
from pathlib import Path

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
