"""Checks of beras/gradient_tape.py: over given layers, then over the student's own stack."""

from contextlib import suppress
from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.trial import with_weights
from autograder.truth import differences
from autograder.truth.comparison import (
    Mismatch,
    Truth,
    confirmed,
    entries,
    expect,
    expect_each,
    expect_entry,
)
from autograder.truth.diagnosis import Cause

item = pytest.mark.item


def gradients(tape, loss, distance, sources, what):
    """What a tape answers, if it is written: the loss, of a given distance, must be asked."""
    got = tape.gradient(loss, sources)
    if got is None and not distance.is_asked:
        raise Mismatch("todo", f"Not written yet: {what} returns None.")
    return entries(got, len(sources), what)


class Chain:
    """x -> affine -> square -> affine -> distance to a target, of given layers, under a tape."""

    def __init__(self, beras, given, problem):
        m, r = problem.features, problem.units
        self.values = {
            "x": problem.normal(problem.batch, m),
            "w1": problem.normal(m, 3, scale=0.5),
            "b1": problem.normal(3),
            "w2": problem.normal(3, r, scale=0.5),
            "b2": problem.normal(r),
        }
        self.target = problem.normal(problem.batch, r)
        first = given.Affine(self.values["w1"], self.values["b1"])
        second = given.Affine(self.values["w2"], self.values["b2"])
        square, self.distance = given.Square(), given.SquaredDistance()
        x = beras.Tensor(np.array(self.values["x"]))
        with beras.GradientTape() as self.tape:
            self.loss = self.distance(second(square(first(x))), self.target)
        self.layers = [first, square, second]  # alive as long as the tape is asked
        (w1, b1), (w2, b2) = first.weights, second.weights
        self.sources = {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2}

    def truth(self, name):
        """Gradient of the loss with respect to one source, from two sources of truth."""
        v = self.values
        hidden = v["x"] @ v["w1"] + v["b1"]
        slope = 2.0 * (hidden**2 @ v["w2"] + v["b2"] - self.target)
        back = slope @ v["w2"].T * 2.0 * hidden
        exact = {
            "x": back @ v["w1"].T,
            "w1": v["x"].T @ back,
            "b1": back.sum(axis=0),
            "w2": (hidden**2).T @ slope,
            "b2": slope.sum(axis=0),
        }
        estimate = differences.gradient(lambda value: self._loss(name, value), v[name])
        return confirmed(exact[name], estimate)

    def _loss(self, name, value):
        v = {**self.values, name: value}
        hidden = oracles.dense(v["x"], v["w1"], v["b1"]) ** 2
        return ((oracles.dense(hidden, v["w2"], v["b2"]) - self.target) ** 2).sum(axis=(-2, -1))

    def expect(self, names, problem):
        """Raise `Mismatch` unless the tape's gradients for these sources are right, in order."""
        what, sources = "tape.gradient(loss, sources)", [self.sources[name] for name in names]
        got = gradients(self.tape, self.loss, self.distance, sources, what)
        truths, suspects = map(self.truth, names), [partial(self.suspects, name) for name in names]
        expect_each(got, list(truths), what, problem, suspects=suspects)

    def suspects(self, name):
        """What typical mistakes answer in place of the gradient with respect to a source."""
        v = self.values
        fed = {"1": v["x"], "2": (v["x"] @ v["w1"] + v["b1"]) ** 2}
        if name[:1] == "w":
            yield "j-ignored", fed[name[1]].T @ np.ones((len(v["x"]), v[name].shape[1]))
        if name[:1] == "b":
            yield "j-ignored", np.full(v[name].shape, len(v["x"]))


@item("GradientTape.gradient")
def test_gradient(beras, given, problems):
    """The tape returns the gradient of a loss for each weight of a stack of layers."""
    for problem in problems:
        Chain(beras, given, problem).expect(["w1", "b1", "w2", "b2"], problem)


@item("GradientTape, sources in any order")
def test_order_of_sources(beras, given, problems):
    """Gradients come in the order of the sources, each shaped as its source, some or all."""
    for order in ("b2", "w1"), ("w2", "b1", "w1", "b2"), ("w1", "x"):
        Chain(beras, given, problems.first).expect(order, problems.first)


@item("GradientTape, a tensor used twice")
def test_tensor_used_twice(beras, given, problems):
    """Where a tensor feeds two layers, its gradient is the sum of both contributions."""
    for problem in problems:
        x, w = problem.inputs(), problem.normal(problem.features, 3)
        affine = given.Affine(w, np.zeros(3))
        square, shift, combine = given.Square(), given.Shift(1.0), given.Combine()
        distance = given.SquaredDistance()
        with beras.GradientTape() as tape:
            hidden = affine(x)
            loss = distance(combine(shift(square(hidden)), hidden), np.zeros((problem.batch, 3)))
        what = "tape.gradient(loss, weights)"
        (got, _) = gradients(tape, loss, distance, affine.weights, what)

        def true_loss(w, x=x):
            h = x @ w
            return ((2.0 * (h**2 + 1.0) - 3.0 * h) ** 2).sum(axis=(-2, -1))

        h = x @ w
        exact = x.T @ (2.0 * (2.0 * h**2 + 2.0 - 3.0 * h) * (4.0 * h - 3.0))
        truth = confirmed(exact, differences.gradient(true_loss, w))
        suspects = partial(single_contributions, x, x @ w)
        expect_entry(got, truth, "tape.gradient(loss, [w, b])[0]", problem, suspects=suspects)


def single_contributions(x, h):
    """The gradient of w by one way alone, where h feeds two layers of `2 (h**2 + 1) - 3 h`."""
    slope = 2.0 * (2.0 * h**2 + 2.0 - 3.0 * h)
    for way in 4.0 * h, -3.0:
        yield "overwrites", x.T @ (slope * way)


@item("GradientTape opens and closes")
def test_no_nesting(beras):
    """Opening a tape inside another is a RuntimeError."""
    with beras.GradientTape():
        try:
            with beras.GradientTape():
                pass
        except RuntimeError:
            return
    raise Mismatch("value", "a second tape opened inside the first; expected a RuntimeError.")


@item("GradientTape opens and closes")
def test_release(beras):
    """The tape is released when its block ends, also by an exception."""
    for ending in ("end of the block", "exception"):
        recording = tape = None
        # Nothing is judged inside the block: a tape could swallow the verdict.
        with suppress(KeyError), beras.GradientTape() as entered:
            tape = entered
            recording = beras.Diffable.gradient_tape
            if ending == "exception":
                raise KeyError("on purpose")
        if recording is None:
            raise Mismatch("value", "inside the block Diffable.gradient_tape is None.")
        if tape is None:
            text = "`with GradientTape() as tape` makes tape None: __enter__ has to return it."
            raise Mismatch("value", text, cause=Cause("missing-return"))
        if beras.Diffable.gradient_tape is not None:
            raise Mismatch("value", f"after the {ending} the tape is still open.")


class Stack:
    """The student's own Dense -> Softmax -> loss, run under the student's own tape."""

    def __init__(self, beras, problem, loss):
        # 0.3: with N(0, 1) some softmax outputs fall under cross-entropy's clip.
        self.w = problem.normal(problem.features, problem.units, scale=0.3)
        self.b = problem.normal(problem.units, scale=0.3)
        self.dense = with_weights(beras.Dense(*self.w.shape), self.w, self.b)
        self.x, self.target = problem.inputs(), problem.one_hot()
        softmax, loss = beras.Softmax(), getattr(beras, loss)()
        with beras.GradientTape() as tape:
            value = loss(softmax(self.dense(self.x)), self.target)
        got = tape.gradient(value, self.dense.weights)
        self.dw, self.db = entries(got, 2, "tape.gradient(loss, dense.weights)")

    def expect(self, exact, terms, loss, problem):
        """Raise `Mismatch` unless dw is `exact`, which must also be the derivative of `loss`.

        `terms` is `exact` with absolute values in place of all terms.
        """
        true_loss = lambda w: loss(  # noqa: E731
            oracles.softmax(oracles.dense(self.x, w, self.b)), self.target
        )
        truth = confirmed(exact, differences.gradient(true_loss, self.w), terms)
        expect_entry(self.dw, truth, "tape.gradient(loss, dense.weights)[0]", problem)

    def probabilities(self):
        """What the softmax should say."""
        return oracles.softmax(oracles.dense(self.x, self.w, self.b))


@item("Your own stack: Dense, Softmax, cross-entropy")
def test_own_stack(beras, problems):
    """dL/dw_ij is the batch mean of (P_j - y_j) x_i; dL/db_j that of (P_j - y_j)."""
    for problem in problems:
        stack = Stack(beras, problem, "CategoricalCrossEntropy")
        error = (stack.probabilities() - stack.target) / problem.batch
        size = (stack.probabilities() + stack.target) / problem.batch
        terms = np.abs(stack.x).T @ size
        stack.expect(stack.x.T @ error, terms, oracles.cross_entropy, problem)
        want = error.sum(axis=0).reshape(np.shape(np.asarray(stack.dense.b)))
        db = Truth(want, magnitude=float(size.sum(axis=0).max()))
        expect_entry(stack.db, db, "tape.gradient(loss, dense.weights)[1]", problem)


@item("Your own stack: both losses through softmax")
def test_both_losses(beras, problems):
    """On the same class probabilities, each loss sends its own gradient through softmax."""
    for problem in problems:
        stack = Stack(beras, problem, "MeanSquaredError")
        p = stack.probabilities()
        upstream = oracles.mean_squared_error_gradient(p, stack.target)
        back = p * (upstream - (upstream * p).sum(axis=-1, keepdims=True))
        size = p * (np.abs(upstream) + (np.abs(upstream) * p).sum(axis=-1, keepdims=True))
        terms = np.abs(stack.x).T @ size
        stack.expect(stack.x.T @ back, terms, oracles.mean_squared_error, problem)


@item("Your own stack: two Dense layers are one")
def test_two_dense_are_one(beras, given, problems):
    """Dense(W1, b1) then Dense(W2, b2) is Dense(W1 W2, b1 W2 + b2), also in gradient."""
    for problem in problems:
        w1, b1 = problem.normal(problem.features, 3), problem.normal(3)
        w2, b2 = problem.normal(3, problem.units), problem.normal(problem.units)
        first = with_weights(beras.Dense(*w1.shape), w1, b1)
        second = with_weights(beras.Dense(*w2.shape), w2, b2)
        x, target = problem.inputs(), problem.normal(problem.batch, problem.units)
        loss = given.SquaredDistance()
        with beras.GradientTape() as tape:
            y = second(first(x))
            value = loss(y, target)
        true_y = x @ (w1 @ w2) + (b1 @ w2 + b2)
        hidden = np.abs(x) @ np.abs(w1) + np.abs(b1)
        size = hidden @ np.abs(w2) + np.abs(b2)  # of the terms, which cancel in the sums below
        expect(y, Truth(true_y, magnitude=float(size.max())), "Dense(Dense(x))", problem)
        slope, steep = 2.0 * (true_y - target), 2.0 * (size + np.abs(target))
        got = entries(tape.gradient(value, [first.w, second.w]), 2, "tape.gradient(loss, [w1, w2])")
        terms = (np.abs(x).T @ steep @ np.abs(w2).T, hidden.T @ steep)
        exact = (x.T @ slope @ w2.T, (x @ w1 + b1).T @ slope)
        want = [Truth(e, magnitude=float(t.max())) for e, t in zip(exact, terms, strict=True)]
        expect_each(got, want, "tape.gradient(loss, [w1, w2])", problem)
