"""The checks of the tape edition, with the fixtures that all editions share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from autograder.homework.beras import BERAS
from autograder.homework.checks import by_tape
from autograder.homework.checks.fixtures import (
    assignment,
    beras,
    edition,
    given,
    methods_as_written,
    words,
)
from autograder.hosting.plugin import NAME

__all__ = ["assignment", "beras", "edition", "given", "methods_as_written", "words"]


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin(NAME):
        from autograder.home.plugin import register

        register(BERAS, config)


@pytest.fixture
def differentiate(beras: Any) -> Callable[..., Any]:
    """Computes a loss under a tape, and gives its gradients."""
    return partial(by_tape.differentiate, beras)


@pytest.fixture
def compiled(beras: Any) -> Callable[..., Any]:
    """Makes a compiled model."""
    return partial(by_tape.compiled, beras)


@pytest.fixture
def stepping(beras: Any) -> Callable[..., Any]:
    """Makes an optimizer, and parameters for it to step."""
    return partial(by_tape.stepping, beras)
