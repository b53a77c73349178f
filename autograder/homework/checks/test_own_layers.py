"""Checks of each layer and loss of the student's between given layers, under their own tape."""

from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.calls import expect_chain
from autograder.homework.checks.trial import with_weights
from autograder.truth import differences
from autograder.truth.comparison import Truth, confirmed, entries, expect_each

item = pytest.mark.item


@item("Your own stack: each layer between given ones")
def test_each_layer(beras, given, drawn):
    """Under your tape, the gradient gets through each layer, and from each loss to a layer."""
    problem = of_many(drawn)
    for name, layer, function, jacobians in own_layers(beras, problem):
        before = Scaling(beras, given, problem, problem.inputs())
        expect_through_layer(before, name, layer, function, jacobians)
    for name, loss, function, gradient in own_losses(beras):
        x = problem.rng.uniform(0.2, 0.9, (problem.batch, problem.features))
        before = Scaling(beras, given, problem, x)
        expect_from_loss(before, name, loss, function, gradient)


def of_many(problems):
    """The first problem of more than one feature and unit: where shapes and softmax tell."""
    return next(problem for problem in problems if min(problem.features, problem.units) > 1)


def own_layers(beras, problem):
    """Name, layer, true function and Jacobians `(N, n, r)` of each layer of the student's."""
    w, b = problem.normal(problem.features, problem.units), problem.normal(problem.units)
    dense = with_weights(beras.Dense(*w.shape), w, b)
    yield "Dense", dense, lambda h: oracles.dense(h, w, b), lambda h: np.stack([w] * len(h))
    yield "Softmax", beras.Softmax(), oracles.softmax, oracles.softmax_jacobian
    leaky = partial(oracles.leaky_relu, alpha=0.3), partial(oracles.leaky_relu_slope, alpha=0.3)
    relu = oracles.leaky_relu, oracles.leaky_relu_slope
    sigmoid = oracles.sigmoid, oracles.sigmoid_slope
    for name, (function, slope) in {"LeakyReLU": leaky, "ReLU": relu, "Sigmoid": sigmoid}.items():
        yield name, getattr(beras, name)(), function, partial(diagonal, slope)


def diagonal(slope, h):
    """The Jacobians `(N, n, n)` of an elementwise function with this slope."""
    return slope(h)[:, :, None] * np.eye(h.shape[1])


def own_losses(beras):
    """Name, loss, true function and its gradient, of each loss of the student's."""
    squares = oracles.mean_squared_error, oracles.mean_squared_error_gradient
    yield "MeanSquaredError", beras.MeanSquaredError(), *squares
    entropy = oracles.cross_entropy, oracles.cross_entropy_gradient
    yield "CategoricalCrossEntropy", beras.CategoricalCrossEntropy(), *entropy


class Scaling:
    """A given layer that scales each feature of x by 0.5 to 1, and what stands after it.

    So x decides where the student's layer is asked: away from a kink, or between 0 and 1.
    """

    def __init__(self, beras, given, problem, x):
        self.beras, self.given, self.problem, self.x = beras, given, problem, x
        self.w = np.diag(problem.rng.uniform(0.5, 1.0, x.shape[1]))
        self.layer = given.Affine(self.w, np.zeros(x.shape[1]))
        self.h = x @ self.w
        """What the layer answers."""

    def expect(self, got, name, loss, slope, size):
        """Raise `Mismatch` unless `got` is the gradient of a loss for the layer's w and b.

        `loss` is a function of the layer's output and `slope` its gradient; `size` is that with
        absolute values in place of all terms.
        """
        estimate = differences.gradient(lambda w: loss(self.x @ w), self.w)
        dw = confirmed(self.x.T @ slope, estimate, np.abs(self.x).T @ size)
        db = Truth(slope.sum(axis=0), magnitude=float(size.sum(axis=0).max()))
        what = f"tape.gradient(loss, weights of the layer before {name})"
        expect_each(entries(got, 2, what), (dw, db), what, self.problem)


def expect_through_layer(before, name, layer, function, jacobians):
    """Raise `Mismatch` unless the gradient of a given loss gets through a layer."""
    target = before.problem.normal(*function(before.h).shape)
    distance = before.given.SquaredDistance()
    with before.beras.GradientTape() as tape:
        h = before.layer(before.x)
        y = layer(h)
        value = distance(y, target)
    expect_chain(before.given, layer, [h], y, name)
    got = tape.gradient(value, before.layer.weights)
    upstream, jacobian = 2.0 * (function(before.h) - target), jacobians(before.h)
    slope = np.einsum("bij,bj->bi", jacobian, upstream)
    size = np.einsum("bij,bj->bi", np.abs(jacobian), np.abs(upstream))
    true_loss = lambda h: ((function(h) - target) ** 2).sum(axis=(-2, -1))  # noqa: E731
    before.expect(got, name, true_loss, slope, size)


def expect_from_loss(before, name, loss, function, gradient):
    """Raise `Mismatch` unless the gradient of a loss gets to the layer before it."""
    classes = before.x.shape[1]
    target = np.eye(classes)[before.problem.rng.integers(classes, size=len(before.x))]
    labels = before.beras.Tensor(np.array(target))
    with before.beras.GradientTape() as tape:
        h = before.layer(before.x)
        value = loss(h, labels)
    expect_chain(before.given, loss, [h, labels], value, name)
    got = tape.gradient(value, before.layer.weights)
    slope = gradient(before.h, target)
    true_loss = lambda h: function(h, target)  # noqa: E731
    before.expect(got, name, true_loss, slope, np.abs(slope))
