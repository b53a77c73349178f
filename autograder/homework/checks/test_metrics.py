"""Checks of beras/metrics.py: CategoricalAccuracy."""

from functools import partial

import numpy as np
import pytest

from autograder.truth.comparison import expect_scalar

item = pytest.mark.item


@item("CategoricalAccuracy")
def test_accuracy(beras, problems):
    """Accuracy is the share of rows whose argmax agrees, from 0 to 1."""
    rng, classes = problems.first.rng, 4
    sizes = [(0, 10), (3, 10), (5, 7), (6, 6), (1, 1)]
    if problems.hidden:  # else the answers would be the same numbers in the same order
        sizes = [(int(rng.integers(rows + 1)), rows) for rows in rng.integers(5, 40, size=8)]
    for right, rows in sizes:
        probabilities = rng.dirichlet(np.ones(classes), size=rows)
        labels = np.argmax(probabilities, axis=1)
        labels[right:] = (labels[right:] + rng.integers(1, classes, size=rows - right)) % classes
        one_hot = np.eye(classes)[labels]
        got = beras.CategoricalAccuracy()(probabilities, one_hot)
        shown = "" if problems.hidden else f", {right} of {rows} right,"
        what = f"CategoricalAccuracy()(probs, labels){shown}"
        agree = np.argmax(probabilities, axis=1) == labels
        near = np.round(probabilities) == one_hot
        expect_scalar(got, right / rows, what, suspects=partial(counts, agree, near))


def counts(agree, near):
    """What an accuracy is that is no share of the rows.

    `agree` tells which rows are right, `near` which entries are when they are rounded.
    """
    yield "entry-by-entry", near.mean()
    right, rows = int(agree.sum()), len(agree)
    for entries in agree, agree[:, None]:
        yield "per-row", entries
    yield "sum-for-mean", right
    yield "percent", 100.0 * right / rows
