"""The optional leaderboard: how well a student's own model learns real digits."""

from __future__ import annotations

import numpy as np

from autograder.homework.digits import load_digits
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import WorkerLost
from autograder.truth.comparison import as_array

TRAINED_ON = 500
EPOCHS, BATCH_SIZE = 5, 50
SECONDS = 60.0
"""Wall-clock seconds for training."""


def accuracy_on_digits(sandbox: Sandbox, seconds: float = SECONDS) -> float | None:
    """Share of held-out digits that assignment.py's model gets right, in [0, 1].

    Trains it in the worker as assignment.py sets it up, and counts in this process from the
    predictions. None where it cannot be trained, whatever the reason, within so many `seconds`:
    a leaderboard takes nothing away.
    """
    x, y = load_digits()
    try:
        with sandbox.session(seconds) as session:
            setup = session.module("assignment")
            model = setup.get_model()
            model.compile(setup.get_optimizer(), setup.get_loss_fn(), setup.get_acc_fn())
            model.fit(x[:TRAINED_ON], y[:TRAINED_ON], epochs=EPOCHS, batch_size=BATCH_SIZE)
            answers = as_array(model(x[TRAINED_ON:]), "model(x)")
    except (Exception, WorkerLost):  # also answers that are no model, which are a student's too
        return None
    truth = y[TRAINED_ON:]
    if answers.shape != truth.shape:
        return None
    return float(np.mean(np.argmax(answers, axis=1) == np.argmax(truth, axis=1)))
