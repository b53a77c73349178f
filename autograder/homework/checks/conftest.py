"""Fixtures of the checks: where `beras` comes from, and which cases there are.

At home `beras` is the student's own module, in this process. Under grading a plugin registered as
"homework-modules" provides a stand-in for it, and the same checks run unchanged.
"""

from __future__ import annotations

from typing import Any

import pytest

from autograder.homework.beras import BERAS
from autograder.hosting.judging import PROVIDER, item_name


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "run one item (2.3), one stage (2) or all items with a word in their name (Dense)"
    parser.addoption("--item", metavar="NUMBER", action="append", default=[], help=text)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "item(name): the item of the roadmap that a check is for")
    if not config.pluginmanager.has_plugin(PROVIDER):
        from autograder.home.plugin import Home

        config.pluginmanager.register(Home(BERAS, config), PROVIDER)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case of a check for each set of problems that the provider knows."""
    if "problems" in metafunc.fixturenames:
        provider: Any = metafunc.config.pluginmanager.get_plugin(PROVIDER)
        cases = provider.problems()
        metafunc.parametrize("problems", list(cases.values()), ids=list(cases))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Roadmap order; what is no check of ours, a student's own test, comes last."""
    position = BERAS.rubric.position
    items.sort(key=lambda check: position.get(item_name(check), len(position)))


@pytest.fixture
def modules(request: pytest.FixtureRequest) -> Any:
    """The student's modules for one test."""
    provider: Any = request.config.pluginmanager.get_plugin(PROVIDER)
    with provider.modules(BERAS.rubric.by_name[item_name(request.node)]) as opened:
        yield opened


@pytest.fixture
def beras(modules: Any) -> Any:
    """The student's package."""
    return modules.package


@pytest.fixture
def given(modules: Any) -> Any:
    """Small given layers with known gradients, built on the student's `Diffable`."""
    return modules.module("given_layers")


@pytest.fixture
def assignment(modules: Any) -> Any:
    """The student's assignment.py."""
    return modules.module("assignment")
