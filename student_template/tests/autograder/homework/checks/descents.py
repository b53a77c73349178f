"""Where optimizers lead parameters, and where typical mistakes do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.homework import oracles
from autograder.homework.checks.methods import bring
from autograder.homework.checks.problems import Problem
from autograder.truth.comparison import Mismatch, Truth, expect, name_cause
from autograder.truth.diagnosis import Cause

Array = npt.NDArray[Any]
TruePath = Callable[[Array, list[Array]], list[Array]]
"""A parameter after each step, of its start value and its gradients."""

Paths = Iterable[tuple[str, Sequence[Array]]]
"""Where mistakes lead a parameter, with their causes."""

RATE = 0.05
STEPS = 3
TINY = 1e-10
"""An epsilon so small that it does not matter whether it stands inside or outside the root."""


def gradients_like(problem: Problem, parameters: Sequence[Array]) -> list[list[Array]]:
    """One gradient per step and parameter, each entry between 0.5 and 2 in size."""

    def draw(shape: tuple[int, ...]) -> Array:
        sizes = problem.rng.uniform(0.5, 2.0, shape)
        return np.asarray(sizes * problem.rng.choice([-1.0, 1.0], shape))

    return [[draw(p.shape) for p in parameters] for _ in range(STEPS)]


Begin = Callable[[list[Array]], Any]
"""Makes parameters of start values, and a new optimizer that steps them by a list of gradients.

It is called for a step, and has these `parameters`, its `optimizer` and the name of its `method`.
"""


def expect_path(
    begin: Begin,
    true_path: TruePath,
    problem: Problem,
    what: str,
    mistakes: Callable[[Array, list[Array], int], Paths] | None = None,
) -> None:
    """Raise `Mismatch` unless each step moves each parameter, in place, as it should.

    `mistakes`, of a start value, its gradients and the parameter's place, gives wrong paths by
    their causes.
    """
    m, r = problem.features, problem.units
    starts = [problem.normal(m, r), problem.normal(r), problem.normal(m, r)]
    steps = gradients_like(problem, starts)
    paths = [true_path(start, [each[k] for each in steps]) for k, start in enumerate(starts)]
    step = begin(starts)
    for number, gradients in enumerate(steps):
        take_step(begin, step, gradients)
        for k, parameter in enumerate(step.parameters):
            where = f"{what}: parameter {k + 1} of {len(starts)} after step {number + 1}"
            size = float(np.abs(starts[k]).max()) + RATE  # where the sum cancels, not what is left
            truth = Truth(paths[k][number], magnitude=size)
            wrong = partial(wrong_paths, true_path, mistakes, starts[k], steps, k)
            suspects = partial(after_step, number, wrong)
            with count_blamed(begin):
                expect(parameter, truth, where, problem, suspects=suspects)


def take_step(begin: Begin, step: Any, gradients: list[Array]) -> None:
    """Train once."""
    with count_blamed(begin):
        step(gradients)
        bring(step.parameters)


@contextmanager
def count_blamed(begin: Begin) -> Iterator[None]:
    """Name where t starts, if that is why a step divides by 0 or what it leads to is not finite."""
    try:
        yield
    except (Mismatch, ArithmeticError) as failure:
        by_zero = not isinstance(failure, Mismatch) or failure.kind == "finite"
        if by_zero and (cause := start_of_count(begin)):
            name_cause(failure, cause)
        raise


def start_of_count(begin: Begin) -> Cause | None:
    """The cause of a first step that is not finite, if it is finite where t does not start at 0."""
    from_zero, from_one = begin([np.ones(1)]), begin([np.ones(1)])
    with suppress(Exception):
        from_one.optimizer.t = 1
        if is_finite_step(from_one) and not is_finite_step(from_zero):
            return Cause("step-from-zero")
    return None


def is_finite_step(step: Any) -> bool:
    """Whether a step along a gradient of 1 raises nothing and leads to a number."""
    try:
        step([np.ones(1)])
        return bool(np.isfinite(np.asarray(step.parameters[0])).all())
    except ArithmeticError:
        return False


def after_step(number: int, paths: Callable[[], Paths]) -> Iterator[tuple[str, Array]]:
    """Where paths, given with their causes, are after a step."""
    for kind, path in paths():
        yield kind, path[number]


def wrong_paths(
    true_path: TruePath,
    mistakes: Callable[[Array, list[Array], int], Paths] | None,
    start: Array,
    steps: list[list[Array]],
    k: int,
) -> Iterator[tuple[str, Sequence[Array]]]:
    """Where typical mistakes lead parameter k, with their causes."""
    gradients = [step[k] for step in steps]
    yield "rebound", [start] * STEPS
    yield "sign", [2.0 * start - value for value in true_path(start, gradients)]
    yield "state-forgotten", path_of_first_steps(true_path, start, gradients)
    yield from mistakes(start, gradients, k) if mistakes else ()
    # A state shared by parameters of one shape sees the gradients of all of them in turn.
    alike = [j for j, g in enumerate(steps[0]) if g.shape == start.shape]
    turns = true_path(np.zeros(start.shape), [step[j] for step in steps for j in alike])
    moves = np.diff(turns, axis=0, prepend=np.zeros((1, *start.shape)))
    yield "shared-state", [*(start + np.cumsum(moves[alike.index(k) :: len(alike)], axis=0))]


def path_of_first_steps(
    true_path: TruePath, start: Array, gradients: list[Array]
) -> Sequence[Array]:
    """Where steps lead that are each made as the first one."""
    path = [start]
    for gradient in gradients:
        path += true_path(path[-1], [gradient])
    return path[1:]


def rms_props_mistakes(start: Array, gradients: list[Array], k: int) -> Paths:
    """Where mistakes that only RMSProp knows lead a parameter."""
    yield "beta-swapped", oracles.rms_prop(start, gradients, RATE, 0.2, TINY)
    path, v = [start], np.zeros_like(start)
    for g in gradients:
        v = 0.8 * v + 0.2 * g
        with np.errstate(all="ignore"):
            path.append(path[-1] - RATE * g / (np.sqrt(v) + TINY))
    yield "not-squared", path[1:]


def counts_for(gradients: Sequence[Array]) -> list[int]:
    """Adam's t for each gradient: one for each call, however many are alike in shape."""
    return [1 + k * STEPS // len(gradients) for k in range(len(gradients))]


def adams_mistakes(start: Array, gradients: list[Array], k: int) -> Paths:
    """Where mistakes that only Adam knows lead parameter k of three."""
    wrong_counts: dict[str, Sequence[float]] = {
        "no-bias-correction": [np.inf] * STEPS,
        "step-fixed": [1] * STEPS,
        "step-per-parameter": [3 * step + k + 1 for step in range(STEPS)],
    }
    for kind, counts in wrong_counts.items():
        with np.errstate(all="ignore"):
            path = oracles.adam(start, gradients, RATE, 0.8, 0.95, TINY, counts)
        yield kind, path
    yield "beta-swapped", oracles.adam(start, gradients, RATE, 0.2, 0.05, TINY)
    none, right = [np.inf] * STEPS, range(1, STEPS + 1)
    for counts, counts_of_v in ((none, right), (right, none)):
        path = oracles.adam(start, gradients, RATE, 0.8, 0.95, TINY, counts, counts_of_v)
        yield "half-corrected", path
    for is_kept_of_v in True, False:
        yield "corrected-kept", path_of_kept_moments(start, gradients, is_kept_of_v)


def path_of_kept_moments(start: Array, gradients: list[Array], is_kept_of_v: bool) -> list[Array]:
    """Where Adam leads a parameter whose corrected moments go into the next step."""
    path, m, v = [start], np.zeros_like(start), np.zeros_like(start)
    for t, g in enumerate(gradients, start=1):
        m = (0.8 * m + 0.2 * g) / (1.0 - 0.8**t)
        v = 0.95 * v + 0.05 * g**2
        v_hat = v / (1.0 - 0.95**t)
        v = v_hat if is_kept_of_v else v
        path.append(path[-1] - RATE * m / (np.sqrt(v_hat) + TINY))
    return path[1:]


def moves(begin: Begin, gradients: Sequence[Array]) -> list[Array]:
    """How far each step of a new optimizer moves one parameter."""
    step = begin([np.array([1.0, -2.0, 3.0])])
    (parameter,) = step.parameters
    distances: list[Array] = []
    for gradient in gradients:
        before = np.array(parameter)
        take_step(begin, step, [np.array(gradient)])
        distances.append(np.asarray(parameter) - before)
        if not np.isfinite(distances[-1]).all():
            text = f"{step.method} made a parameter infinite or nan."
            raise Mismatch("finite", text, cause=start_of_count(begin))
        if np.any(gradient) and not np.any(distances[-1]):
            text = f"{step.method} left a parameter as it was; its gradient is {gradient}."
            raise Mismatch("value", text, cause=Cause("rebound"))
    return distances
