"""Checks of beras/onehot.py: OneHotEncoder."""

from functools import partial

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
        suspects = partial(columns, labels)
        expect(call(encoder, labels), oracles.one_hot(labels, CLASSES), what, "", suspects)


def columns(labels):
    """One-hot rows with their columns in other orders, and of other labels."""
    yield "column-order", oracles.one_hot(labels, in_order_of_appearance(SEEN))
    yield "refit", oracles.one_hot(labels, np.unique(labels))
    if labels is not SEEN:
        yield "refit", oracles.one_hot(labels, in_order_of_appearance(labels))


def in_order_of_appearance(labels):
    """The distinct labels, each where it is first seen."""
    _, first = np.unique(labels, return_index=True)
    return labels[np.sort(first)]


@item("OneHotEncoder.inverse")
def test_inverse(beras):
    """`inverse` gives the labels back, not their columns."""
    encoder = beras.OneHotEncoder()
    encoder.fit(SEEN)
    for labels in BATCHES:
        call(encoder, labels)
        got = encoder.inverse(oracles.one_hot(labels, CLASSES))
        what = f"OneHotEncoder.inverse of the rows of {labels.tolist()}"
        expect(got, labels, what, "", partial(other_labels, labels))


def other_labels(labels):
    """What `inverse` gives with other columns in mind."""
    place = np.searchsorted(CLASSES, labels)
    yield "indices", place
    yield "column-order", in_order_of_appearance(SEEN)[place]
