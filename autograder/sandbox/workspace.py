"""A private folder for one worker: copies of its own code and of the submission, nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.confinement.limits import reachable_folder
from autograder.sandbox.private_folder import PrivateFolder, remove

INSIDE = Path(__file__).parent / "inside"
SHARED_FOLDERS = tuple(map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")))
WORKER_FILES = tuple(
    f"{name}.py" for name in ("worker", "wire", "loading", "raised", "settings", "standins")
)


class Workspace:
    """`code/` belongs to the grader and is only read; `submission/` is the worker's to write.

    `submission/` is there between `fill` and `empty`: each worker finds it as it was handed in.
    """

    def __init__(self, fill: Callable[[Path], None], given: Path, uid: int | None) -> None:
        """`fill` copies the submission into the folder that it gets; `given` is a module of ours.

        It lies where no import looks: its layers are not for a submission to build on.
        """
        self._fill, self._uid = fill, uid
        self._folder = PrivateFolder("worker", reachable_folder(uid))
        self.root = self._folder.path
        self.code = self.root / "code"
        self.submission = self.root / "submission"
        self.given = self.code / given.name
        try:
            self._copy_code(given)
        except BaseException:
            self.remove()
            raise

    def _copy_code(self, given: Path) -> None:
        """Only root and the worker's uid enter; the code is nobody's but root's to write."""
        self.code.mkdir()
        for name in WORKER_FILES:
            shutil.copyfile(INSIDE / name, self.code / name)
        shutil.copyfile(given, self.given)
        if self._uid is None:
            return
        os.chown(self.root, 0, self._uid)
        self.root.chmod(0o710)  # a worker that could open it could lock it, and never be swept
        self.code.chmod(0o755)
        for path in self.code.iterdir():
            path.chmod(0o644)

    def fill(self) -> None:
        """Copy the submission, and hand the copy over to the worker's uid."""
        # New, or an error: a link that a worker left would lead whoever copies elsewhere.
        self.submission.mkdir()
        self._fill(self.submission)
        if self._uid is not None:
            for path in self._paths():
                os.chown(path, self._uid, self._uid, follow_symlinks=False)
        self._filled = self._changed()

    @property
    def is_written(self) -> bool:
        """Whether a worker has written, made, moved or removed anything in it."""
        try:
            return self._changed() != self._filled
        except (OSError, RecursionError):  # paths too long or too deep: nobody handed those in
            return True

    def _changed(self) -> dict[str, int]:
        """When each entry changed last; that is a time which nobody can set."""
        return {path: os.lstat(path).st_ctime_ns for path in self._paths()}

    def _paths(self) -> Iterator[str]:
        yield str(self.submission)
        for folder, folders, files in os.walk(self.submission):
            for name in folders + files:
                yield os.path.join(folder, name)

    def empty(self) -> None:
        """Remove what a worker that has ended had, and whatever it wrote."""
        remove(self.submission)
        self._remove_shared()

    def remove(self) -> None:
        """Everything that was copied or written here is gone afterwards."""
        self._folder.remove()
        self._remove_shared()

    def _remove_shared(self) -> None:
        """What a worker left where everybody may write."""
        if self._uid is not None:
            for folder in SHARED_FOLDERS:
                _remove_files_of(self._uid, folder)


def _remove_files_of(uid: int, folder: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in [*entries]:
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_uid == uid:
                    remove(Path(entry.path))
