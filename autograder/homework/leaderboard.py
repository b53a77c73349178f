"""The optional leaderboard: how well a student's own model learns real digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.definition import Leaderboard
from autograder.homework.digits import load_digits
from autograder.truth.comparison import as_array

TRAINED_ON = 500
EPOCHS, BATCH_SIZE = 5, 50


def accuracy_on_digits(session: Any) -> float | None:
    """Share of held-out digits that assignment.py's model gets right, in [0, 1].

    Trains it in the worker as assignment.py sets it up, and counts in this process from the
    predictions. None where those have another shape than the labels.
    """
    x, y = load_digits()
    setup = session.module("assignment")
    model = setup.get_model()
    model.compile(setup.get_optimizer(), setup.get_loss_fn(), setup.get_acc_fn())
    model.fit(x[:TRAINED_ON], y[:TRAINED_ON], epochs=EPOCHS, batch_size=BATCH_SIZE)
    answers, truth = as_array(model(x[TRAINED_ON:]), "model(x)"), y[TRAINED_ON:]
    if answers.shape != truth.shape:
        return None
    return float(np.mean(np.argmax(answers, axis=1) == np.argmax(truth, axis=1)))


ACCURACY = Leaderboard("Accuracy on held-out digits", 60.0, accuracy_on_digits)
