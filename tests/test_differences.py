"""Finite differences agree with SciPy's, and are never further off than they say."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from scipy import optimize, special

from autograder.truth.differences import gradient, jacobian, row_jacobians

PRECISE = 1e-6
"""Far above what these functions need; an estimate past it would let wrong answers through."""


def softmax(x):
    return special.softmax(x, axis=-1)


def cross_entropy(x):
    """Of two rows against fixed labels; works on the last two axes."""
    return -np.log(softmax(x)[..., [0, 1], [2, 0]]).mean(axis=-1)


def product(x):
    return x @ np.arange(1.0, 13.0).reshape(4, 3)


SMOOTH = {
    "softmax": softmax,
    "sigmoid": special.expit,
    "cross-entropy": cross_entropy,
    "matrix product": product,
}

KNOWN = {
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "exp": (np.exp, np.exp),
    "tanh": (np.tanh, lambda x: np.cosh(x) ** -2),
    "sigmoid": (special.expit, lambda x: special.expit(x) * special.expit(-x)),
    "cube": (lambda x: x**3, lambda x: 3 * x**2),
    "log": (lambda x: np.log(2.5 + x), lambda x: 1 / (2.5 + x)),
    "reciprocal": (lambda x: 1 / (3.0 + x), lambda x: -((3.0 + x) ** -2)),
    "square root": (lambda x: np.sqrt(3.0 + x), lambda x: 0.5 / np.sqrt(3.0 + x)),
    "bell": (lambda x: np.exp(-(x**2)), lambda x: -2 * x * np.exp(-(x**2))),
    "sine of a square": (lambda x: np.sin(x**2), lambda x: 2 * x * np.cos(x**2)),
    "constant": (lambda x: np.ones_like(x), np.zeros_like),
}

smooth = pytest.mark.parametrize("function", SMOOTH.values(), ids=SMOOTH)
known = pytest.mark.parametrize(("function", "slope"), KNOWN.values(), ids=KNOWN)


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.fixture
def x(rng):
    return rng.standard_normal((2, 4))


def worst(a, b):
    return float(np.max(np.abs(a - b)))


def flat(function, shape):
    """`function` as SciPy wants it: from a vector to a vector."""
    return lambda v: np.ravel(function(v.reshape(shape)))


@smooth
def test_the_jacobian_agrees_with_forward_differences(function, x):
    ours = jacobian(function, x).value.reshape(x.size, -1)
    theirs = np.atleast_2d(optimize.approx_fprime(x.ravel(), flat(function, x.shape)))
    np.testing.assert_allclose(ours.T, theirs, atol=2e-6)


@pytest.mark.skipif(
    tuple(map(int, scipy.__version__.split(".")[:2])) < (1, 15),
    reason="scipy.differentiate came with SciPy 1.15",
)
@smooth
def test_the_jacobian_agrees_with_an_adaptive_method_of_eighth_order(function, x):
    from scipy import differentiate

    def columns(points):
        """`(size, ...)` to `(outputs, ...)`: SciPy's axes come first, ours last."""
        rows = np.moveaxis(points, 0, -1).reshape(-1, *x.shape)
        y = np.asarray(function(rows)).reshape(*points.shape[1:], -1)
        return np.moveaxis(y, -1, 0)

    ours = jacobian(function, x)
    theirs = differentiate.jacobian(columns, x.ravel()).df
    np.testing.assert_allclose(ours.value.reshape(x.size, -1).T, theirs, atol=1e-9)


@smooth
def test_the_gradient_passes_scipys_own_check(function, x, rng):
    upstream = rng.standard_normal(np.shape(function(x)))

    def target(v):
        return float(np.sum(upstream * function(v.reshape(x.shape))))

    def slope(v):
        return gradient(function, v.reshape(x.shape), upstream).value.ravel()

    assert optimize.check_grad(target, slope, x.ravel()) < 5e-6


@pytest.mark.parametrize("function", [softmax, special.expit, product])
def test_row_jacobians_are_the_diagonal_blocks_of_the_jacobian(function, x):
    whole = jacobian(function, x).value
    blocks = np.stack([whole[b, :, b] for b in range(len(x))])
    np.testing.assert_allclose(row_jacobians(function, x).value, blocks, atol=1e-10)


def test_rows_of_the_result_stand_for_inputs(x):
    w = np.arange(1.0, 13.0).reshape(4, 3)
    np.testing.assert_allclose(row_jacobians(product, x).value, np.stack([w, w]), atol=1e-9)


@known
@pytest.mark.parametrize("seed", range(5))
def test_the_true_error_is_within_the_estimate(function, slope, seed):
    x = np.random.default_rng(seed).uniform(-2, 2, (3, 5))
    found = jacobian(function, x)
    exact = np.diag(slope(x).ravel()).reshape(*x.shape, *x.shape)
    assert worst(found.value, exact) <= found.error


@known
def test_the_estimate_is_small_for_a_smooth_function(function, slope, x):
    assert 0.0 <= jacobian(function, np.clip(x, -2, 2)).error < PRECISE


@pytest.mark.parametrize("seed", range(20))
def test_the_true_error_of_a_softmax_jacobian_is_within_the_estimate(seed):
    x = np.random.default_rng(seed).standard_normal((4, 6))
    y = softmax(x)
    exact = y[:, :, None] * (np.eye(6) - y[:, None, :])
    found = row_jacobians(softmax, x)
    assert worst(found.value, exact) <= found.error < PRECISE


@pytest.mark.parametrize("place", [0.05, 0.1, 0.5, 0.9])
def test_the_true_error_of_a_logarithm_near_zero_is_within_the_estimate(place):
    found = jacobian(np.log, np.array([place]))
    assert abs(found.value[0, 0] - 1 / place) <= found.error < PRECISE / place


@pytest.mark.parametrize("size", [10.0, 1e3, 1e5])
def test_the_estimate_covers_the_rounding_of_large_inputs(size):
    x = size * np.random.default_rng(5).uniform(0.5, 1.0, 50)
    found = gradient(np.sin, x)
    assert worst(found.value, np.cos(x)) <= found.error


def test_a_kink_shows_in_the_estimate():
    found = jacobian(lambda p: np.maximum(p, 0.0), np.array([1e-4]))
    assert found.error > 1e-3


def test_a_value_that_is_no_number_shows_in_the_estimate():
    found = jacobian(lambda p: np.full_like(p, np.nan), np.array([1.0]))
    assert np.isnan(found.error)


@smooth
def test_one_by_one_gives_what_one_stacked_call_gives(function, x, rng):
    upstream = rng.standard_normal(np.shape(function(x)))
    for at_once, single in (
        (jacobian(function, x), jacobian(function, x, stacked=False)),
        (gradient(function, x, upstream), gradient(function, x, upstream, stacked=False)),
    ):
        assert at_once.value.shape == single.value.shape
        np.testing.assert_allclose(at_once.value, single.value, rtol=0, atol=1e-12)


def test_one_by_one_never_passes_more_than_one_input(x):
    seen = []
    jacobian(lambda p: seen.append(p.shape) or p.sum(), x, stacked=False)
    assert set(seen) == {x.shape}


def test_stacked_makes_a_single_call(x):
    calls = []
    jacobian(lambda p: calls.append(p.shape) or p, x)
    assert calls == [(6 * x.size, *x.shape)]


def test_the_input_is_only_read(x):
    before = x.copy()
    x.flags.writeable = False
    jacobian(softmax, x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("stacked", [True, False])
def test_a_number_is_an_input_and_an_output_too(stacked):
    found = gradient(np.exp, 0.5, stacked=stacked)
    assert found.value.shape == ()
    assert found.value == pytest.approx(np.exp(0.5), abs=1e-9)


def test_upstream_defaults_to_one(x):
    assert gradient(np.square, x).value == pytest.approx(2 * x, abs=1e-9)


def test_integers_are_perturbed_as_floats():
    assert jacobian(np.square, [3]).value == pytest.approx(np.array([[6.0]]), abs=1e-9)


def test_an_empty_output_has_no_error(x):
    found = jacobian(lambda p: p[..., :0], x)
    assert found.value.shape == (2, 4, 2, 0)
    assert found.error == 0.0


def test_an_empty_input_has_no_error():
    found = jacobian(np.sin, np.empty((0, 3)))
    assert found.value.shape == (0, 3, 0, 3)
    assert found.error == 0.0
