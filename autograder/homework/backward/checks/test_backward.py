"""Checks of `Diffable.backward` in beras/core.py, over given layers."""

from functools import partial

import numpy as np
import pytest

from autograder.homework.backward.driving import go_back, gradient
from autograder.homework.checks.chains import Chain
from autograder.truth import differences
from autograder.truth.comparison import Mismatch, confirmed, expect_entry
from autograder.truth.diagnosis import Cause

item = pytest.mark.item

NAMES = ("w1", "b1", "w2", "b2")


class OneLayer:
    """affine -> distance to a target, of given layers."""

    def __init__(self, given, problem):
        self.w, self.b = problem.normal(problem.features, 3), problem.normal(3)
        self.layer, self.distance = given.Affine(self.w, self.b), given.SquaredDistance()

    def loss(self, x, target):
        """What the layers answer, each called by the student's own code."""
        return self.distance(self.layer(x), target)

    def expect_gradients(self, x, target, problem, suspects=None):
        """Raise `Mismatch` unless w and b have the gradients of this loss."""
        slope = 2.0 * (x @ self.w + self.b - target)
        true_loss = lambda w: ((x @ w + self.b - target) ** 2).sum(axis=(-2, -1))  # noqa: E731
        dw = confirmed(x.T @ slope, differences.gradient(true_loss, self.w))
        w, b = self.layer.parameters
        suspects = suspects or partial(instead_of_dw, x, slope, self.w)
        expect_entry(gradient(w, "w"), dw, "w.grad", problem, suspects=suspects)
        expect_entry(gradient(b, "b"), slope.sum(axis=0), "b.grad", problem)


def instead_of_dw(x, slope, w):
    """What typical mistakes put into the grad of w, where x.T @ slope belongs."""
    yield "j-ignored", x.T @ np.ones(slope.shape)
    yield "mean-for-sum", x.T @ slope / len(x)
    yield "order", slope.sum(axis=0)
    yield "of-the-input", slope @ w.T


@item("Diffable.backward")
def test_one_layer(beras, given, problems):
    """loss.backward() gives each parameter of a layer its grad, shaped like the parameter."""
    for problem in problems:
        setting = OneLayer(given, problem)
        x, target = problem.inputs(), problem.normal(problem.batch, 3)
        go_back(setting.loss(beras.Tensor(np.array(x)), beras.Tensor(np.array(target))))
        setting.expect_gradients(x, target, problem)


def parameters_of(chain):
    """The parameters of a chain by their names."""
    return dict(zip(NAMES, [*chain.first.parameters, *chain.second.parameters], strict=True))


def expect_grads(chain, names, problem):
    """Raise `Mismatch` unless these parameters of a chain have the gradients of its loss."""
    parameters = parameters_of(chain)
    for name in names:
        found, suspects = gradient(parameters[name], name), partial(handed_on, chain, name)
        expect_entry(found, chain.truth(name), f"{name}.grad", problem, suspects=suspects)


def handed_on(chain, name):
    """What w1 or b1 gets as its grad where something else was handed to the layers before."""
    hidden, slope = chain.hidden(), chain.slope()
    instead = {"local-handed-on": 2.0 * hidden, "own-upstream": slope}
    for mistake, upstream in instead.items():
        if name in ("w1", "b1") and upstream.shape == hidden.shape:
            into = {"w1": chain.values["x"].T @ upstream, "b1": upstream.sum(axis=0)}
            yield mistake, into[name]


@item("Diffable.backward through several layers")
def test_several_layers(beras, given, problems):
    """Each layer passes the gradient of its input on: it reaches the first layer's parameters."""
    for problem in problems:
        chain = Chain(given, problem)
        go_back(chain.loss(*map(beras.Tensor, (chain.values["x"].copy(), chain.target.copy()))))
        expect_grads(chain, reversed(NAMES), problem)


@item("Diffable.backward through several layers")
def test_two_inputs(beras, given, problems):
    """A layer with two inputs passes each of them its own gradient."""
    for problem in problems:
        x, target = problem.inputs(), problem.normal(problem.batch, 3)
        a, b = problem.normal(problem.features, 3), problem.normal(problem.features, 3)
        left, right = given.Affine(a, np.zeros(3)), given.Affine(b, np.zeros(3))
        inputs = beras.Tensor(np.array(x)), beras.Tensor(np.array(x))
        y = given.Combine()(left(inputs[0]), right(inputs[1]))
        go_back(given.SquaredDistance()(y, beras.Tensor(np.array(target))))
        slope = 2.0 * (2.0 * x @ a - 3.0 * x @ b - target)
        for name, layer, factor in ("first", left, 2.0), ("second", right, -3.0):
            w, _ = layer.parameters
            what = f"w of the layer before the {name} input"
            truth, of_first = factor * x.T @ slope, {"first-for-all": 2.0 * x.T @ slope}
            found, suspects = gradient(w, what), of_first.items
            expect_entry(found, truth, f"the grad of {what}", problem, suspects=suspects)


@item("Diffable.backward with plain arrays as inputs")
def test_plain_arrays(given, problems):
    """Data and labels may be plain arrays: they have no backward, and the way back ends there."""
    for problem in problems:
        setting = OneLayer(given, problem)
        x, target = problem.inputs(), problem.normal(problem.batch, 3)
        go_back(setting.loss(given.plain(x), given.plain(target)))
        setting.expect_gradients(x, target, problem)


@item("Diffable.backward with frozen parameters")
def test_frozen_parameters(beras, given, problems):
    """A parameter whose `requires_grad` is False keeps its grad; the others get theirs."""
    for problem in problems:
        chain, kept = Chain(given, problem), problem.normal(problem.features, 3)
        parameters = parameters_of(chain)
        for name in "w1", "b2":
            parameters[name].requires_grad = False
        parameters["w1"].grad = np.array(kept)
        go_back(chain.loss(*map(beras.Tensor, (chain.values["x"].copy(), chain.target.copy()))))
        expect_grads(chain, ("b1", "w2"), problem)
        if parameters["b2"].grad is not None:
            text = "b2 has a grad, although its requires_grad is False; before, it was None."
            raise Mismatch("value", text, cause=Cause("frozen-filled"))
        before, now = np.array(kept), gradient(parameters["w1"], "w1")
        if not np.array_equal(np.asarray(now), before):
            text = "The grad of w1 is another, although its requires_grad is False."
            raise Mismatch("value", text, cause=Cause("frozen-filled"))


@item("Diffable.backward again, after zero_grad")
def test_again(beras, given, problems):
    """Once each grad is None again, loss.backward() fills in those of the new batch alone."""
    for problem in problems:
        setting, batches = OneLayer(given, problem), []
        for _ in range(2):
            x, target = problem.inputs(), problem.normal(problem.batch, 3)
            batches.append((x, 2.0 * (x @ setting.w + setting.b - target)))
            for parameter in setting.layer.parameters:
                parameter.grad = None
            go_back(setting.loss(beras.Tensor(np.array(x)), beras.Tensor(np.array(target))))
        setting.expect_gradients(x, target, problem, partial(of_both, batches))


def of_both(batches):
    """What the grad of w is where that of the first batch is in it."""
    first, second = (x.T @ slope for x, slope in batches)
    yield "stale", first
    yield "adds-up", first + second
