"""How checks that several editions share drive a student's code of the backward edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.definition import Edition
from autograder.homework.checks.methods import run
from autograder.truth.comparison import Mismatch, written
from autograder.truth.diagnosis import Cause

Array = npt.NDArray[Any]


def differentiate(
    beras: Any, compute: Callable[..., Any], *arrays: Array
) -> Callable[[Iterable[Any]], list[Any]]:
    """Compute a loss of some arrays; returns what gives its gradients for a list of parameters."""
    loss = compute(*(beras.Tensor(np.array(array)) for array in arrays))

    def gradients(parameters: Iterable[Any]) -> list[Any]:
        go_back(loss)
        return [gradient(parameter, "a parameter") for parameter in parameters]

    return gradients


def go_back(loss: Any) -> None:
    """`loss.backward()`; a `Mismatch` where the loss is a plain number."""
    written(loss, "a loss")
    if isinstance(loss, (bool, int, float, np.number)):
        text = "A loss answered a plain number, which has no `backward`."
        raise Mismatch("type", text, cause=Cause("not-a-tensor"))
    run(loss.backward)


def gradient(parameter: Any, what: str) -> Any:
    """The `grad` of a parameter; a `Mismatch` where there is none. `what` names the parameter."""
    found = written(parameter.grad, f"the grad of {what}")
    if found is None:
        text = f"The grad of {what} is None after loss.backward()."
        raise Mismatch("type", text, cause=Cause("no-gradient"))
    return found


def compiled(
    beras: Any, layers: Any, optimizer: Callable[..., Any], rate: float, loss: Any, accuracy: Any
) -> tuple[Any, Any]:
    """A model of these layers, compiled with a new optimizer of its parameters; both of them."""
    model = beras.Sequential(layers)
    made = optimizer(written(model.parameters, "model.parameters"), rate)
    run(model.compile, made, loss, accuracy)
    return model, made


class Steps:
    """Steps parameters by a list of gradients, with a student's optimizer."""

    method = "step"

    def __init__(self, optimizer: Any, parameters: list[Any]) -> None:
        self.optimizer, self.parameters = optimizer, parameters

    def __call__(self, gradients: list[Array | None]) -> None:
        run(self.optimizer.zero_grad)
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            if gradient is not None:
                parameter.grad = np.array(gradient)
        run(self.optimizer.step)


def stepping(
    beras: Any, name: str, *arguments: object, **keywords: object
) -> Callable[[list[Array]], Steps]:
    """A function that makes parameters with start values, and an optimizer that steps them."""

    def begin(starts: list[Array]) -> Steps:
        parameters = [beras.Tensor(np.array(start)) for start in starts]
        return Steps(getattr(beras, name)(parameters, *arguments, **keywords), parameters)

    return begin


class Assignment:
    """assignment.py with the functions of the tape edition: the optimizer is for the last model."""

    def __init__(self, module: Any) -> None:
        self._module, self._model = module, None
        self.get_loss_fn, self.get_acc_fn = module.get_loss_fn, module.get_acc_fn

    def get_model(self) -> Any:
        self._model = self._module.get_model()
        return self._model

    def get_optimizer(self) -> Any:
        return self._module.get_optimizer(self._model)


class Backward(Edition):
    """What a submission of this edition stands on."""

    def assignment(self, module: Any) -> Assignment:
        """assignment.py with the functions of the contract."""
        return Assignment(module)
