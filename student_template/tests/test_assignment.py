"""Checks of assignment.py, and of the whole framework on real digits."""

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.learning import own_model, teach
from autograder.homework.checks.methods import run
from autograder.homework.digits import load_digits
from autograder.truth.comparison import Mismatch, Type, as_array, expect_shape, type_of
from autograder.truth.diagnosis import Cause

item = pytest.mark.item


def digits(drawn, count):
    """So many digits, drawn: images `(count, 784)` and one-hot labels `(count, 10)`.

    Where they are hidden no column stands for the digit that it does elsewhere, so that weights
    learnt from the public ones read nothing.
    """
    (x, y), rng = load_digits(), drawn.first.rng
    rows, columns = rng.permutation(len(x))[:count], np.arange(y.shape[1])
    while drawn.hidden and np.any(columns == np.arange(len(columns))):
        columns = rng.permutation(len(columns))
    return x[rows], y[rows][:, columns]


@item("assignment.py")
def test_own_model_learns(assignment, drawn):
    """Trained by its own fit, your model reads unseen digits far better than chance."""
    model, (x, y) = own_model(assignment), digits(drawn, 800)
    if type_of(assignment.get_loss_fn()) in CROSS_ENTROPIES:
        expect_probabilities(model(x[:32]), "get_model()(x)", Cause("no-softmax"))
    share = teach(assignment, model, (x[:600], y[:600]), (x[600:], y[600:]), ENOUGH)
    if share < ENOUGH:
        text = f"after training, get_model() reads {share:.0%} of 200 digits that it has not seen;"
        raise Mismatch("value", f"{text} a guess reads 10%, {ENOUGH:.0%} is asked for.")


ENOUGH = 0.2
"""Share of unseen digits: twice that of a guess. Models that learn at all soon read far more, and
untrained ones hardly ever so many."""

CROSS_ENTROPIES = Type("CategoricalCrossEntropy"), Type("CategoricalCrossentropy")


@item("Loss falls on real digits")
def test_learning(beras, words, compiled, drawn):
    """With {layer}, Softmax, cross-entropy and plain gradient descent the loss falls."""
    x, y = digits(drawn, 512)
    (x, y), (new_x, new_y) = (x[:256], y[:256]), (x[256:], y[256:])
    layers = [getattr(beras, words["layer"])(784, 10, initializer="xavier"), beras.Softmax()]
    loss, accuracy = beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy()
    model, _ = compiled(layers, beras.BasicOptimizer, 0.1, loss, accuracy)
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
    expect_probabilities(answers, "model(x)")
    return float(oracles.cross_entropy(answers, y))


def expect_probabilities(rows, what, cause=None):
    """Raise `Mismatch` unless each row holds probabilities that add up to 1.

    `cause` is the one to name where they are other numbers, and not nan.
    """
    answers = as_array(rows, what)
    if not (answers >= 0.0).all() or not np.allclose(answers.sum(axis=-1), 1.0, atol=0.02):
        text = f"the rows of {what} are no probabilities that add up to 1."
        raise Mismatch("value", text, cause=cause if np.isfinite(answers).all() else None)
