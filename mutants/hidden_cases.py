"""A pytest plugin for the checks at home: the hidden cases of one seed run as well.

The environment's EDITION names whose checks they are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from autograder.definition import ProblemSet
from autograder.home.modules import LocalModules
from autograder.homework import catalogue
from autograder.hosting.plugin import NAME, Checks
from autograder.outcomes import Report

HOMEWORK = catalogue.named(os.environ["EDITION"]).homework
SEED = 7


class WithHiddenCases(LocalModules):
    """The modules of this process, asked about public and hidden problems."""

    def problems(self) -> Mapping[str, ProblemSet]:
        """What a grading asks, too."""
        assert HOMEWORK.hidden is not None
        return {**super().problems(), "hidden": HOMEWORK.hidden(SEED)}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the provider's place before the checks' own conftest fills it."""
    modules = WithHiddenCases(HOMEWORK, config.rootpath)
    config.pluginmanager.register(Checks(HOMEWORK, modules, Report(HOMEWORK.rubric)), NAME)
