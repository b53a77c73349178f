"""What a worker may do: its uid, resources and network, fixed before its first instruction.

`confine` runs in the child between fork and exec, so the new Python starts under every limit. Each
layer that the system refuses is left out and named: the worker's report is what was done,
not what was wished.
"""

from __future__ import annotations

import json
import os
import pwd
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.confinement import landlock, libraries, namespaces, syscalls
from autograder.sandbox.confinement.kernel import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    libc,
    prctl,
)
from autograder.sandbox.confinement.processes import SPARE_UIDS, count_tasks, running_uids

MEGABYTE = 1024 * 1024
UIDS = range(52000, 60000)
"""Uids of workers: above those of people, below those that systemd assigns."""

SHARED_MEMORY = 256 * MEGABYTE
"""Address space beyond a worker's own data: libraries, and what it maps as shared."""

SHARED_ROOM = 4096
"""Processes and threads that a user may start while a worker shares their uid."""


@dataclass(frozen=True)
class Limits:
    """Bounds on one worker. Gradescope gives 768 MB in all, of which the grader needs some 120."""

    memory: int = 448 * MEGABYTE
    file_size: int = 16 * MEGABYTE
    open_files: int = 64
    processes: int = 64
    cpu_seconds: int = 120


@dataclass(frozen=True)
class Confinement:
    """How one worker is kept apart: by its `uid`, or by namespaces in which `hidden` is empty.

    Without a uid it runs as this user, and without paths to hide it has no namespaces.
    """

    uid: int | None
    hidden: Sequence[Path] | None
    limits: Limits

    @property
    def degree(self) -> str:
        """What keeps the worker apart, in a word for the report."""
        if self.uid is not None:
            return "own uid"
        return "same user" if self.hidden is None else "namespaces"


def free_uid() -> int | None:
    """A uid that nobody has and no process runs under; None without root, or without any left."""
    if os.geteuid() != 0 or not hasattr(os, "setresuid"):  # macOS has none
        return None
    taken = {entry.pw_uid for entry in pwd.getpwall()} | running_uids()
    start = os.getpid() % len(UIDS)  # gradings side by side try different uids first
    order: list[int] = [*UIDS[start:], *UIDS[:start]]
    return next((uid for uid in order if taken.isdisjoint((uid, uid - SPARE_UIDS))), None)


def can_run(uid: int, *paths: str) -> bool:
    """Whether `uid` could read each of `paths` (through any links), tried in a child."""
    return _as_uid(uid, lambda: all(map(_is_open, paths)))


def can_read_any(uid: int, paths: Sequence[str]) -> bool:
    """Whether `uid` could read one of `paths`."""
    return _as_uid(uid, lambda: any(map(_is_open, paths)))


def _as_uid(uid: int, question: Callable[[], bool]) -> bool:
    child = os.fork()
    if child == 0:
        try:
            _become(uid)
            os._exit(0 if question() else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _is_open(path: str) -> bool:
    return os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0))


def reachable_folder(uid: int | None) -> str | None:
    """A folder for temporary files that `uid` can enter; None stands for the usual one."""
    if uid is None:
        return None
    usual = tempfile.gettempdir()
    return next((f for f in (usual, "/tmp", "/var/tmp") if can_run(uid, f)), usual)


def confine(
    confinement: Confinement, report: int, readable: Sequence[Path], writable: Sequence[Path]
) -> None:
    """Give up everything that a worker does not need, and write what held to `report`.

    Beside Python itself and the packages that it needs it may read `readable` and write `writable`.
    """
    uid, hidden, degree = confinement.uid, confinement.hidden, confinement.degree
    calls = syscalls.prepare(shared_uid=degree == "same user")  # by a package that will be hidden
    _go_first_when_memory_runs_out()
    if hidden is not None:
        namespaces.enter([*hidden, *libraries.folders()], writable, kept=libraries.needed())
    new_network = hidden is not None or (os.geteuid() == 0 and _new_network())
    files = landlock.prepare(readable, writable)
    _limit_resources(confinement.limits, others=_room_for_others() if degree == "same user" else 0)
    if uid is not None:
        _become(uid)
    in_force = {"degree": degree, "uid": "own" if uid else ""}
    in_force["privileges"] = _give_up_privileges() if sys.platform == "linux" else ""
    in_force["files"] = "landlock" if files is not None and landlock.enforce(files) else ""
    in_force["calls"] = "seccomp" if syscalls.enforce(calls) else ""
    in_force["network"] = "namespace" if new_network else in_force["calls"]
    os.write(report, json.dumps(in_force).encode())


def _go_first_when_memory_runs_out() -> None:
    """Have the kernel end this process before the grader. Another uid may not ask for that."""
    with suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _give_up_privileges() -> str:
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # no worker outlives a grader that was killed
    dropped = drop_capabilities()  # a worker may have to keep root's uid, but not its powers
    return "none new" if prctl(PR_SET_NO_NEW_PRIVS, 1) and dropped else ""


def _room_for_others() -> int:
    """Processes and threads that are not the worker's, in a count that it shares with the user.

    Some thousands more than there are now: whatever the user starts meanwhile must leave a test its
    share.
    """
    return count_tasks(os.geteuid()) + SHARED_ROOM


def _limit_resources(limits: Limits, others: int) -> None:
    bounds = {
        "RLIMIT_CORE": 0,
        "RLIMIT_DATA": limits.memory,
        "RLIMIT_AS": limits.memory + SHARED_MEMORY,
        "RLIMIT_FSIZE": limits.file_size,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CPU": limits.cpu_seconds,
    }
    if sys.platform == "linux":  # the count is per uid and namespace; root is exempt
        bounds["RLIMIT_NPROC"] = limits.processes + others
    for name, bound in bounds.items():
        if hasattr(resource, name):
            _set_limit(getattr(resource, name), bound)


def _set_limit(kind: int, bound: int) -> None:
    _, hard = resource.getrlimit(kind)
    bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
    with suppress(OSError, ValueError):  # macOS refuses some
        resource.setrlimit(kind, (bound, bound))


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _new_network() -> bool:
    """Enter a network without interfaces, and shared memory that ends with the worker."""
    return sys.platform == "linux" and bool(libc().unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0)
