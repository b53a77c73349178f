"""Checks of beras/onehot.py: OneHotEncoder."""

import numpy as np
import pytest

from autograder import oracles
from autograder.checks.asking import call
from autograder.comparison import expect

item = pytest.mark.item

CLASSES = np.array([2, 3, 5, 7, 11])
SEEN = np.array([7, 3, 7, 11, 2, 5, 3])
"""Every class, not in sorted order."""

BATCHES = (SEEN, np.array([5, 11, 5]), np.array([11, 7, 5, 3, 2]), np.array([3]))
"""All labels, some of them, all in another order, one alone."""


@item("OneHotEncoder.forward")
def test_one_hot(beras):
    """Columns stand in sorted order of the labels that `fit` saw, whatever the batch holds."""
    encoder = beras.OneHotEncoder()
    encoder.fit(SEEN)
    for labels in BATCHES:
        what = f"OneHotEncoder.forward({labels.tolist()})"
        expect(call(encoder, labels), oracles.one_hot(labels, CLASSES), what)


@item("OneHotEncoder.inverse")
def test_inverse(beras):
    """`inverse` gives the labels back, not their columns."""
    encoder = beras.OneHotEncoder()
    encoder.fit(SEEN)
    for labels in BATCHES:
        call(encoder, labels)
        got = encoder.inverse(oracles.one_hot(labels, CLASSES))
        expect(got, labels, f"OneHotEncoder.inverse of the rows of {labels.tolist()}")
