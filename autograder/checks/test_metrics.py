"""Checks of beras/metrics.py: CategoricalAccuracy."""

import numpy as np
import pytest

from autograder.comparison import expect_scalar

item = pytest.mark.item


@item("CategoricalAccuracy")
def test_accuracy(beras, problems):
    """Accuracy is the share of rows whose argmax agrees, from 0 to 1."""
    rng, classes = problems.first.rng, 4
    for right in (0, 3, 7, 10):
        probabilities = rng.dirichlet(np.ones(classes), size=10)
        labels = np.argmax(probabilities, axis=1)
        labels[right:] = (labels[right:] + rng.integers(1, classes, size=10 - right)) % classes
        got = beras.CategoricalAccuracy()(probabilities, np.eye(classes)[labels])
        what = f"CategoricalAccuracy()(probs, labels), {right} of 10 right,"
        expect_scalar(got, right / 10, what)
