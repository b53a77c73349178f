"""Hostile submissions, each a few lines over a right or an empty implementation.

A module per family; each has a tuple `ATTACKS`. The code is text, run in a worker only. In it
`TREE` is the folder that stands for Gradescope's /autograder, `PORT` a listener on loopback, and
`MARK` a name that no file may keep.

What aims at the harness is graded as the small homework, what aims at the checks as Beras, by the
checks that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.definition import Homework
from autograder.homework.beras import BERAS
from tests.small import RIGHT, SMALL
from tests.submissions import REFERENCE, edited

MEAN = frozenset({"Mean.forward"})
"""What an attack from inside that method of the small homework costs: nothing builds on it."""

MEAN_MODULE = MEAN | {"Package"}
"""What is lost with the module it lives in."""

INVERSE = frozenset({"OneHotEncoder.inverse"})
"""The same for that method of Beras, which earns one point."""


@dataclass(frozen=True)
class Ground:
    """What lies under an attack: a right submission, or an empty package.

    Code can be put inside `method`, in `file`.
    """

    homework: Homework
    source: Path | None
    file: str = ""
    method: str = ""

    @property
    def passes(self) -> frozenset[str]:
        """Items that pass without an attack."""
        return frozenset(self.homework.rubric.by_name if self.source else ())

    def make(self, target: Path) -> None:
        """Write the submission."""
        if self.source:
            edited(target, of=self.source)
            return
        package = target / self.homework.package
        package.mkdir(parents=True)
        (package / "__init__.py").touch()


GROUNDS = {
    "right": Ground(SMALL, RIGHT, "lines/mean.py", "    def forward(self, points):\n"),
    "empty": Ground(SMALL, None),
    "reference": Ground(BERAS, REFERENCE, "beras/onehot.py", "    def inverse(self, one_hot):\n"),
    "empty Beras": Ground(BERAS, None),
}


@dataclass(frozen=True)
class Attack:
    """One submission and the outcome that it must get.

    `over` names what lies under it, one of `GROUNDS`. `top` runs at import, first thing in the file
    `where`, by default the package's own; `inside` runs first thing in the ground's method. `files`
    are added or replaced.

    Exactly the items `falls` must fail beside those that were not there, so that the score is
    what is left; "all" stands for every one, "all but Package" for all that earn points. `says`
    must stand in what the student sees. Where `asks` names files of checks, these alone are asked,
    and the cases of all others are granted, but for `--every-attack`. Where a worker runs under the grader's own uid and
    neither a namespace nor Landlock hides the files, `open_without_root` says that the attack gets
    through; `by_names` that it does even with Landlock, which hides no names.
    """

    name: str
    top: str = ""
    inside: str = ""
    where: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    over: str = "right"
    falls: frozenset[str] | str = frozenset()
    says: str = ""
    asks: tuple[str, ...] = ()
    budget: int = 60
    patience: float = 1.0
    open_without_root: bool = False
    by_names: bool = False

    @property
    def ground(self) -> Ground:
        """What lies under it."""
        return GROUNDS[self.over]

    @property
    def failures(self) -> frozenset[str]:
        """What fails: what is not there, and what the attack costs."""
        every = frozenset(self.ground.homework.rubric.by_name)
        if isinstance(self.falls, str):
            return every - {"Package"} if self.falls == "all but Package" else every
        return (every - self.ground.passes) | self.falls


BerasAttack = partial(
    Attack, over="reference", asks=("test_package", "test_core", "test_metrics", "test_onehot")
)
"""One on the checks of Beras, by default on those of a method that no other module calls."""
