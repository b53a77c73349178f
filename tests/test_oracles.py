"""The true functions hold against other formulas, SciPy, differences and hand-made numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from autograder.homework import oracles
from autograder.truth import differences

EXTREME = np.array([[1000.0, -1000.0, 0.0], [-1e5, -1e5, -1e5], [1e300, -1e300, 5.0]])


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def exact_to(found, estimate):
    """`found` within the error of a finite difference, entry by entry."""
    assert found.shape == estimate.value.shape
    worst = float(np.max(np.abs(found - estimate.value)))
    assert worst <= estimate.error < 1e-6


def test_dense_is_a_sum_over_features(rng):
    x, w, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 2)), rng.standard_normal(2)
    for n in range(4):
        for j in range(2):
            one = math.fsum([*(x[n, i] * w[i, j] for i in range(3)), b[j]])
            assert oracles.dense(x, w, b)[n, j] == pytest.approx(one)


@pytest.mark.parametrize("stacked", ["x", "w", "b"])
def test_dense_works_on_a_stack_of_any_argument(rng, stacked):
    shapes = {"x": (4, 3), "w": (3, 2), "b": (2,)}
    one = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    stack = rng.standard_normal((5, *shapes[stacked]))
    found = oracles.dense(**{**one, stacked: stack})
    for k, part in enumerate(stack):
        np.testing.assert_allclose(found[k], oracles.dense(**{**one, stacked: part}))


def test_leaky_relu_keeps_what_is_positive_and_scales_the_rest():
    x = np.array([[-2.0, 0.0, 3.0]])
    np.testing.assert_array_equal(oracles.leaky_relu(x, 0.1), [[-0.2, 0.0, 3.0]])
    np.testing.assert_array_equal(oracles.leaky_relu_slope(x, 0.1), [[0.1, 0.1, 1.0]])
    np.testing.assert_array_equal(oracles.leaky_relu(x), [[0.0, 0.0, 3.0]])


@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_leaky_relu_slope_is_its_derivative(rng, alpha):
    x = rng.standard_normal((3, 4))
    x += 0.1 * np.sign(x)
    found = differences.gradient(lambda p: oracles.leaky_relu(p, alpha), x)
    exact_to(oracles.leaky_relu_slope(x, alpha), found)


def test_sigmoid_is_half_of_a_hyperbolic_tangent(rng):
    x = 5 * rng.standard_normal((4, 4))
    np.testing.assert_allclose(oracles.sigmoid(x), 0.5 + 0.5 * np.tanh(x / 2), atol=1e-15)
    exact_to(oracles.sigmoid_slope(x), differences.gradient(oracles.sigmoid, x))


def test_sigmoid_keeps_its_digits_far_out():
    x = np.array([-1e5, -700.0, -40.0, 40.0, 700.0, 1e5])
    np.testing.assert_array_equal(oracles.sigmoid(x)[[0, -1]], [0.0, 1.0])
    np.testing.assert_allclose(oracles.sigmoid_slope(x), np.exp(-np.abs(x)), rtol=1e-12)


def test_softmax_is_exponentials_over_their_sum(rng):
    x = rng.standard_normal((3, 5))
    np.testing.assert_allclose(oracles.softmax(x), np.exp(x) / np.exp(x).sum(1, keepdims=True))
    np.testing.assert_allclose(np.log(oracles.softmax(x)), special.log_softmax(x, axis=-1))


def test_softmax_is_finite_at_any_input_and_sums_to_one():
    y = oracles.softmax(EXTREME)
    np.testing.assert_allclose(y, [[1, 0, 0], [1 / 3] * 3, [1, 0, 0]], atol=1e-12)
    assert np.isfinite(oracles.softmax_jacobian(EXTREME)).all()


def test_softmax_jacobian_is_the_derivative_of_each_row(rng):
    x = rng.standard_normal((3, 5))
    exact_to(oracles.softmax_jacobian(x), differences.row_jacobians(oracles.softmax, x))


def test_errors_that_somebody_set_do_not_reach_the_functions_that_underflow():
    names = ("sigmoid", "sigmoid_slope", "softmax", "softmax_jacobian")
    with np.errstate(all="raise"):
        assert all(np.isfinite(getattr(oracles, name)(EXTREME)).all() for name in names)


def test_mean_squared_error_by_hand():
    prediction, target = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 2.0], [5.0, 1.0]])
    assert oracles.mean_squared_error(prediction, target) == (1 + 0 + 4 + 9) / 4
    np.testing.assert_array_equal(
        oracles.mean_squared_error_gradient(prediction, target), [[0.5, 0.0], [-1.0, 1.5]]
    )


def test_cross_entropy_by_hand():
    probability, target = np.array([[0.5, 0.5], [0.8, 0.2]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    expected = -(math.log(0.5) + math.log(0.2)) / 2
    assert oracles.cross_entropy(probability, target) == pytest.approx(expected)
    np.testing.assert_allclose(
        oracles.cross_entropy_gradient(probability, target), [[-1.0, 0.0], [0.0, -2.5]]
    )


@pytest.mark.parametrize("name", ["mean_squared_error", "cross_entropy"])
def test_gradients_of_losses_are_their_derivatives(rng, name):
    p, target = rng.uniform(0.1, 0.9, (4, 3)), np.eye(3)[rng.integers(3, size=4)]
    loss, closed_form = getattr(oracles, name), getattr(oracles, f"{name}_gradient")
    exact_to(closed_form(p, target), differences.gradient(lambda q: loss(q, target), p))


@pytest.mark.parametrize("name", ["mean_squared_error", "cross_entropy"])
def test_losses_work_on_a_stack_of_predictions(rng, name):
    loss, target = getattr(oracles, name), np.eye(3)[:2]
    stack = rng.uniform(0.1, 0.9, (6, 2, 3))
    np.testing.assert_allclose(loss(stack, target), [loss(p, target) for p in stack])


def test_cross_entropy_stays_finite_at_probability_zero_and_one():
    probability, target = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    assert oracles.cross_entropy(probability, target) == pytest.approx(-math.log(1e-12))
    np.testing.assert_allclose(
        oracles.cross_entropy_gradient(probability, target), [[-1e12, 0.0]], rtol=1e-9
    )
    assert oracles.cross_entropy(probability, 1.0 - target) == pytest.approx(1e-12, rel=1e-3)


def test_one_hot_columns_follow_the_classes():
    labels, classes = np.array([7, 2, 7]), np.array([2, 5, 7])
    np.testing.assert_array_equal(
        oracles.one_hot(labels, classes), [[0, 0, 1], [1, 0, 0], [0, 0, 1]]
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("xavier", 2 / 9), ("kaiming", 2 / 5), ("xavier uniform", 2 / 9), ("kaiming uniform", 2 / 5)],
)
def test_initializer_variances_are_those_of_the_papers(name, expected):
    assert oracles.initializer_variance(name, 5, 4) == pytest.approx(expected)


@pytest.mark.parametrize("count", [500, 1000, 10_000, 100_000])
def test_the_variance_of_normal_draws_leaves_its_bound_less_than_once_in_a_billion(count):
    bound, chi2 = oracles.variance_bound(count), stats.chi2(count)
    odds = chi2.sf(count * (1 + bound)) + chi2.cdf(count * (1 - bound))
    assert odds < 1e-9


def test_the_variance_bound_still_tells_initializers_apart():
    assert oracles.variance_bound(10_000) < 0.1


P, G = np.array([1.0, -2.0]), [np.array([0.5, 2.0]), np.array([-1.0, 4.0])]


def test_gradient_descent_by_hand():
    path = oracles.sgd(P, G, rate=0.1)
    np.testing.assert_allclose(path, [[0.95, -2.2], [1.05, -2.6]])


def test_rms_prop_by_hand():
    # v = 0.1 g1^2 = (0.025, 0.4), then 0.9 v + 0.1 g2^2 = (0.1225, 1.96)
    first = [1.0 - 0.05 / (math.sqrt(0.025) + 0.01), -2.0 - 0.2 / (math.sqrt(0.4) + 0.01)]
    second = [first[0] + 0.1 / (0.35 + 0.01), first[1] - 0.4 / (1.4 + 0.01)]
    path = oracles.rms_prop(P, G, rate=0.1, beta=0.9, epsilon=0.01)
    np.testing.assert_allclose(path, [first, second])


def test_adam_by_hand():
    # The first step is g / |g|. Then m_hat = (0.09 g1 + 0.1 g2) / 0.19 and
    # v_hat = (0.000999 g1^2 + 0.001 g2^2) / 0.001999.
    first = [0.9, -2.1]
    m_hat = [(0.045 - 0.1) / 0.19, (0.18 + 0.4) / 0.19]
    v_hat = [(0.00024975 + 0.001) / 0.001999, (0.003996 + 0.016) / 0.001999]
    second = [p - 0.1 * m / math.sqrt(v) for p, m, v in zip(first, m_hat, v_hat, strict=True)]
    np.testing.assert_allclose(oracles.adam(P, G, rate=0.1, epsilon=0.0), [first, second])


def test_adam_adds_epsilon_outside_the_root():
    step = P - oracles.adam(P, G[:1], rate=0.1, epsilon=0.5)[0]
    np.testing.assert_allclose(step, [0.1 * 0.5 / (0.5 + 0.5), 0.1 * 2.0 / (2.0 + 0.5)])


@pytest.mark.parametrize("scale", [1e-3, 1e6])
def test_first_steps_of_adaptive_optimizers_do_not_depend_on_the_gradients_scale(scale):
    scaled = [scale * g for g in G]
    np.testing.assert_allclose(
        oracles.adam(P, scaled, 0.1, epsilon=0.0), oracles.adam(P, G, 0.1, epsilon=0.0)
    )
    np.testing.assert_allclose(
        oracles.rms_prop(P, scaled, 0.1, 0.9, 0.0), oracles.rms_prop(P, G, 0.1, 0.9, 0.0)
    )


@pytest.mark.parametrize(
    "path",
    [
        lambda p: oracles.sgd(p, G, 0.1),
        lambda p: oracles.rms_prop(p, G, 0.1, 0.9, 1e-6),
        lambda p: oracles.adam(p, G, 0.1),
    ],
    ids=["sgd", "rms_prop", "adam"],
)
def test_optimizers_leave_their_arguments_alone(path):
    parameter, before = P.copy(), [g.copy() for g in G]
    assert len(path(parameter)) == 2
    np.testing.assert_array_equal(parameter, P)
    np.testing.assert_array_equal(G, before)
