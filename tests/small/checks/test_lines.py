"""Checks of a line and of a mean."""

import numpy as np
import pytest

from autograder.truth.comparison import Mismatch, expect
from tests.small import SMALL

item = pytest.mark.item


@item("Package")
def test_every_name_is_there(modules):
    """The package offers every name of the homework."""
    names = [name for names in SMALL.modules.values() for name in names]
    missing = [name for name in names if not modules.has(name)]
    if missing:
        raise Mismatch("type", f"not found: {', '.join(missing)}.")


@item("Line.forward")
def test_values(lines, problems):
    """A line's values are slope * x + start."""
    x = problems.along()
    expect(lines.Line(2.0, 1.0).forward(x), 2.0 * x + 1.0, "Line.forward(x)", problems)


@item("Line.slopes")
def test_slopes(lines, given, problems):
    """A line is as steep everywhere, and what stands on it follows the chain rule."""
    x = problems.along()
    expect(lines.Line(3.0, 1.0).slopes(x), np.full(5, 3.0), "Line.slopes(x)", problems)
    expect(given.Bent(3.0, 1.0).slopes(x), 6.0 * (3.0 * x + 1.0), "Bent.slopes(x)")


@item("Mean.forward")
def test_mean(lines, problems):
    """The mean is taken over the rows."""
    points = problems.in_plane()
    expect(lines.Mean().forward(points), points.mean(axis=0), "Mean.forward(points)")
