"""Checks of assignment.py, and of the whole framework on real digits."""

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.asking import entry, run, split
from autograder.homework.digits import load_digits
from autograder.truth.comparison import Mismatch, as_array, expect_shape
from autograder.truth.diagnosis import Cause

item = pytest.mark.item


def digits(rng, count):
    """So many digits, drawn: images `(count, 784)`, one-hot labels `(count, 10)` in any order.

    Which column stands for which digit is drawn as well: weights learnt elsewhere read nothing.
    """
    x, y = load_digits()
    rows, columns = rng.permutation(len(x))[:count], rng.permutation(y.shape[1])
    return x[rows], y[rows][:, columns]


@item("assignment.py")
def test_assignment(assignment, drawn):
    """get_model(), get_optimizer(), get_loss_fn() and get_acc_fn() fit together on digits."""
    rng = drawn.first.rng
    x, y = digits(rng, int(rng.integers(20, 40)))
    model = assignment.get_model()
    if isinstance(model, (list, tuple)) or model is None:
        kind = "nothing" if model is None else f"a {type(model).__name__}"
        raise Mismatch("type", f"get_model() returned {kind}; expected a model.")
    parts = assignment.get_optimizer(), assignment.get_loss_fn(), assignment.get_acc_fn()
    run(model.compile, *parts)
    expect_shape(as_array(model(x), "get_model()(x)"), y.shape, "get_model()(x)")
    what = "get_model().batch_step(x, y) on digits"
    metrics, _ = split(model.batch_step(x, y), what)
    loss = as_array(entry(metrics, "loss", what), "the loss of get_model() on digits")
    if loss.size != 1 or not np.isfinite(loss).all():
        raise Mismatch("finite", f"the loss of get_model() on digits is {loss}.")


@item("Loss falls on real digits")
def test_learning(beras, drawn):
    """With Dense, Softmax, cross-entropy and plain gradient descent the loss falls."""
    x, y = digits(drawn.first.rng, 512)
    (x, y), (new_x, new_y) = (x[:256], y[:256]), (x[256:], y[256:])
    model = beras.SequentialModel([beras.Dense(784, 10, initializer="xavier"), beras.Softmax()])
    loss, accuracy = beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy()
    run(model.compile, beras.BasicOptimizer(0.1), loss, accuracy)
    before, guess = true_loss(model, new_x, new_y), np.log(10)
    run(model.fit, x, y, epochs=3, batch_size=32)
    after = true_loss(model, new_x, new_y)
    # Held against a guess too: a model that was sure of nonsense needs only to forget it.
    if not after < 0.7 * min(before, guess):
        text = f"the loss on 256 other digits went from {before:.3g} to {after:.3g} in 3 epochs"
        text += f"; all classes alike would be {guess:.3g}."
        raise Mismatch("value", text, cause=Cause("untrained") if after == before else None)


def true_loss(model, x, y):
    """Cross-entropy of the model's answers, which must be shaped as the labels."""
    answers = as_array(model(x), "model(x)")
    expect_shape(answers, y.shape, "model(x)")
    # Numbers that are no probabilities have any loss that one likes.
    if not (answers >= 0.0).all() or not np.allclose(answers.sum(axis=-1), 1.0, atol=0.02):
        raise Mismatch("value", "the rows of model(x) are no probabilities that add up to 1.")
    return float(oracles.cross_entropy(answers, y))
