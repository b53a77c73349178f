"""How long things may take on this machine: an import, a check, the whole run."""

from __future__ import annotations

import time
from dataclasses import dataclass

LEAST = 0.1
"""Seconds that a check is given in any case: what comes too late is left out before it begins."""


@dataclass(frozen=True)
class Timing:
    """`stop` is the monotonic time by which the run must be over.

    `patience` multiplies what an import or a check may take.
    """

    stop: float
    patience: float = 1.0

    def allowed(self, seconds: float) -> float:
        """What `seconds` of the rubric are worth here."""
        return seconds * self.patience

    def within_run(self, seconds: float) -> float:
        """The same, cut off where the run ends."""
        return min(self.allowed(seconds), max(self.stop - time.monotonic(), LEAST))

    @property
    def is_over(self) -> bool:
        """Whether the run's time is used up."""
        return time.monotonic() > self.stop
