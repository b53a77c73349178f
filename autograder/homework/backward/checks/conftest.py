"""The checks of the backward edition, with the fixtures that all editions share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from autograder.homework.backward import driving
from autograder.homework.backward.edition import BACKWARD
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

        register(BACKWARD, config)


@pytest.fixture
def differentiate(beras: Any) -> Callable[..., Any]:
    """Computes a loss, and gives its gradients by its `backward`."""
    return partial(driving.differentiate, beras)


@pytest.fixture
def compiled(beras: Any) -> Callable[..., Any]:
    """Makes a compiled model."""
    return partial(driving.compiled, beras)


@pytest.fixture
def stepping(beras: Any) -> Callable[..., Any]:
    """Makes an optimizer, and parameters for it to step."""
    return partial(driving.stepping, beras)
