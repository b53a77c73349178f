"""A pytest plugin for the checks at home: the hidden cases of one seed run as well."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from autograder.definition import ProblemSet
from autograder.home.modules import LocalModules
from autograder.homework.beras import BERAS
from autograder.hosting.plugin import NAME, Checks
from autograder.outcomes import Report

SEED = 7


class WithHiddenCases(LocalModules):
    """The modules of this process, asked about public and hidden problems."""

    def problems(self) -> Mapping[str, ProblemSet]:
        """What a grading asks, too."""
        assert BERAS.hidden is not None
        return {**super().problems(), "hidden": BERAS.hidden(SEED)}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the provider's place before the checks' own conftest fills it."""
    modules = WithHiddenCases(BERAS, config.rootpath)
    config.pluginmanager.register(Checks(BERAS, modules, Report(BERAS.rubric)), NAME)
