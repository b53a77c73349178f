"""Fixtures of the checks."""

import pytest

from autograder.hosting.plugin import NAME, setting_up
from tests.small import SMALL


def pytest_configure(config):
    if not config.pluginmanager.has_plugin(NAME):
        from autograder.home.plugin import register

        register(SMALL, config)


@pytest.fixture
def lines(modules):
    """The student's package."""
    with setting_up():
        return modules.package


@pytest.fixture
def given(modules):
    """A curve that stands on the student's own line."""
    with setting_up():
        return modules.module(SMALL.given.stem)
