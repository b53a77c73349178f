"""Hostile submissions, each a few lines over a right or an empty implementation.

A module per family; each has a tuple `ATTACKS`. The code is text, run in a worker only. In it
`TREE` is the folder that stands for Gradescope's /autograder, `PORT` a listener on loopback, and
`MARK` a name that no file may keep.

What aims at the harness is graded as the small homework, what aims at the checks as Beras.
"""

from __future__ import annotations

import shutil
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
    """What lies under an attack: a submission, all of it or some of its `modules` alone.

    Code can be put inside `method`, in `file`. Without an attack the items `passes` pass.
    """

    homework: Homework
    source: Path
    passes: frozenset[str]
    file: str = ""
    method: str = ""
    modules: tuple[str, ...] | None = None

    def make(self, target: Path) -> None:
        """Write the submission."""
        if self.modules is None:
            edited(target, of=self.source)
            return
        package = target / self.homework.package
        package.mkdir(parents=True)
        for name in self.modules:
            shutil.copy(self.source / self.homework.package / f"{name}.py", package)
        imports = "".join(f"from . import {name}\n" for name in self.modules)
        (package / "__init__.py").write_text(imports, encoding="utf-8")


def _every_item(homework: Homework) -> frozenset[str]:
    return frozenset(homework.rubric.by_name)


_INSIDE_MEAN = ("lines/mean.py", "    def forward(self, points):\n")
_INSIDE_INVERSE = ("beras/onehot.py", "    def inverse(self, one_hot):\n")
_PART_PASSES = (
    *("Tensor and Variable", "Callable and Diffable"),
    *("Weighted.trainable_variables", "Weighted.trainable"),
    *("CategoricalAccuracy", "OneHotEncoder.forward", "OneHotEncoder.inverse"),
)
GROUNDS = {
    "right": Ground(SMALL, RIGHT, _every_item(SMALL), *_INSIDE_MEAN),
    "empty": Ground(SMALL, RIGHT, frozenset(), modules=()),
    "reference": Ground(BERAS, REFERENCE, _every_item(BERAS), *_INSIDE_INVERSE),
    "part of Beras": Ground(
        *(BERAS, REFERENCE, frozenset(_PART_PASSES)),
        *_INSIDE_INVERSE,
        modules=("core", "metrics", "onehot"),
    ),
    "empty Beras": Ground(BERAS, REFERENCE, frozenset(), modules=()),
}
"""A part of Beras is graded in half the time of the whole."""


@dataclass(frozen=True)
class Attack:
    """One submission and the outcome that it must get.

    `over` names what lies under it, one of `GROUNDS`. `top` runs at import, first thing in the file
    `where`, by default the package's own; `inside` runs first thing in the ground's method. `files`
    are added or replaced.

    Exactly the items `falls` must fail beside those that were not there, so that the score is
    what is left; "all" stands for every one, "all but Package" for all that earn points. `says`
    must stand in what the student sees. Where a worker runs under the grader's own uid and neither
    a namespace nor Landlock hides the files, `open_without_root` says that the attack gets through;
    `by_names` that it does even with Landlock, which hides no names.
    """

    name: str
    top: str = ""
    inside: str = ""
    where: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    over: str = "right"
    falls: frozenset[str] | str = frozenset()
    says: str = ""
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
        every = _every_item(self.ground.homework)
        if isinstance(self.falls, str):
            return every - {"Package"} if self.falls == "all but Package" else every
        return (every - self.ground.passes) | self.falls


BerasAttack = partial(Attack, over="part of Beras")
"""One on the checks of Beras."""
