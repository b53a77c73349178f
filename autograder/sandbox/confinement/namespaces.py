"""What an ordinary user on Linux can have in place of a worker's own uid: namespaces.

In them a worker has no network, sees no process but its own, finds the grader's folders empty, and
ends with all it started when its first process ends. Kernels and containers may forbid them.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.confinement.kernel import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    check,
    libc,
    prctl,
)

MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
SYS_MOUNT_SETATTR, AT_RECURSIVE = 442, 0x8000


def available() -> bool:
    """Whether this user may have them here, tried in a child. Root has no need of them."""
    if sys.platform != "linux" or os.geteuid() == 0:
        return False
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            enter(())
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def enter(hidden: Iterable[Path], writable: Iterable[Path] = (), kept: Sequence[Path] = ()) -> None:
    """Continue as the first process of new namespaces, in which the folders `hidden` are empty.

    Folders in `kept` are still there. Only what lies below `writable` can be written.

    The calling process waits for this one and ends with its status; if it is killed, so is this
    one. Raises OSError where the system refuses.
    """
    uid, gid = os.geteuid(), os.getegid()
    check(libc().unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    child = os.fork()
    if child:
        _hold(child)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", 0)
    writable = list(writable)
    for path in writable:
        _mount(str(path), str(path), None, MS_BIND)
    _set_read_only("/", recursive=True)
    for path in writable:
        _set_read_only(str(path), read_only=False)
    os.chdir(os.getcwd())  # the folder that we are in lies below the new mount now
    for path in filter(Path.exists, hidden):
        if path.is_dir():
            _empty(path, [folder for folder in kept if path in folder.parents])
        else:
            _mount("/dev/null", str(path), None, MS_BIND)


def _empty(path: Path, kept: Iterable[Path]) -> None:
    """An empty folder in place of the one at `path`, and in it each folder of `kept` as it was."""
    opened = {folder: os.open(folder, os.O_PATH) for folder in kept}
    _mount("tmpfs", str(path), "tmpfs", 0)
    for folder, descriptor in opened.items():
        folder.mkdir(parents=True)
        _mount(f"/proc/self/fd/{descriptor}", str(folder), None, MS_BIND)
        os.close(descriptor)
    _set_read_only(str(path))


def _hold(child: int) -> None:
    """Wait for `child` with nothing open, and end as it does. Never returns."""
    # A copy of the grader's memory is in here, and the worker has the same uid.
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.closerange(0, 1 << 16)
    try:
        _, status = os.waitpid(child, 0)
        os._exit(min(abs(os.waitstatus_to_exitcode(status)), 255))
    finally:
        os._exit(255)


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    texts = [text and text.encode() for text in (source, target, kind)]
    check(libc().mount(*texts, ctypes.c_ulong(flags), None))


def _set_read_only(path: str, read_only: bool = True, recursive: bool = False) -> None:
    """mount_setattr(2), Linux 5.12: remounting would have to be done mount by mount."""
    set_, clear = (1, 0) if read_only else (0, 1)
    attributes = struct.pack("QQQQ", set_, clear, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    check(libc().syscall(SYS_MOUNT_SETATTR, -100, path.encode(), flags, attributes, 32))
