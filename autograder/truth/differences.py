"""Derivatives by central differences with Richardson extrapolation, and how far off they may be.

Each perturbation is one more leading row of a single stacked call: a function that works on the
last axes of its argument is evaluated once, not once per entry. Three step sizes h, h/2, h/4 give
two fourth-order estimates and one of sixth order; their difference bounds the truncation error
(Ridders 1982, "Accurate computation of F'(x) and F'(x) F''(x)").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Function = Callable[[Array], Array]

STEP = 2e-3
"""The largest step h. With sixth order, truncation is far under rounding for smooth functions of
order 1, and still small for a logarithm at 0.05."""


class Estimate(NamedTuple):
    """A derivative and a bound on the error of its worst entry."""

    value: Array
    error: float


def jacobian(
    function: Function, x: npt.ArrayLike, *, step: float = STEP, stacked: bool = True
) -> Estimate:
    """All partial derivatives of `function` at `x`.

    `function` takes `(..., *x.shape)` and returns `(..., *y.shape)`; with `stacked=False` it is
    only ever given one `x` at a time. Returns `(*x.shape, *y.shape)`: entry `[i, j]` is dy_j/dx_i.
    """
    x = np.asarray(x, dtype=float)
    basis = np.eye(x.size).reshape(x.size, *x.shape)
    value, error = _directional(function, x, basis, step, stacked)
    return Estimate(value.reshape(x.shape + value.shape[1:]), error)


def gradient(
    function: Function,
    x: npt.ArrayLike,
    upstream: npt.ArrayLike = 1.0,
    *,
    step: float = STEP,
    stacked: bool = True,
) -> Estimate:
    """Vector-Jacobian product: the gradient of `sum(upstream * function(x))`, shaped as `x`."""
    weights = np.asarray(upstream, dtype=float)

    def weighted_sum(stack: Array) -> Array:
        products = np.asarray(weights * function(stack))
        leading = stack.shape[: stack.ndim - np.ndim(x)]
        return np.asarray(products.reshape(*leading, -1).sum(axis=-1))

    return jacobian(weighted_sum, x, step=step, stacked=stacked)


def row_jacobians(function: Function, x: npt.ArrayLike, *, step: float = STEP) -> Estimate:
    """Local gradients of a function that treats each row of `x (N, m)` on its own.

    All rows are perturbed at once, so this costs m perturbations and not N m. Returns `(N, m, r)`
    with entry `[b, i, j] = dy_bj / dx_bi`.
    """
    x = np.asarray(x, dtype=float)
    basis = np.broadcast_to(np.eye(x.shape[1])[:, None, :], (x.shape[1], *x.shape))
    value, error = _directional(function, x, basis, step, stacked=True)
    return Estimate(np.moveaxis(value, 0, 1), error)


def _directional(
    function: Function, x: Array, directions: Array, step: float, stacked: bool
) -> Estimate:
    """Derivatives of `function` at `x` along each of `directions (k, *x.shape)`."""
    steps = step / np.array([1.0, 2.0, 4.0])
    signed = np.concatenate([steps, -steps])
    offsets = signed.reshape(-1, *[1] * directions.ndim) * directions
    points = (x + offsets).reshape(len(signed) * len(directions), *x.shape)
    y = np.asarray(function(points) if stacked else np.stack([function(p) for p in points]))
    y = y.reshape(6, len(directions), *y.shape[1:])
    slopes = (y[:3] - y[3:]) / (2.0 * steps.reshape(3, *[1] * (y.ndim - 1)))
    fourth = (4.0 * slopes[1:] - slopes[:-1]) / 3.0
    sixth = (16.0 * fourth[1] - fourth[0]) / 15.0
    return Estimate(sixth, _error(fourth, sixth, x, y, steps[-1]))


def _error(fourth: Array, sixth: Array, x: Array, y: Array, smallest_step: float) -> float:
    """Truncation seen between the last two orders, plus what rounding in `x` and `y` can add."""
    if sixth.size == 0:
        return 0.0
    truncation = float(np.max(np.abs(sixth - fourth[1])))
    rounded = float(np.max(np.abs(y)) + np.max(np.abs(x)) * np.max(np.abs(sixth)))
    rounding = 4.0 * np.finfo(float).eps * rounded / smallest_step
    return truncation + rounding
