"""Checks of the student's layers and losses in stacks, with the student's own way back."""

from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.calls import expect_chain
from autograder.homework.checks.trial import with_weights
from autograder.truth import differences
from autograder.truth.comparison import (
    Truth,
    confirmed,
    entries,
    expect,
    expect_each,
    expect_entry,
)

item = pytest.mark.item


class Stack:
    """The student's own {layer} -> Softmax -> loss, differentiated by the student's own code."""

    def __init__(self, beras, words, differentiate, problem, loss):
        # 0.3: with N(0, 1) some softmax outputs fall under cross-entropy's clip.
        self.w = problem.normal(problem.features, problem.units, scale=0.3)
        self.b = problem.normal(problem.units, scale=0.3)
        self.dense = with_weights(getattr(beras, words["layer"])(*self.w.shape), self.w, self.b)
        self.x, self.target = problem.inputs(), problem.one_hot()
        softmax, loss = beras.Softmax(), getattr(beras, loss)()
        compute = lambda x, target: loss(softmax(self.dense(x)), target)  # noqa: E731
        gradients = differentiate(compute, self.x, self.target)
        got = gradients(getattr(self.dense, words["weights"]))
        self.what = words["gradients"] % f"{words['layer'].lower()}.{words['weights']}"
        self.dw, self.db = entries(got, 2, self.what)

    def expect(self, exact, terms, loss, problem):
        """Raise `Mismatch` unless dw is `exact`, which must also be the derivative of `loss`.

        `terms` is `exact` with absolute values in place of all terms.
        """
        true_loss = lambda w: loss(  # noqa: E731
            oracles.softmax(oracles.dense(self.x, w, self.b)), self.target
        )
        truth = confirmed(exact, differences.gradient(true_loss, self.w), terms)
        expect_entry(self.dw, truth, f"{self.what}[0]", problem)

    def probabilities(self):
        """What the softmax should say."""
        return oracles.softmax(oracles.dense(self.x, self.w, self.b))


@item("Your own stack: {layer}, Softmax, cross-entropy")
def test_own_stack(beras, words, differentiate, problems):
    """dL/dw_ij is the batch mean of (P_j - y_j) x_i; dL/db_j that of (P_j - y_j)."""
    for problem in problems:
        stack = Stack(beras, words, differentiate, problem, "CategoricalCrossEntropy")
        error = (stack.probabilities() - stack.target) / problem.batch
        size = (stack.probabilities() + stack.target) / problem.batch
        terms = np.abs(stack.x).T @ size
        stack.expect(stack.x.T @ error, terms, oracles.cross_entropy, problem)
        want = error.sum(axis=0).reshape(np.shape(np.asarray(stack.dense.b)))
        db = Truth(want, magnitude=float(size.sum(axis=0).max()))
        expect_entry(stack.db, db, f"{stack.what}[1]", problem)


@item("Your own stack: both losses through softmax")
def test_both_losses(beras, words, differentiate, problems):
    """On the same class probabilities, each loss sends its own gradient through softmax."""
    for problem in problems:
        stack = Stack(beras, words, differentiate, problem, "MeanSquaredError")
        p = stack.probabilities()
        upstream = oracles.mean_squared_error_gradient(p, stack.target)
        back = p * (upstream - (upstream * p).sum(axis=-1, keepdims=True))
        size = p * (np.abs(upstream) + (np.abs(upstream) * p).sum(axis=-1, keepdims=True))
        terms = np.abs(stack.x).T @ size
        stack.expect(stack.x.T @ back, terms, oracles.mean_squared_error, problem)


@item("Your own stack: two {layer} layers are one")
def test_two_layers_are_one(beras, given, words, differentiate, problems):
    """{layer}(W1, b1) then {layer}(W2, b2) is {layer}(W1 W2, b1 W2 + b2), also in gradient."""
    name, what = words["layer"], words["gradients"] % "[w1, w2]"
    for problem in problems:
        w1, b1 = problem.normal(problem.features, 3), problem.normal(3)
        w2, b2 = problem.normal(3, problem.units), problem.normal(problem.units)
        first = with_weights(getattr(beras, name)(*w1.shape), w1, b1)
        second = with_weights(getattr(beras, name)(*w2.shape), w2, b2)
        x, target = problem.inputs(), problem.normal(problem.batch, problem.units)
        loss = given.SquaredDistance()
        gradients = differentiate(lambda x, target: loss(second(first(x)), target), x, target)  # noqa: B023
        true_y = x @ (w1 @ w2) + (b1 @ w2 + b2)
        hidden = np.abs(x) @ np.abs(w1) + np.abs(b1)
        size = hidden @ np.abs(w2) + np.abs(b2)  # of the terms, which cancel in the sums below
        y = Truth(true_y, magnitude=float(size.max()))
        expect(second.outputs[0], y, f"{name}({name}(x))", problem)
        slope, steep = 2.0 * (true_y - target), 2.0 * (size + np.abs(target))
        got = entries(gradients([first.w, second.w]), 2, what)
        terms = (np.abs(x).T @ steep @ np.abs(w2).T, hidden.T @ steep)
        exact = (x.T @ slope @ w2.T, (x @ w1 + b1).T @ slope)
        want = [Truth(e, magnitude=float(t.max())) for e, t in zip(exact, terms, strict=True)]
        expect_each(got, want, what, problem)


@item("Your own stack: each layer between given ones")
def test_each_layer(beras, given, words, differentiate, drawn):
    """{way_back}, the gradient gets through each layer, and from each loss to a layer."""
    problem = drawn.of_many
    for name, layer, function, jacobians in own_layers(beras, words, problem):
        before = Scaling(given, words, differentiate, problem, problem.inputs())
        expect_through_layer(before, name, layer, function, jacobians)
    for name, loss, function, gradient in own_losses(beras):
        x = problem.rng.uniform(0.2, 0.9, (problem.batch, problem.features))
        before = Scaling(given, words, differentiate, problem, x)
        expect_from_loss(beras, before, name, loss, function, gradient)


def own_layers(beras, words, problem):
    """Name, layer, true function and Jacobians `(N, n, r)` of each layer of the student's."""
    w, b = problem.normal(problem.features, problem.units), problem.normal(problem.units)
    dense = with_weights(getattr(beras, words["layer"])(*w.shape), w, b)
    function, jacobians = partial(oracles.dense, w=w, b=b), lambda h: np.stack([w] * len(h))
    yield words["layer"], dense, function, jacobians
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

    def __init__(self, given, words, differentiate, problem, x):
        self.given, self.words, self.problem, self.x = given, words, problem, x
        self._differentiate = differentiate
        self.w = np.diag(problem.rng.uniform(0.5, 1.0, x.shape[1]))
        self.layer = given.Affine(self.w, np.zeros(x.shape[1]))
        self.h = x @ self.w
        """What the layer answers."""

    def called_with(self, compute, *others):
        """Run `compute` on what the layer answers, and on other arrays as the edition hands them
        on; gives what the way back says of w and b."""
        chain = lambda x, *others: compute(self.layer(x), *others)  # noqa: E731
        gradients = self._differentiate(chain, self.x, *others)
        return lambda: gradients(getattr(self.layer, self.words["weights"]))

    def expect(self, got, name, loss, slope, size):
        """Raise `Mismatch` unless `got` is the gradient of a loss for the layer's w and b.

        `loss` is a function of the layer's output and `slope` its gradient; `size` is that with
        absolute values in place of all terms.
        """
        estimate = differences.gradient(lambda w: loss(self.x @ w), self.w)
        dw = confirmed(self.x.T @ slope, estimate, np.abs(self.x).T @ size)
        db = Truth(slope.sum(axis=0), magnitude=float(size.sum(axis=0).max()))
        what = self.words["gradients"] % f"{self.words['weights']} of the layer before {name}"
        expect_each(entries(got, 2, what), (dw, db), what, self.problem)


def expect_through_layer(before, name, layer, function, jacobians):
    """Raise `Mismatch` unless the gradient of a given loss gets through a layer."""
    target = before.problem.normal(*function(before.h).shape)
    distance = before.given.SquaredDistance()

    h = y = None

    def loss_after(output, target):
        nonlocal h, y
        h, y = output, layer(output)
        return distance(y, target)

    gradients = before.called_with(loss_after, target)
    expect_chain(before.given, layer, [h], y, name)
    got = gradients()
    upstream, jacobian = 2.0 * (function(before.h) - target), jacobians(before.h)
    slope = np.einsum("bij,bj->bi", jacobian, upstream)
    size = np.einsum("bij,bj->bi", np.abs(jacobian), np.abs(upstream))
    true_loss = lambda h: ((function(h) - target) ** 2).sum(axis=(-2, -1))  # noqa: E731
    before.expect(got, name, true_loss, slope, size)


def expect_from_loss(beras, before, name, loss, function, gradient):
    """Raise `Mismatch` unless the gradient of a loss gets to the layer before it."""
    classes = before.x.shape[1]
    target = np.eye(classes)[before.problem.rng.integers(classes, size=len(before.x))]
    labels = beras.Tensor(np.array(target))

    h = value = None

    def loss_after(output):
        nonlocal h, value
        h, value = output, loss(output, labels)
        return value

    gradients = before.called_with(loss_after)
    expect_chain(before.given, loss, [h, labels], value, name)
    got = gradients()
    slope = gradient(before.h, target)
    true_loss = lambda h: function(h, target)  # noqa: E731
    before.expect(got, name, true_loss, slope, np.abs(slope))
