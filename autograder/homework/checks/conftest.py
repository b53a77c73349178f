"""Fixtures of the checks: what they ask, be it the student's own modules or a worker's.

At home `beras` is the student's own module, in this process. Under grading it is a stand-in for one
in a sandbox, and the same checks run unchanged.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from autograder.homework.beras import BERAS
from autograder.homework.checks import spelling
from autograder.hosting.plugin import HINT, NAME, item_name, setting_up


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin(NAME):
        from autograder.home.plugin import register

        register(BERAS, config)


@pytest.fixture
def beras(modules: Any) -> Any:
    """The student's package."""
    with setting_up():
        return modules.package


@pytest.fixture
def given(modules: Any) -> Any:
    """Small given layers with known gradients, built on the student's `Diffable`."""
    with setting_up():
        return modules.module(BERAS.given.stem)


@pytest.fixture
def edition(modules: Any) -> Any:
    """What the student's code stands on."""
    return modules.edition


@pytest.fixture
def assignment(modules: Any, edition: Any) -> Any:
    """The student's assignment.py, with the functions of the contract."""
    with setting_up():
        return edition.assignment(modules.module("assignment"))


HINTS = pytest.StashKey[dict[str, str]]()
"""What there is to tell of items, once somebody has looked."""


@pytest.fixture(autouse=True)
def spelling_of_methods(request: pytest.FixtureRequest) -> None:
    """Tell of a method whose name is nearly the one that the check's item is about."""
    name, known = item_name(request.node), request.config.stash
    if name not in spelling.ITEMS:
        return
    if HINTS not in known:
        known[HINTS] = {}  # whatever comes of it, it is asked once
        # What goes wrong with the student's code here is the check's to tell.
        with suppress(Exception), setting_up():
            package, given = map(request.getfixturevalue, ("beras", "given"))
            known[HINTS] = spelling.hints(package, given)
    request.node.stash[HINT] = known[HINTS].get(name, "")
