"""Control groups of Linux: a share of a CPU and a bound on memory for what a benchmark runs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
PERIOD = 100_000
"""Microseconds over which a share of a CPU is dealt out, as containers have it."""


@dataclass(frozen=True)
class Group:
    """One group: a folder in version 2; in version 1 one under each controller."""

    cpu: Path
    memory: Path

    @property
    def is_unified(self) -> bool:
        """Whether this is version 2."""
        return self.cpu == self.memory

    def join(self) -> None:
        """Bring the calling process into the group; for `preexec_fn`."""
        for folder in {self.cpu, self.memory}:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def give_cpus(self, cpus: float) -> None:
        """Allow so many CPUs on average."""
        quota = int(cpus * PERIOD)
        if self.is_unified:
            (self.cpu / "cpu.max").write_text(f"{quota} {PERIOD}")
        else:
            (self.cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
            (self.cpu / "cpu.cfs_quota_us").write_text(str(quota))

    def give_memory(self, size: int) -> None:
        """Allow so many bytes, files' pages included, and no swap beyond them."""
        if self.is_unified:
            (self.memory / "memory.max").write_text(str(size))
            swap, most = self.memory / "memory.swap.max", "0"
        else:
            (self.memory / "memory.limit_in_bytes").write_text(str(size))
            swap, most = self.memory / "memory.memsw.limit_in_bytes", str(size)
        with suppress(OSError):  # absent where the kernel does not count swap
            swap.write_text(most)

    @property
    def peak(self) -> int:
        """The most memory that the group has had, in bytes."""
        name = "memory.peak" if self.is_unified else "memory.max_usage_in_bytes"
        return int((self.memory / name).read_text())

    @property
    def kills(self) -> int:
        """How many of its processes the kernel has ended because memory ran out."""
        name = "memory.events" if self.is_unified else "memory.oom_control"
        counts = dict(line.split() for line in (self.memory / name).read_text().splitlines())
        return int(counts["oom_kill"])

    def kill(self) -> None:
        """End every process of the group, and wait until none is left."""
        while pids := (self.cpu / "cgroup.procs").read_text().split():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            time.sleep(0.01)


@contextmanager
def control_group(cpus: float, memory: int | None = None) -> Iterator[Group]:
    """A group with these bounds, for as long as the block runs; whatever is left then is ended."""
    name = f"beras-benchmark-{os.getpid()}"
    unified = (MOUNT / "cgroup.controllers").exists()
    group = Group(*(MOUNT / ("" if unified else kind) / name for kind in ("cpu", "memory")))
    folders = {group.cpu, group.memory}
    try:
        if unified:
            (MOUNT / "cgroup.subtree_control").write_text("+cpu +memory")
        for folder in folders:
            folder.mkdir()
    except OSError as fault:
        sys.exit(f"this needs root and control groups that can be written: {fault}")
    try:
        group.give_cpus(cpus)
        if memory is not None:
            group.give_memory(memory)
        yield group
    finally:
        group.kill()
        for folder in folders:
            folder.rmdir()
