"""Which files of a grading are hidden from its worker, and how they are closed to it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.sandbox.confinement import landlock


def private_paths(submission: Path, results: Path, metadata: Path | None) -> tuple[Path, ...]:
    """What a worker must not see: the results, the metadata, and the submission itself.

    A worker has its own copy of the files that are graded. Any other that lies among them would
    not change the hidden cases, and so could hold answers to them.
    """
    private = [results, *([metadata] if metadata else [])]
    return tuple(private if _holds_worker(submission) else [*private, submission])


def _holds_worker(submission: Path) -> bool:
    """Whether what a worker needs lies in this folder, so that it can't be closed to it."""
    temporary = Path(tempfile.gettempdir()).resolve()
    around = submission.resolve() in (temporary, *temporary.parents)
    return around or landlock.holds_python(submission)


@contextmanager
def closed_to_others(*paths: Path) -> Iterator[None]:
    """While the block runs, only the owner can open `paths`; for root, who gives a uid away.

    Where modes cannot be changed, a submission on a read-only file system, they stay.
    """
    before = {path: path.stat().st_mode for path in paths if path.exists()}
    # What another grading closed is for that one to open again.
    closed = {path: mode for path, mode in before.items() if os.geteuid() == 0 and mode & 0o077}
    for path, mode in closed.items():
        _set_mode(path, mode & 0o700)
    try:
        yield
    finally:
        for path, mode in closed.items():
            _set_mode(path, mode)


def _set_mode(path: Path, mode: int) -> None:
    with suppress(OSError):
        path.chmod(stat.S_IMODE(mode))
