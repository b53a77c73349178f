"""Checks of beras/onehot.py: OneHotEncoder."""

from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.methods import call, run
from autograder.truth.comparison import expect

item = pytest.mark.item

SEEN = np.array([7, 3, 7, 11, 2, 5, 3])
"""Every class, not in sorted order."""

BATCHES = (SEEN, np.array([5, 11, 5]), np.array([11, 7, 5, 3, 2]), np.array([3]))
"""All labels, some of them, all in another order, one alone."""


@item("OneHotEncoder.forward")
def test_one_hot(beras, problems):
    """Columns are in sorted order of the labels that `fit` saw, whichever the batch holds."""
    encoder, (seen, *_) = beras.OneHotEncoder(), batches(problems)
    run(encoder.fit, seen)
    for labels in batches(problems):
        what = f"OneHotEncoder.forward({labels.tolist()})"
        suspects = partial(columns, labels, seen)
        want = oracles.one_hot(labels, np.unique(seen))
        expect(call(encoder, labels), want, what, suspects=suspects)


def batches(problems):
    """The labels that `fit` sees, then batches of them; drawn anew where they are hidden."""
    if not problems.hidden:
        return BATCHES
    rng = problems.first.rng
    classes = rng.choice(np.arange(20, 90), size=6, replace=False)
    seen = np.concatenate([classes, rng.choice(classes, size=4)])
    return (seen, rng.choice(classes, size=3), rng.permutation(classes), classes[:1])


def columns(labels, seen):
    """One-hot rows with their columns in other orders, and of other labels."""
    yield "column-order", oracles.one_hot(labels, in_order_of_appearance(seen))
    yield "refit", oracles.one_hot(labels, np.unique(labels))
    if labels is not seen:
        yield "refit", oracles.one_hot(labels, in_order_of_appearance(labels))


def in_order_of_appearance(labels):
    """The distinct labels, each where it is first seen."""
    _, first = np.unique(labels, return_index=True)
    return labels[np.sort(first)]


@item("OneHotEncoder.inverse")
def test_inverse(beras, problems):
    """`inverse` gives the labels back, not their columns."""
    encoder, (seen, *_) = beras.OneHotEncoder(), batches(problems)
    run(encoder.fit, seen)
    every = batches(problems)
    for before, labels in zip(every, (*every[1:], seen), strict=True):
        call(encoder, before)  # whose labels must not be what comes back
        got = encoder.inverse(oracles.one_hot(labels, np.unique(seen)))
        what = f"OneHotEncoder.inverse of the rows of {len(labels)} labels"
        expect(got, labels, what, suspects=partial(other_labels, labels, seen))


def other_labels(labels, seen):
    """What `inverse` gives with other columns in mind."""
    place = np.searchsorted(np.unique(seen), labels)
    yield "indices", place
    yield "column-order", in_order_of_appearance(seen)[place]
