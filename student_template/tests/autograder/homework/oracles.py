"""The true functions and their exact derivatives, from SciPy and closed forms.

Nothing here knows any Beras code. Every function works on the last axes of its arguments, so that
`differences` can evaluate all perturbations in one stacked call. `N` batch size, `m` inputs, `r`
outputs, `n` features or classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

Array = npt.NDArray[Any]

quiet = np.errstate(all="ignore")
"""For functions that underflow: at home a student's code may have made an error of that."""


def dense(x: Array, w: Array, b: Array) -> Array:
    """Affine map `x @ w + b`: `(..., N, m)`, `(..., m, r)`, `(..., r)` to `(..., N, r)`."""
    return x @ w + b[..., None, :]


def leaky_relu(x: Array, alpha: float = 0.0) -> Array:
    """`x` where positive, else `alpha * x`; ReLU with `alpha = 0`."""
    return np.where(x > 0, x, alpha * x)


def leaky_relu_slope(x: Array, alpha: float = 0.0) -> Array:
    """Derivative of `leaky_relu` away from 0."""
    return np.where(x > 0, 1.0, alpha)


@quiet
def sigmoid(x: Array) -> Array:
    """Logistic function."""
    return np.asarray(special.expit(x))


@quiet
def sigmoid_slope(x: Array) -> Array:
    """`s(x) s(-x)`, which keeps its digits where `s (1 - s)` has none left."""
    return np.asarray(special.expit(x) * special.expit(-x))


@quiet
def softmax(x: Array) -> Array:
    """Softmax over the last axis."""
    return np.asarray(special.softmax(x, axis=-1))


@quiet
def softmax_jacobian(x: Array) -> Array:
    """`[b, i, j] = y_i (delta_ij - y_j)`: `(N, n)` to `(N, n, n)`."""
    return jacobian_of_softmax(softmax(x))


def jacobian_of_softmax(y: Array) -> Array:
    """The same, from the output of softmax."""
    return np.asarray(y[:, :, None] * (np.eye(y.shape[-1]) - y[:, None, :]))


def mean_squared_error(prediction: Array, target: Array) -> Array:
    """Mean over all `N n` entries: `(..., N, n)` to `(...)`."""
    return np.asarray(np.mean((prediction - target) ** 2, axis=(-2, -1)))


def mean_squared_error_gradient(prediction: Array, target: Array) -> Array:
    """`2 (prediction - target) / (N n)`."""
    return np.asarray(2.0 * (prediction - target) / prediction.size)


def cross_entropy(probability: Array, target: Array, epsilon: float = 1e-12) -> Array:
    """Batch mean of `-sum(target * log(p))`, `p` clipped: `(..., N, n)` to `(...)`."""
    p = np.clip(probability, epsilon, 1.0 - epsilon)
    return np.asarray(-special.xlogy(target, p).sum(axis=-1).mean(axis=-1))


def cross_entropy_gradient(probability: Array, target: Array, epsilon: float = 1e-12) -> Array:
    """`-target / p / N` with the same clipped `p`."""
    p = np.clip(probability, epsilon, 1.0 - epsilon)
    return np.asarray(-target / p / len(probability))


def one_hot(labels: Array, classes: Array) -> Array:
    """Indicator rows, columns in the order of `classes`: `(N,)` to `(N, len(classes))`."""
    return np.asarray(labels[:, None] == classes[None, :], dtype=float)


def initializer_variance(name: str, m: int, r: int) -> float:
    """Variance of the weights of `Dense(m, r)` (Glorot & Bengio 2010; He et al. 2015)."""
    return {
        "xavier": 2.0 / (m + r),
        "kaiming": 2.0 / m,
        "xavier uniform": 2.0 / (m + r),
        "kaiming uniform": 2.0 / m,
    }[name]


def sgd(parameter: Array, gradients: list[Array], rate: float) -> list[Array]:
    """Parameter after each step of plain gradient descent."""
    return [parameter - rate * total for total in np.cumsum(gradients, axis=0)]


def rms_prop(
    parameter: Array, gradients: list[Array], rate: float, beta: float, epsilon: float
) -> list[Array]:
    """Parameter after each step of RMSProp (Tieleman & Hinton 2012)."""
    path, mean_square = [], np.zeros_like(parameter)
    for g in gradients:
        mean_square = beta * mean_square + (1.0 - beta) * g**2
        parameter = parameter - rate * g / (np.sqrt(mean_square) + epsilon)
        path.append(parameter)
    return path


def adam(
    parameter: Array,
    gradients: list[Array],
    rate: float,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    counts: Sequence[float] | None = None,
    counts_of_v: Sequence[float] | None = None,
) -> list[Array]:
    """Parameter after each step of Adam, Algorithm 1 of Kingma & Ba 2015.

    `counts` are the values of t: 1, 2, 3 ... by default; infinity leaves out bias correction.
    `counts_of_v` are those for the second moment, where it has others.
    """
    path, first, second = [], np.zeros_like(parameter), np.zeros_like(parameter)
    counts = counts or range(1, len(gradients) + 1)
    for step, step_of_v, g in zip(counts, counts_of_v or counts, gradients, strict=True):
        first = beta_1 * first + (1.0 - beta_1) * g
        second = beta_2 * second + (1.0 - beta_2) * g**2
        m_hat, v_hat = first / (1.0 - beta_1**step), second / (1.0 - beta_2**step_of_v)
        parameter = parameter - rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(parameter)
    return path


def variance_bound(count: int, sigmas: float = 7.0) -> float:
    """Relative error that the variance of `count` draws exceeds less than once in 10^9.

    The sample variance of normal draws has relative standard deviation `sqrt(2 / count)`; uniform
    draws spread less.
    """
    return sigmas * math.sqrt(2.0 / count)
