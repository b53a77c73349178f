"""Checks of beras/model.py that only this edition asks for."""

from functools import partial

import numpy as np
import pytest

from autograder.homework.checks.methods import run
from autograder.truth.comparison import expect

item = pytest.mark.item

RATE = 0.01


@item("Sequential")
def test_layers_one_by_one(beras, given):
    """Sequential(a, b) is the model that Sequential([a, b]) is."""
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    expect(beras.Sequential(given.Square(), given.Shift(1.0))(x), x**2 + 1.0, "Sequential(a, b)(x)")


@item("Sequential.batch_step")
def test_second_step(given, compiled, problems):
    """A second step follows the gradient of its own batch alone."""
    for problem in problems.some:
        w, b = problem.normal(problem.features, problem.units), np.zeros(problem.units)
        layer, earlier = given.Affine(w, b), 0.0
        loss, accuracy = given.SquaredDistance(), given.Agreement()
        model, _ = compiled([layer], given.Descent, RATE, loss, accuracy)
        for number in "first", "second":
            x, y = problem.inputs(), problem.one_hot()
            slope = 2.0 * (x @ w + b - y)
            both = w - RATE * (earlier + x.T @ slope)
            suspects = partial(wrong_steps, given, layer, model, w, both)
            w, b, earlier = w - RATE * x.T @ slope, b - RATE * slope.sum(axis=0), x.T @ slope
            run(model.batch_step, x, y)
            what = f"w after the {number} batch_step(x, y)"
            expect(layer.w, w, what, problem, suspects=suspects)
            expect(layer.b, b, f"b after the {number} batch_step(x, y)", problem)


def wrong_steps(given, layer, model, before, both):
    """What w is where no gradient came, or where that of the step before came, too."""
    yield "layers-unseen" if given.unseen(layer, model) else "untrained", before
    yield "adds-up", both
