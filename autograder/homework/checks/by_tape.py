"""How a student's code of the tape edition is driven, where a check asks what all editions have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.homework.checks.methods import run


def differentiate(
    beras: Any, compute: Callable[..., Any], *arrays: npt.NDArray[Any]
) -> Callable[[Any], Any]:
    """Compute a loss of some arrays; returns what gives its gradients for a list of weights."""
    with beras.GradientTape() as tape:
        loss = compute(*arrays)
    return lambda weights: tape.gradient(loss, weights)


def compiled(
    beras: Any, layers: Any, optimizer: Callable[..., Any], rate: float, loss: Any, accuracy: Any
) -> tuple[Any, Any]:
    """A model of these layers, compiled with a new optimizer, and that."""
    model, made = beras.SequentialModel(layers), optimizer(rate)
    run(model.compile, made, loss, accuracy)
    return model, made


class Steps:
    """What steps parameters by a list of gradients, with a student's optimizer."""

    method = "apply_gradients"

    def __init__(self, optimizer: Any, parameters: list[Any]) -> None:
        self.optimizer, self.parameters = optimizer, parameters

    def __call__(self, gradients: list[npt.NDArray[Any]]) -> None:
        run(self.optimizer.apply_gradients, self.parameters, gradients)


def stepping(beras: Any, name: str, *arguments: object, **keywords: object) -> Callable[..., Steps]:
    """What makes parameters with start values, and an optimizer that steps them."""

    def begin(starts: list[npt.NDArray[Any]]) -> Steps:
        parameters = [beras.Variable(np.array(start)) for start in starts]
        return Steps(getattr(beras, name)(*arguments, **keywords), parameters)

    return begin
