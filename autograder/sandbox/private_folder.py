"""Private temporary folders: each is locked as long as its process lives, and swept when that was
killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from autograder.sandbox.confinement.limits import UIDS
from autograder.sandbox.confinement.processes import kill_all_of, running_uids

PREFIXES = {"worker": "autograder-worker-", "zip": "autograder-zip-"}
"""What a folder's name begins with, by what it is for. Only such folders are ever swept."""

LOCKED_WITHIN = 60.0
"""Seconds after which a folder that nobody has locked belongs to nobody."""


class PrivateFolder:
    """The folder at `path`, until it is removed."""

    def __init__(self, kind: str, parent: str | None = None) -> None:
        """Make it below `parent`, else where temporary files go; sweep what was abandoned there."""
        sweep(Path(parent or tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIXES[kind], dir=parent)).resolve()
        self._lock = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # held for as long as this process lives

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove it with everything in it."""
        remove(self.path)
        os.close(self._lock)


def sweep(parent: Path) -> None:
    """Remove what processes that were killed left in `parent`; as root, end their workers too."""
    paths = [path for prefix in PREFIXES.values() for path in parent.glob(f"{prefix}*")]
    found = [path for path in paths if _owner(path) == os.geteuid()]
    # In this order: a worker that runs by now has a folder that is locked by now.
    running = running_uids() if found and os.geteuid() == 0 else set()
    abandoned = [path for path in found if _is_abandoned(path)]
    in_use = {_group(path) for path in found if path not in abandoned}
    for path in abandoned:
        uid = _group(path)
        if uid in UIDS and uid in running - in_use:
            kill_all_of(uid)
        remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, however it was left."""
    with suppress(OSError, RecursionError):
        shutil.rmtree(path)
    if not os.path.lexists(path):
        return
    # A tree of thousands of folders in each other is too deep for it, and folders that their owner
    # closed are in its way.
    if os.geteuid() != 0 and path.is_dir() and not path.is_symlink():
        subprocess.run(["chmod", "-R", "u+rwx", str(path)], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", "--", str(path)], check=False, stderr=subprocess.DEVNULL)


def _is_abandoned(path: Path) -> bool:
    """Whether nobody holds its lock any more; what is very new may not have one yet."""
    try:
        if time.time() - path.stat().st_mtime < LOCKED_WITHIN:
            return False
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _owner(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except OSError:
        return None


def _group(path: Path) -> int:
    """For root, the uid of the worker that a folder was made for; see `Workspace`."""
    try:
        return path.lstat().st_gid
    except OSError:
        return -1
