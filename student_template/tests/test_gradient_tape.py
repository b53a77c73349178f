"""Checks of beras/gradient_tape.py, over given layers."""

from contextlib import suppress
from functools import partial

import numpy as np
import pytest

from autograder.homework.checks.chains import Chain
from autograder.truth import differences
from autograder.truth.comparison import (
    Mismatch,
    confirmed,
    entries,
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


class TapedChain(Chain):
    """The chain, run under a tape."""

    def __init__(self, beras, given, problem):
        super().__init__(given, problem)
        x = beras.Tensor(np.array(self.values["x"]))
        with beras.GradientTape() as self.tape:
            self.result = self.loss(x, self.target)
        (w1, b1), (w2, b2) = self.first.weights, self.second.weights
        self.sources = {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2}

    def expect(self, names, problem):
        """Raise `Mismatch` unless the tape's gradients for these sources are right, in order."""
        what, sources = "tape.gradient(loss, sources)", [self.sources[name] for name in names]
        got = gradients(self.tape, self.result, self.distance, sources, what)
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
        TapedChain(beras, given, problem).expect(["w1", "b1", "w2", "b2"], problem)


@item("GradientTape, sources in any order")
def test_order_of_sources(beras, given, problems):
    """Gradients come in the order of the sources, some or all, each shaped like its source."""
    for order in ("b2", "w1"), ("w2", "b1", "w1", "b2"), ("w1", "x"):
        TapedChain(beras, given, problems.first).expect(order, problems.first)


@item("GradientTape, a tensor used twice")
def test_tensor_used_twice(beras, given, problems):
    """If a tensor feeds two layers, its gradient is the sum of both contributions."""
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
    """The tape is released when its block ends, even with an exception."""
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
