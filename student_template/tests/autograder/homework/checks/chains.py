"""A chain of given layers with its true gradients: what a way back has to find."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.homework import oracles
from autograder.homework.checks.problems import Problem
from autograder.truth import differences
from autograder.truth.comparison import Truth, confirmed

Array = npt.NDArray[Any]


class Chain:
    """x -> affine -> square -> affine -> distance to a target."""

    def __init__(self, given: Any, problem: Problem) -> None:
        m, r = problem.features, problem.units
        self.values = {
            "x": problem.normal(problem.batch, m),
            "w1": problem.normal(m, 3, scale=0.5),
            "b1": problem.normal(3),
            "w2": problem.normal(3, r, scale=0.5),
            "b2": problem.normal(r),
        }
        self.target = problem.normal(problem.batch, r)
        self.first = given.Affine(self.values["w1"], self.values["b1"])
        self.second = given.Affine(self.values["w2"], self.values["b2"])
        self.square, self.distance = given.Square(), given.SquaredDistance()

    def loss(self, x: Any, target: Any) -> Any:
        """What the layers answer, each called by the student's own code."""
        return self.distance(self.second(self.square(self.first(x))), target)

    def truth(self, name: str) -> Truth:
        """Gradient of the loss with respect to one source, from two sources of truth."""
        v, hidden, slope = self.values, self.hidden(), self.slope()
        back = slope @ v["w2"].T * 2.0 * hidden
        exact = {
            "x": back @ v["w1"].T,
            "w1": v["x"].T @ back,
            "b1": back.sum(axis=0),
            "w2": (hidden**2).T @ slope,
            "b2": slope.sum(axis=0),
        }
        estimate = differences.gradient(lambda value: self._true_loss(name, value), v[name])
        return confirmed(exact[name], estimate)

    def hidden(self) -> Array:
        """What the first layer answers."""
        return np.asarray(self.values["x"] @ self.values["w1"] + self.values["b1"])

    def slope(self) -> Array:
        """Gradient of the loss with respect to what the second layer answers."""
        answer = self.hidden() ** 2 @ self.values["w2"] + self.values["b2"]
        return np.asarray(2.0 * (answer - self.target))

    def _true_loss(self, name: str, value: Array) -> Array:
        v = {**self.values, name: value}
        hidden = oracles.dense(v["x"], v["w1"], v["b1"]) ** 2
        distance = oracles.dense(hidden, v["w2"], v["b2"]) - self.target
        return np.asarray((distance**2).sum(axis=(-2, -1)))
