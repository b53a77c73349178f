"""Checks of beras/optimizers.py where gradients are missing: what `zero_grad` leaves behind."""

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.descents import RATE, TINY
from autograder.homework.checks.methods import run
from autograder.truth.comparison import Mismatch, expect
from autograder.truth.diagnosis import Cause

item = pytest.mark.item

OPTIMIZERS = {
    "BasicOptimizer": lambda p, g: oracles.sgd(p, g, RATE),
    "RMSProp": lambda p, g: oracles.rms_prop(p, g, RATE, 0.9, TINY),
    "Adam": lambda p, g: oracles.adam(p, g, RATE, epsilon=TINY),
}
"""Each optimizer's path of a parameter."""


@item("Optimizers: zero_grad")
def test_zero_grad(beras):
    """zero_grad() clears the grad of every parameter."""
    parameters = [beras.Tensor([1.0, 2.0]), beras.Tensor([[3.0]])]
    for parameter in parameters:
        parameter.grad = np.ones(np.shape(np.asarray(parameter)))
    run(beras.BasicOptimizer(parameters, RATE).zero_grad)
    for parameter in parameters:
        left = parameter.grad
        if left is not None and np.any(np.asarray(left)):
            raise Mismatch("value", "after zero_grad() a parameter still has a gradient.")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=item(f"{name}.step")) for name in OPTIMIZERS]
)
def test_step_without_a_gradient(stepping, name, problems):
    """A parameter whose grad is None stays as it is; the others take their step."""
    keywords = {} if name == "BasicOptimizer" else {"epsilon": TINY}
    for problem in problems.some:
        still, moved = problem.normal(3), problem.normal(problem.features, 2)
        gradients = [problem.normal(*moved.shape) for _ in range(2)]
        step = stepping(name, RATE, **keywords)([still, moved])
        for given, want in zip(gradients, OPTIMIZERS[name](moved, gradients), strict=True):
            step([None, given])
            what = f"{name}: a parameter without a gradient, after step()"
            expect(step.parameters[0], still, what, otherwise=Cause("stepped-without"))
            what, start = f"{name}: the parameter beside it", {"rebound": moved}
            expect(step.parameters[1], want, what, problem, suspects=start.items)
