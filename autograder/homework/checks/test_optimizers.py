"""Checks of beras/optimizers.py, over plain tensors: no layer and no tape is needed."""

from contextlib import suppress
from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.methods import run
from autograder.truth.comparison import Mismatch, Truth, expect, name_cause
from autograder.truth.diagnosis import Cause

item = pytest.mark.item

RATE = 0.05
STEPS = 3
TINY = 1e-10
"""An epsilon so small that it does not matter whether it stands inside or outside the root."""


def gradients_like(problem, parameters):
    """One gradient per step and parameter, each entry between 0.5 and 2 in size."""

    def draw(shape):
        return problem.rng.uniform(0.5, 2.0, shape) * problem.rng.choice([-1.0, 1.0], shape)

    return [[draw(p.shape) for p in parameters] for _ in range(STEPS)]


def expect_path(beras, make, true_path, problem, what, mistakes=None):
    """Raise `Mismatch` unless each step moves each parameter, in place, as it should.

    `make` gives a new optimizer. `true_path` takes a start value and its gradients and gives the
    value after each step.
    `mistakes`, of the same and the parameter's place, gives such paths by their causes.
    """
    m, r = problem.features, problem.units
    starts = [problem.normal(m, r), problem.normal(r), problem.normal(m, r)]
    parameters = [beras.Variable(np.array(start)) for start in starts]
    steps = gradients_like(problem, starts)
    paths = [true_path(start, [step[k] for step in steps]) for k, start in enumerate(starts)]
    optimizer = make()
    for number, gradients in enumerate(steps):
        take_step(beras, make, optimizer, parameters, gradients)
        for k, parameter in enumerate(parameters):
            where = f"{what}: parameter {k + 1} of {len(parameters)} after step {number + 1}"
            size = float(np.abs(starts[k]).max()) + RATE  # where the sum cancels, not what is left
            truth = Truth(paths[k][number], magnitude=size)
            wrong = partial(wrong_paths, true_path, mistakes, starts[k], steps, k)
            suspects = partial(after_step, number, wrong)
            expect(parameter, truth, where, problem, suspects=suspects)


def take_step(beras, make, optimizer, parameters, gradients):
    """Train once; `Mismatch` where that leaves a parameter infinite or nan."""
    try:
        run(optimizer.apply_gradients, parameters, gradients)
    except ArithmeticError as failure:
        if cause := start_of_count(beras, make):
            name_cause(failure, cause)
        raise
    if not all(np.isfinite(np.asarray(parameter)).all() for parameter in parameters):
        text = "apply_gradients made a parameter infinite or nan."
        raise Mismatch("finite", text, cause=start_of_count(beras, make))


def start_of_count(beras, make):
    """The cause of a first step that is not finite, if it is finite where t does not start at 0."""
    from_zero, from_one = make(), make()
    with suppress(Exception):
        from_one.t = 1
        if is_finite_step(beras, from_one) and not is_finite_step(beras, from_zero):
            return Cause("step-from-zero")
    return None


def is_finite_step(beras, optimizer):
    """Whether a step along a gradient of 1 raises nothing and leads to a number."""
    parameter = beras.Variable(np.ones(1))
    try:
        run(optimizer.apply_gradients, [parameter], [np.ones(1)])
    except ArithmeticError:
        return False
    return bool(np.isfinite(np.asarray(parameter)).all())


def after_step(number, paths):
    """What paths, given with their causes, have come to after a step."""
    for kind, path in paths():
        yield kind, path[number]


def wrong_paths(true_path, mistakes, start, steps, k):
    """Where typical mistakes lead parameter k, with their causes."""
    gradients = [step[k] for step in steps]
    yield "rebound", [start] * STEPS
    yield "sign", [2.0 * start - value for value in true_path(start, gradients)]
    yield from mistakes(start, gradients, k) if mistakes else ()
    # A state shared by parameters of one shape sees the gradients of all of them in turn.
    alike = [j for j, g in enumerate(steps[0]) if g.shape == start.shape]
    turns = true_path(np.zeros(start.shape), [step[j] for step in steps for j in alike])
    moves = np.diff(turns, axis=0, prepend=np.zeros((1, *start.shape)))
    yield "shared-state", start + np.cumsum(moves[alike.index(k) :: len(alike)], axis=0)


@item("BasicOptimizer.apply_gradients")
def test_basic_optimizer(beras, problems):
    """BasicOptimizer: p -= learning_rate * g, for every parameter, in place."""
    for problem in problems.some:
        expect_path(
            beras,
            lambda: beras.BasicOptimizer(RATE),
            lambda p, g: oracles.sgd(p, g, RATE),
            problem,
            "BasicOptimizer",
        )


@item("RMSProp.apply_gradients")
def test_rms_prop(beras, problems):
    """RMSProp: v = beta v + (1 - beta) g^2; p -= learning_rate g / (sqrt(v) + epsilon)."""
    for problem in problems.some:
        expect_path(
            beras,
            lambda: beras.RMSProp(RATE, beta=0.8, epsilon=TINY),
            lambda p, g: oracles.rms_prop(p, g, RATE, 0.8, TINY),
            problem,
            "RMSProp",
            lambda p, g, _: [("beta-swapped", oracles.rms_prop(p, g, RATE, 0.2, TINY))],
        )


@item("Adam.apply_gradients")
def test_adam(beras, problems):
    """Adam: bias-corrected moments, a state for each parameter, one step count per call."""
    for problem in problems.some:
        expect_path(
            beras,
            lambda: beras.Adam(RATE, beta_1=0.8, beta_2=0.95, epsilon=TINY),
            lambda p, g: oracles.adam(p, g, RATE, 0.8, 0.95, TINY, counts_for(g)),
            problem,
            "Adam",
            adams_mistakes,
        )


def counts_for(gradients):
    """Adam's t for each gradient: one for each call, however many are alike in shape."""
    return [1 + k * STEPS // len(gradients) for k in range(len(gradients))]


def adams_mistakes(start, gradients, k):
    """Where mistakes that only Adam knows lead parameter k of three."""
    wrong_counts = {
        "no-bias-correction": [np.inf] * STEPS,
        "step-fixed": [1] * STEPS,
        "step-per-parameter": [3 * step + k + 1 for step in range(STEPS)],
    }
    for kind, counts in wrong_counts.items():
        with np.errstate(all="ignore"):
            path = oracles.adam(start, gradients, RATE, 0.8, 0.95, TINY, counts)
        yield kind, path
    yield "beta-swapped", oracles.adam(start, gradients, RATE, 0.2, 0.05, TINY)


def moves(beras, make, gradients):
    """How far each step of a new optimizer moves one parameter."""
    parameter, optimizer = beras.Variable(np.array([1.0, -2.0, 3.0])), make()
    distances = []
    for gradient in gradients:
        before = np.array(parameter)
        take_step(beras, make, optimizer, [parameter], [np.array(gradient)])
        distances.append(np.asarray(parameter) - before)
        if np.any(gradient) and not np.any(distances[-1]):
            text = f"apply_gradients left a parameter as it was; its gradient is {gradient}."
            raise Mismatch("value", text, cause=Cause("rebound"))
    return distances


def some_direction(drawn):
    """A gradient of three entries, each between 0.5 and 2 in size."""
    rng = drawn.first.rng
    return rng.uniform(0.5, 2.0, 3) * rng.choice([-1.0, 1.0], 3)


@item("RMSProp.apply_gradients")
def test_rms_prop_defaults(beras, drawn):
    """RMSProp's default is beta = 0.9: the first step is learning_rate / sqrt(0.1) in size."""
    direction = some_direction(drawn)
    (first,) = moves(beras, lambda: beras.RMSProp(RATE), [1e4 * direction])
    expect(first, -RATE / np.sqrt(0.1) * np.sign(direction), "RMSProp(rate), first step")


@item("Adam.apply_gradients")
def test_adam_defaults(beras, drawn):
    """Adam's defaults are beta_1 = 0.9, beta_2 = 0.999: seen after the gradient turns round."""
    gradients = [size * some_direction(drawn) for size in (1e4, -3e4)]
    got = moves(beras, lambda: beras.Adam(RATE), gradients)
    path = oracles.adam(np.zeros(3), gradients, RATE, epsilon=0.0)
    expect(got[1], path[1] - path[0], "Adam(rate), second step")


@item("Adam.apply_gradients")
def test_adam_forgets(beras, drawn):
    """Without amsgrad, Adam's second moment falls again when gradients become smaller."""
    gradients = [size * some_direction(drawn) for size in (10.0, 1.0, 0.5)]
    got = moves(beras, lambda: beras.Adam(RATE, beta_1=0.5, beta_2=0.5, epsilon=TINY), gradients)
    path = oracles.adam(np.zeros(3), gradients, RATE, 0.5, 0.5, TINY)
    expect(got[2], path[2] - path[1], "Adam, step with a gradient 20 times smaller than before")


SCALE_FREE = [
    pytest.param("RMSProp", marks=item("RMSProp.apply_gradients")),
    pytest.param("Adam", marks=item("Adam.apply_gradients")),
]


@pytest.mark.parametrize("name", SCALE_FREE)
def test_first_step_is_scale_free(beras, drawn, name):
    """The first step of an adaptive optimizer does not depend on the gradient's scale."""
    make, direction = partial(getattr(beras, name), RATE, epsilon=TINY), some_direction(drawn)
    small, large = (moves(beras, make, [scale * direction])[0] for scale in (1.0, 1000.0))
    expect(small, large, f"{name}, first step with a gradient 1000 times smaller")


@item("BasicOptimizer.apply_gradients")
def test_first_step_scales(beras, drawn):
    """The step of plain gradient descent grows with the gradient."""
    direction = some_direction(drawn)
    (step,) = moves(beras, lambda: beras.BasicOptimizer(RATE), [100.0 * direction])
    expect(step, -RATE * 100.0 * direction, "BasicOptimizer, first step")


@pytest.mark.parametrize("name", SCALE_FREE)
def test_zero_gradient(beras, name):
    """A gradient of 0 moves nothing: epsilon keeps 0 / 0 away."""
    (step,) = moves(beras, partial(getattr(beras, name), RATE), [np.zeros(3)])
    expect(step, np.zeros(3), f"{name}, step with a gradient of 0")
