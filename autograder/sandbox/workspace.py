"""A private folder for one worker: copies of its own code and of the submission, nothing else."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.limits import UIDS, reachable_folder
from autograder.sandbox.processes import kill_all_of, running_uids

HERE = Path(__file__).parent
PREFIX = "beras-worker-"
LOCKED_WITHIN = 60.0
"""Seconds after which a folder that nobody has locked belongs to nobody."""
SHARED_FOLDERS = tuple(map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")))
WORKER_FILES = ("worker.py", "wire.py", "loading.py", "standins.py")


class Workspace:
    """`code/` belongs to the grader and is only read; `submission/` is the worker's to write."""

    def __init__(self, fill: Callable[[Path], None], given: Path, uid: int | None) -> None:
        """`fill` copies the submission into the folder that it gets; `given` is a module of ours.

        It lies where no import looks: its layers are not for a submission to build on.
        """
        self._uid = uid
        folder = reachable_folder(uid)
        remove_abandoned(Path(folder or tempfile.gettempdir()))
        self.root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder)).resolve()
        self._lock = os.open(self.root, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # held for as long as this process lives
        self.code = self.root / "code"
        self.submission = self.root / "submission"
        self.given = self.code / given.name
        try:
            self.code.mkdir()
            for name in WORKER_FILES:
                shutil.copyfile(HERE / name, self.code / name)
            shutil.copyfile(given, self.given)
            fill(self.submission)
            if uid is not None:
                self._hand_over(uid)
        except BaseException:
            self.remove()
            raise

    def _hand_over(self, uid: int) -> None:
        """Only root and `uid` enter; `uid` owns what it may write."""
        os.chown(self.root, 0, uid)
        self.root.chmod(0o750)
        self.code.chmod(0o755)
        for path in self.code.iterdir():
            path.chmod(0o644)
        os.chown(self.submission, uid, uid)
        for folder, folders, files in os.walk(self.submission):
            for name in folders + files:
                os.chown(os.path.join(folder, name), uid, uid, follow_symlinks=False)

    def remove(self) -> None:
        """Everything that was copied or written here is gone afterwards."""
        _remove(self.root)
        os.close(self._lock)
        if self._uid is not None:
            for folder in SHARED_FOLDERS:
                _remove_files_of(self._uid, folder)


def remove_abandoned(folder: Path) -> None:
    """What graders that were killed left in `folder`; for root, also the processes they left."""
    found = [path for path in folder.glob(f"{PREFIX}*") if _owner(path) == os.geteuid()]
    # In this order: a worker that runs by now has a folder that is locked by now.
    running = running_uids() if found and os.geteuid() == 0 else set()
    abandoned = [path for path in found if _is_abandoned(path)]
    in_use = {_group(path) for path in found if path not in abandoned}
    for path in abandoned:
        uid = _group(path)
        if uid in UIDS and uid in running - in_use:
            kill_all_of(uid)
        _remove(path)


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
    """For root, the uid of the folder's worker; see `_hand_over`."""
    try:
        return path.lstat().st_gid
    except OSError:
        return -1


def _remove_files_of(uid: int, folder: Path) -> None:
    """What a worker left where everybody may write."""
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if path.lstat().st_uid == uid:
                _remove(path)


def _remove(path: Path) -> None:
    # Not shutil.rmtree: a tree of thousands of folders in each other is too deep for it, and
    # folders that their owner closed are in its way.
    if os.geteuid() != 0 and path.is_dir():
        subprocess.run(["chmod", "-R", "u+rwx", str(path)], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", "--", str(path)], check=False, stderr=subprocess.DEVNULL)
