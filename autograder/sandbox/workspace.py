"""A private folder for one worker: copies of its own code and of the submission, nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.limits import reachable_folder

HERE = Path(__file__).parent
SHARED_FOLDERS = tuple(map(Path, ("/tmp", "/var/tmp", "/dev/shm")))
WORKER_FILES = ("worker.py", "wire.py", "loading.py", "standins.py")


class Workspace:
    """`code/` belongs to the grader and is only read; `submission/` is the worker's to write."""

    def __init__(self, fill: Callable[[Path], None], given: Path, uid: int | None) -> None:
        """`fill` copies the submission into the folder that it gets; `given` joins it there."""
        self._uid = uid
        self.root = Path(tempfile.mkdtemp(prefix="beras-", dir=reachable_folder(uid))).resolve()
        self.code = self.root / "code"
        self.submission = self.root / "submission"
        self.given = given.stem
        try:
            self.code.mkdir()
            for name in WORKER_FILES:
                shutil.copyfile(HERE / name, self.code / name)
            fill(self.submission)
            for name in (given.name, given.stem):  # folders that would hide it
                shutil.rmtree(self.submission / name, ignore_errors=True)
            shutil.copyfile(given, self.submission / given.name)
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
        if self._uid is not None:
            for folder in SHARED_FOLDERS:
                _remove_files_of(self._uid, folder)


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
