"""How long things may take on this machine: an import, a check, the whole run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LEAST = 0.1
"""Seconds that a check is given in any case: what comes too late is left out before it begins."""

USUAL_SECONDS = 0.0015
"""What `_work` takes on the machine for which the rubric's seconds were chosen."""

SLOWEST = 4.0
"""Nobody is given more than this many times the rubric's seconds: the run must end as well."""

QUOTAS = (Path("/sys/fs/cgroup/cpu.max"), Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
"""Where Linux says what share of a CPU a container has, in its two kinds of control groups."""


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


def slowness() -> float:
    """How many times as long as usual things take here: from 1 to `SLOWEST`.

    A few milliseconds of NumPy tell how fast the CPU is; how much of one there is would show
    only after a tenth of a second, so that is read.
    """
    seconds = min(_work() for _ in range(3))
    slow = max(seconds / USUAL_SECONDS, 1.0) / min(cpu_share(), 1.0)
    return min(max(slow, 1.0), SLOWEST)


def cpu_share() -> float:
    """CPUs that this process may use on average, as its control group has it."""
    for path in QUOTAS:
        try:
            quota, period = _quota(path)
        except (OSError, ValueError):
            continue
        if quota > 0 and period > 0:
            return quota / period
    return 1.0


def _quota(path: Path) -> tuple[int, int]:
    quota, *period = path.read_text(encoding="ascii").split()
    if not period:
        period = [path.with_name("cpu.cfs_period_us").read_text(encoding="ascii")]
    return int(quota), int(period[0])  # "max" is no number


def _work() -> float:
    """Seconds for a fixed piece of work of the kind that the checks ask for."""
    started = time.perf_counter()
    a = np.full((64, 64), 0.01)
    for _ in range(120):
        a = np.exp(-(a @ a))
    return time.perf_counter() - started
