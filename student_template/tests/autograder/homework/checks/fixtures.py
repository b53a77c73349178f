"""Fixtures of the checks: what they ask, be it the student's own modules or a worker's.

At home `beras` is the student's own module, in this process. Under grading it is a stand-in for one
in a sandbox, and the same checks run unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from autograder.definition import Homework
from autograder.homework.checks import spelling, unwritten
from autograder.hosting.plugin import HINT, UNWRITTEN, item_name, setting_up


@pytest.fixture
def beras(modules: Any) -> Any:
    """The student's package."""
    with setting_up():
        return modules.package


@pytest.fixture
def given(modules: Any, homework: Homework) -> Any:
    """Small given layers with known gradients, built on the student's `Diffable`."""
    with setting_up():
        return modules.module(homework.given.stem)


@pytest.fixture
def words(homework: Homework) -> Mapping[str, str]:
    """What the edition calls that which another edition calls otherwise."""
    return homework.words


@pytest.fixture
def edition(modules: Any) -> Any:
    """What the student's code stands on."""
    return modules.edition


@pytest.fixture
def assignment(modules: Any, edition: Any) -> Any:
    """The student's assignment.py, with the functions of the contract."""
    with setting_up():
        return edition.assignment(modules.module("assignment"))


READ = pytest.StashKey[tuple[dict[str, str], dict[str, str]]]()
"""What there is to tell of items, and why some are still to do, once somebody has looked."""


@pytest.fixture(autouse=True)
def methods_as_written(request: pytest.FixtureRequest, homework: Homework) -> None:
    """Tell of a method that is empty, or whose name is nearly the one that the item is about."""
    name, known, node = item_name(request.node), request.config.stash, request.node
    if name not in unwritten.methods(homework):
        return
    if READ not in known:
        known[READ] = {}, {}  # whatever comes of it, it is asked once
        # What goes wrong with the student's code here is the check's to tell.
        with suppress(Exception), setting_up():
            package, given = map(request.getfixturevalue, ("beras", "given"))
            hints = spelling.hints(homework.rubric, package, given)
            known[READ] = hints, unwritten.unwritten(homework, package, given)
    node.stash[HINT], node.stash[UNWRITTEN] = (texts.get(name, "") for texts in known[READ])
