"""A homework of a few lines, whole as any: what the harness's own tests grade.

Its package `lines` has two modules, so that one can be broken while the other works. Three items
earn points; a fourth, about the package as a whole, is there to block what does not import.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder import rubric_table
from autograder.definition import Homework

HERE = Path(__file__).parent
RIGHT = HERE / "right"
"""A right submission."""


FILES = {"Package": "__init__", "Line": "line", "Mean": "mean"}
"""Modules by the first word of an item."""


@dataclass(frozen=True)
class Points:
    """Random points; the hidden ones are drawn anew for each grading."""

    seed: int
    hidden: bool = False

    def __str__(self) -> str:
        return "hidden points" if self.hidden else "5 points along the x axis"

    def along(self, count: int = 5) -> npt.NDArray[Any]:
        """`(count,)` places on the x axis."""
        return np.random.default_rng(self.seed).standard_normal(count)

    def in_plane(self, count: int = 4) -> npt.NDArray[Any]:
        """`(count, 2)`, a point a row."""
        return np.random.default_rng(self.seed).standard_normal((count, 2))


def public() -> Points:
    """What a student sees at home."""
    return Points(1)


def hidden(seed: int) -> Points:
    """What only a grading sees."""
    return Points(seed, hidden=True)


RUBRIC = rubric_table.read(
    """
    1    Line
    1.1  Package        0 + 0
    1.2  Line.forward  10 + 20
    1.3  Line.slopes   10 + 40   1.2

    2    Mean
    2.1  Mean.forward   5 + 15
    """,
    file_of=lambda name: f"lines/{FILES[name.partition('.')[0]]}.py",
    imports="Package",
)

SMALL = Homework(
    name="Lines",
    package="lines",
    modules={"line": ("Line",), "mean": ("Mean",)},
    scripts=("fit.py", "draw.py"),
    optional=frozenset({"draw.py"}),
    called=frozenset({"Line", "Mean", "Bent", "forward", "slopes"}),
    made=frozenset({"Line", "Mean", "Bent"}),
    rubric=RUBRIC,
    checks=HERE / "checks",
    given=HERE / "given_curves.py",
    public=public,
    hidden=hidden,
)
