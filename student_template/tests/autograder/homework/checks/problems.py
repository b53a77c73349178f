"""Random inputs for the checks; public ones are the same at home and graded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

PUBLIC_SEED = 2470
"""Seeds every public case: the numbers that a student sees at home are the graded ones."""

PUBLIC_SIZES = ((5, 4, 3), (1, 5, 3))
"""(batch, features, units) of the public cases: a common one, whose numbers and their products
differ so that a wrong factor tells where it comes from, and a batch of one sample."""


@dataclass(frozen=True)
class Problem:
    """One size and a stream of random numbers for it."""

    batch: int
    features: int
    units: int
    thorough: bool
    """The first of its set: here checks also ask what need not be asked for every size."""
    rng: np.random.Generator

    def __str__(self) -> str:
        return f"batch size {self.batch}, {self.features} features, {self.units} units"

    def normal(self, *shape: int, scale: float = 1.0) -> Array:
        """Normal draws of any shape: logits, weights, upstream gradients."""
        return scale * self.rng.standard_normal(shape)

    def inputs(self) -> Array:
        """`(batch, features)`, each entry at least 0.1 away from the kink at 0."""
        x = self.normal(self.batch, self.features)
        return x + 0.1 * np.sign(x)

    def upstream(self) -> Array:
        """`(batch, units)`: a random gradient of some later target."""
        return self.normal(self.batch, self.units)

    def probabilities(self) -> Array:
        """`(batch, units)` entries in [0.1, 0.9], well inside cross-entropy's clip."""
        return self.rng.uniform(0.1, 0.9, (self.batch, self.units))

    def one_hot(self) -> Array:
        """`(batch, units)` rows with a single 1."""
        return np.eye(self.units)[self.rng.integers(self.units, size=self.batch)]


@dataclass(frozen=True)
class Problems:
    """The public or the hidden set; looping over it starts the same draws anew each time."""

    sizes: tuple[tuple[int, int, int], ...]
    seed: int
    hidden: bool

    def __iter__(self) -> Iterator[Problem]:
        for place, (batch, features, units) in enumerate(self.sizes):
            rng = np.random.default_rng([self.seed, place])
            yield Problem(batch, features, units, place == 0, rng)

    @property
    def first(self) -> Problem:
        """One problem, for checks in which sizes do not matter."""
        return next(iter(self))

    @property
    def of_many(self) -> Problem:
        """One of more than one feature and unit: there shapes are told apart."""
        return next(problem for problem in self if min(problem.features, problem.units) > 1)

    @property
    def some(self) -> Problems:
        """Two of the problems, for checks in which sizes hardly matter."""
        return replace(self, sizes=self.sizes[:2])


def public_problems() -> Problems:
    """What a student sees at home."""
    return Problems(PUBLIC_SIZES, PUBLIC_SEED, hidden=False)
