"""A pytest plugin for the checks at home: the hidden cases of one seed run as well."""

from __future__ import annotations

import pytest

from autograder.home.modules import LocalModules
from autograder.homework.checks.conftest import PROVIDER
from autograder.homework.checks.problems import Problems, hidden_problems

SEED = 7


class WithHiddenCases(LocalModules):
    """The modules of this process, asked about public and hidden problems."""

    def problems(self) -> dict[str, Problems]:
        """What a grading asks, too."""
        return {**super().problems(), "hidden": hidden_problems(SEED)}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the provider's place before the checks' own conftest fills it."""
    config.pluginmanager.register(WithHiddenCases(config.rootpath), PROVIDER)
