"""How long things may take on this machine: an import, a check, the whole run."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

LEAST_SECONDS = 0.1
"""Seconds that a check gets at the very least: when the run is over, it is not started at all."""

USUAL_SECONDS = 0.0015
"""What `_work` takes on the machine on which the seconds of the rubric were chosen."""

SLOWEST = 4.0
"""Nobody is given more than this many times the rubric's seconds: the run must end as well."""

RESERVED_SHARE = 0.02
"""Share of the run that is reserved for ending the worker and writing the report."""

TIMEOUT_SHARE = 0.5
"""Share of the run that all imports and checks that time out may use up together."""

LEAST_TIME_SHARE = 0.05
"""Share of its seconds that a check gets at the very least, however many others timed out."""

PROC = Path("/proc/self")
GROUPS = Path("/sys/fs/cgroup")
"""Where Linux tells of a process, and what share of a CPU its control group has."""

LEAST_CPU_SECONDS = 0.05
"""CPU seconds; fewer say nothing."""


@dataclass
class Timing:
    """`stop` is the monotonic time by which the run must be over.

    `patience` multiplies what an import or a check may take. `timeout_budget` are the seconds that
    all imports and checks that time out may use up together, `timed_out_seconds` those that they
    have used up so far.
    """

    stop: float
    patience: float = 1.0
    timeout_budget: float = math.inf
    timed_out_seconds: float = 0.0

    def allowed(self, seconds: float) -> float:
        """What `seconds` of the rubric are worth here."""
        return seconds * self.patience

    def within_run(self, seconds: float) -> float:
        """The same, less after others ran out of time, and cut off where the run ends.

        Where everything hangs, each check is given a little less than the one before, so that
        the last ones, which may be right, get their turn.
        """
        share = max(1.0 - self.timed_out_seconds / self.timeout_budget, LEAST_TIME_SHARE)
        left = max(self.stop - time.monotonic(), LEAST_SECONDS)
        return round(min(self.allowed(seconds) * share, left), 1)

    @property
    def is_over(self) -> bool:
        """Whether the run's time is used up."""
        return time.monotonic() > self.stop


def slowness() -> float:
    """How many times as long as usual things take here: from 1 to `SLOWEST`.

    A few milliseconds of NumPy tell how fast the CPU is. How much of one we get would show only
    after a tenth of a second, so the kernel is asked: what it allows, and what it gave so far.
    """
    seconds = min(_work() for _ in range(3))
    slow = max(seconds / USUAL_SECONDS, 1.0) / min(cpu_quota(), cpu_share())
    return min(max(slow, 1.0), SLOWEST)


def cpu_quota() -> float:
    """CPUs that this process may use on average, at most 1: the least of its groups' quotas."""
    return min([1.0, *(share for folder in _groups() if (share := _quota(folder)) is not None)])


def cpu_share() -> float:
    """CPU seconds that this process has had, of those in which it could have used a CPU.

    This also shows a CPU that is shared with other containers, which no quota states. Linux counts
    it; elsewhere it is 1.
    """
    try:
        running, waiting, _ = map(int, (PROC / "schedstat").read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return 1.0
    return running / (running + waiting) if running > LEAST_CPU_SECONDS * 1e9 else 1.0


def _groups() -> Iterator[Path]:
    """Control groups of this process that may bound its CPU, and all above them.

    In most containers the own group is the root of what can be seen.
    """
    try:
        lines = (PROC / "cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    yield from (GROUPS, GROUPS / "cpu")
    for line in lines:
        _, kinds, name = line.split(":", 2)
        if kinds and "cpu" not in kinds.split(","):
            continue
        mount = GROUPS / "cpu" if kinds else GROUPS
        for path in (PurePosixPath(name), *PurePosixPath(name).parents):
            yield mount / str(path).lstrip("/")


def _quota(folder: Path) -> float | None:
    """CPUs that a group allows, as either version of control groups has it; None: any number."""
    for name in ("cpu.max", "cpu.cfs_quota_us"):
        try:
            quota, *period = (folder / name).read_text(encoding="ascii").split()
            if not period:
                period = [(folder / "cpu.cfs_period_us").read_text(encoding="ascii")]
            share = int(quota) / int(period[0])  # "max" is no number
        except (OSError, ValueError, ZeroDivisionError):
            continue
        if share > 0:
            return share
    return None


def _work() -> float:
    """Seconds for a fixed piece of work of the kind that the reference does in a check.

    The reference itself would tell the same, but importing it takes ten times as long as this.
    """
    started = time.perf_counter()
    a = np.full((64, 64), 0.01)
    for _ in range(120):
        a = np.exp(-(a @ a))
    return time.perf_counter() - started
