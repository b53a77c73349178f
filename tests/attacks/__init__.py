"""Hostile submissions, each a few lines over a right or an empty implementation.

A module per family; each has a tuple `ATTACKS`. The code is text, run in a worker only. In it
`TREE` is the folder that stands for Gradescope's /autograder, `PORT` a listener on loopback, and
`MARK` a name that no file may keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INVERSE = frozenset({"OneHotEncoder.inverse"})
"""What an attack from inside that method costs: one point, and nothing builds on it."""


ONEHOT = frozenset({"OneHotEncoder.inverse", "OneHotEncoder.forward", "Package"})
"""What lives in the module onehot, and the package as a whole."""

SMALL = ("core", "metrics", "onehot")
"""Modules of the reference that a small submission has."""

SMALL_PASSES = frozenset(
    {
        "Tensor and Variable",
        "Callable and Diffable",
        "Weighted.trainable_variables",
        "Weighted.trainable",
        "CategoricalAccuracy",
        "OneHotEncoder.forward",
        "OneHotEncoder.inverse",
    }
)


@dataclass(frozen=True)
class Attack:
    """One submission and the outcome that it must get.

    `top` runs at import, first thing in the file `where`; `inside` first thing in
    `OneHotEncoder.inverse`. `files` are added or replaced. `over` is what lies under it: the whole
    "reference", a "small" part of it that is graded in half the time, or an "empty" package.

    Exactly the items `falls` must fail beside those that were not there, so that the score is
    what is left; "all" stands for every one, "all but Package" for all that earn points. `says`
    must stand in what the student sees. Where a worker runs under the grader's own uid and neither
    a namespace nor Landlock hides the files, `open_without_root` says that the attack gets through;
    `by_names` that it does even with Landlock, which hides no names.
    """

    name: str
    top: str = ""
    inside: str = ""
    where: str = "beras/__init__.py"
    files: Mapping[str, str] = field(default_factory=dict)
    over: str = "small"
    falls: frozenset[str] | str = frozenset()
    says: str = ""
    budget: int = 60
    patience: float = 1.0
    open_without_root: bool = False
    by_names: bool = False
