"""Checks of assignment.py, and of the whole framework on real digits."""

import numpy as np
import pytest

from autograder.comparison import Mismatch, as_array, expect
from autograder.digits import load_digits

item = pytest.mark.item


def digits(count):
    """The first `count` digits: images `(count, 784)` and one-hot labels `(count, 10)`."""
    x, y = load_digits()
    return x[:count], y[:count]


@item("assignment.py")
def test_assignment(assignment):
    """get_model(), get_optimizer(), get_loss_fn() and get_acc_fn() fit together on digits."""
    x, _ = digits(32)
    model = assignment.get_model()
    model.compile(assignment.get_optimizer(), assignment.get_loss_fn(), assignment.get_acc_fn())
    probabilities = as_array(model(x), "get_model()(x)")
    expect(probabilities.shape, [32, 10], "the shape of get_model()(x)")
    expect(probabilities.sum(axis=1), np.ones(32), "each row's sum of get_model()(x)")


@item("Loss falls on real digits")
def test_learning(beras):
    """P1: with Dense, Softmax, cross-entropy and plain gradient descent the loss falls."""
    x, y = digits(256)
    model = beras.SequentialModel([beras.Dense(784, 10, initializer="xavier"), beras.Softmax()])
    loss, accuracy = beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy()
    model.compile(beras.BasicOptimizer(0.1), loss, accuracy)
    before = float(as_array(loss(model(x), y), "loss").reshape(()))
    model.fit(x, y, epochs=3, batch_size=32)
    after = float(as_array(loss(model(x), y), "loss").reshape(()))
    if not after < 0.7 * before:
        text = f"the loss on 256 digits went from {before:.3g} to {after:.3g} in 3 epochs."
        raise Mismatch("value", text)
