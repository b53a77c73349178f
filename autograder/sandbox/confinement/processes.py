"""Find and end every process that a worker started, as the kernel knows them.

Nothing that the worker itself says about processes is believed.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.confinement.kernel import PR_SET_CHILD_SUBREAPER, prctl

PROC = Path("/proc")

SPARE_UIDS = 8000
"""A worker's uid less this is kept free for the process that ends it."""


def descendants(pid: int) -> list[int]:
    """Process ids below `pid`, children before grandchildren; those that can be read of /proc."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir(PROC) if PROC.is_dir() else ():
        if entry.isdigit() and (parent := _parent(int(entry))) is not None:
            parents.setdefault(parent, []).append(int(entry))
    found, queue = [], [pid]
    while queue:
        children = parents.get(queue.pop(), [])
        found += children
        queue += children
    return found


def has_children(pid: int) -> bool:
    """Whether any thread of `pid` has a child that was not reaped, in a few microseconds."""
    return bool(children(pid))


def children(pid: int) -> list[int]:
    """Children of all threads of `pid` that were not reaped."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        texts = [Path(f"/proc/{pid}/task/{task}/children").read_text() for task in tasks]
    except OSError:
        return descendants(pid)
    return [int(child) for text in texts for child in text.split()]


def running_uids() -> set[int]:
    """Owners of the processes that exist now."""
    entries = [entry for entry in PROC.iterdir() if entry.name.isdigit()] if PROC.is_dir() else []
    return {uid for entry in entries if (uid := _owner(entry)) is not None}


def count_tasks(uid: int) -> int:
    """Processes and threads of `uid`, as the kernel counts them together."""
    found = 0
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        if entry.name.isdigit() and _owner(entry) == uid:
            with suppress(OSError):
                found += len(os.listdir(entry / "task"))
    return found


def kill_group(pid: int) -> None:
    """SIGKILL to the process group that `pid` leads at once, which no fork can outrun."""
    with suppress(ProcessLookupError, PermissionError):  # a group of zombies
        os.killpg(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """From now on whatever is orphaned below this process becomes its child, not init's."""
    if PROC.is_dir():
        prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_strays(known: set[int], seconds: float = 5.0) -> None:
    """Kill and reap all descendants of this process but `known`, until none is left."""
    give_up = time.monotonic() + seconds
    while strays := set(descendants(os.getpid())) - known:
        for pid in strays:
            kill(pid)
        for pid in strays:
            with suppress(ChildProcessError):  # a grandchild; it is ours when its parent is gone
                os.waitpid(pid, os.WNOHANG)
        if time.monotonic() > give_up:
            return
        time.sleep(0.002)


def kill_all_of(uid: int) -> None:
    """SIGKILL to every process of `uid` at once, which no fork can outrun. Root only.

    The killer's effective uid reaches them; its real and saved one, which nobody has, is out of
    their reach, so that they cannot stop it first.
    """
    spare = uid - SPARE_UIDS
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(spare, spare, spare)
            os.setresuid(spare, uid, spare)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal; a process that is gone or not ours is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _owner(entry: Path) -> int | None:
    try:
        return entry.stat().st_uid
    except OSError:
        return None


def is_alive(pid: int) -> bool:
    """Whether a process has not ended yet; a zombie has."""
    state = _stat(pid)
    return state is not None and state[0] not in ("Z", "X")


def _parent(pid: int) -> int | None:
    state = _stat(pid)
    return int(state[1]) if state is not None else None


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the state on; the name before may hold any character."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
