"""Checks of beras/optimizers.py, over plain tensors: no layer and no way back is needed."""

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.descents import (
    RATE,
    TINY,
    adams_mistakes,
    counts_for,
    expect_path,
    moves,
    rms_props_mistakes,
)
from autograder.truth.comparison import expect

item = pytest.mark.item


@item("BasicOptimizer.{step}")
def test_basic_optimizer(stepping, problems):
    """BasicOptimizer: p -= learning_rate * g, for every parameter, in place."""
    for problem in problems.some:
        expect_path(
            stepping("BasicOptimizer", RATE),
            lambda p, g: oracles.sgd(p, g, RATE),
            problem,
            "BasicOptimizer",
        )


@item("RMSProp.{step}")
def test_rms_prop(stepping, problems):
    """RMSProp: v = beta v + (1 - beta) g^2; p -= learning_rate g / (sqrt(v) + epsilon)."""
    for problem in problems.some:
        expect_path(
            stepping("RMSProp", RATE, beta=0.8, epsilon=TINY),
            lambda p, g: oracles.rms_prop(p, g, RATE, 0.8, TINY),
            problem,
            "RMSProp",
            rms_props_mistakes,
        )


@item("Adam.{step}")
def test_adam(stepping, problems):
    """Adam: bias-corrected moments, a state for each parameter, one step count per call."""
    for problem in problems.some:
        expect_path(
            stepping("Adam", RATE, beta_1=0.8, beta_2=0.95, epsilon=TINY),
            lambda p, g: oracles.adam(p, g, RATE, 0.8, 0.95, TINY, counts_for(g)),
            problem,
            "Adam",
            adams_mistakes,
        )


def some_direction(drawn):
    """A gradient of three entries, each between 0.5 and 2 in size."""
    rng = drawn.first.rng
    return rng.uniform(0.5, 2.0, 3) * rng.choice([-1.0, 1.0], 3)


@item("RMSProp.{step}")
def test_rms_prop_defaults(stepping, drawn):
    """RMSProp's default is beta = 0.9: the first step is learning_rate / sqrt(0.1) in size."""
    direction = some_direction(drawn)
    (first,) = moves(stepping("RMSProp", RATE), [1e4 * direction])
    expect(first, -RATE / np.sqrt(0.1) * np.sign(direction), "RMSProp(rate), first step")


@item("Adam.{step}")
def test_adam_defaults(stepping, drawn):
    """Adam's defaults are beta_1 = 0.9, beta_2 = 0.999: seen when the gradient changes sign."""
    gradients = [size * some_direction(drawn) for size in (1e4, -3e4)]
    got = moves(stepping("Adam", RATE), gradients)
    path = oracles.adam(np.zeros(3), gradients, RATE, epsilon=0.0)
    expect(got[1], path[1] - path[0], "Adam(rate), second step")


@item("Adam.{step}")
def test_adam_forgets(stepping, drawn):
    """Without amsgrad, Adam's second moment falls again when gradients become smaller."""
    gradients = [size * some_direction(drawn) for size in (10.0, 1.0, 0.5)]
    got = moves(stepping("Adam", RATE, beta_1=0.5, beta_2=0.5, epsilon=TINY), gradients)
    path = oracles.adam(np.zeros(3), gradients, RATE, 0.5, 0.5, TINY)
    expect(got[2], path[2] - path[1], "Adam, step with a gradient 20 times smaller than before")


SCALE_FREE = [
    pytest.param("RMSProp", marks=item("RMSProp.{step}")),
    pytest.param("Adam", marks=item("Adam.{step}")),
]


@pytest.mark.parametrize("name", SCALE_FREE)
def test_first_step_is_scale_free(stepping, drawn, name):
    """The first step of an adaptive optimizer does not depend on the gradient's scale."""
    make, direction = stepping(name, RATE, epsilon=TINY), some_direction(drawn)
    small, large = (moves(make, [scale * direction])[0] for scale in (1.0, 1000.0))
    expect(small, large, f"{name}, first step with a gradient 1000 times smaller")


@item("BasicOptimizer.{step}")
def test_first_step_scales(stepping, drawn):
    """The step of plain gradient descent grows with the gradient."""
    direction = some_direction(drawn)
    (step,) = moves(stepping("BasicOptimizer", RATE), [100.0 * direction])
    expect(step, -RATE * 100.0 * direction, "BasicOptimizer, first step")


@pytest.mark.parametrize("name", SCALE_FREE)
def test_zero_gradient(stepping, name):
    """A gradient of 0 changes nothing: epsilon prevents 0 / 0."""
    (step,) = moves(stepping(name, RATE), [np.zeros(3)])
    expect(step, np.zeros(3), f"{name}, step with a gradient of 0")


@pytest.mark.parametrize("name", SCALE_FREE)
def test_gradient_below_epsilon(stepping, drawn, name):
    """Epsilon is added: even with a gradient far smaller than it, a step goes downhill."""
    gradient = 0.01 * some_direction(drawn)
    (step,) = moves(stepping(name, RATE, epsilon=1.0), [gradient])
    what = f"{name}, sign of a step with a gradient far below epsilon"
    expect(np.sign(step), -np.sign(gradient), what)
