"""Fixtures of the checks: what they ask, be it the student's own modules or a worker's.

At home `beras` is the student's own module, in this process. Under grading it is a stand-in for one
in a sandbox, and the same checks run unchanged.
"""

from __future__ import annotations

from typing import Any

import pytest

from autograder.homework.beras import BERAS
from autograder.hosting.plugin import NAME, add_options, setting_up

pytest_addoption = add_options


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
def assignment(modules: Any) -> Any:
    """The student's assignment.py."""
    with setting_up():
        return modules.module("assignment")
