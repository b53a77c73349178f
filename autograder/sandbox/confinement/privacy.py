"""Which files of a grading are hidden from its worker, and how they are closed to it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.sandbox.confinement import landlock

CLOSED_NS = 10**18
"""The date, in nanoseconds, of what is closed."""


def private_paths(submission: Path, *others: Path) -> tuple[Path, ...]:
    """What a worker must not see: the results, say, or metadata, and the submission itself.

    A worker has its own copy of the files that are graded. Any other that lies among them would
    not change the hidden cases, and so could hold answers to them.
    """
    return others if _holds_worker(submission) else (*others, submission)


def _holds_worker(submission: Path) -> bool:
    """Whether what a worker needs lies in this folder, so that it can't be closed to it."""
    temporary = Path(tempfile.gettempdir()).resolve()
    around = submission.resolve() in (temporary, *temporary.parents)
    return around or landlock.holds_python(submission)


@contextmanager
def closed_to_others(*paths: Path) -> Iterator[None]:
    """While the block runs, only the owner can open `paths`. Only root does so: only then workers
    have uids of their own.

    Their modes and dates say nothing meanwhile. Those that cannot be changed, on a read-only file
    system for example, stay.
    """
    before = {path: path.stat() for path in paths if path.exists()} if os.geteuid() == 0 else {}
    # What another grading closed is for that one to open again.
    mine = {path: seen for path, seen in before.items() if not _is_closed(seen)}
    for path, seen in mine.items():
        _set(path, 0o700 if stat.S_ISDIR(seen.st_mode) else 0o600, CLOSED_NS, CLOSED_NS)
    try:
        yield
    finally:
        for path, seen in mine.items():
            untouched = path.exists() and _is_closed(path.stat())
            _set(path, seen.st_mode, seen.st_atime_ns, seen.st_mtime_ns if untouched else None)


def _is_closed(seen: os.stat_result) -> bool:
    return seen.st_mode & 0o077 == 0 and seen.st_mtime_ns == CLOSED_NS


def _set(path: Path, mode: int, read_ns: int, changed_ns: int | None) -> None:
    with suppress(OSError):
        path.chmod(stat.S_IMODE(mode))
        if changed_ns is not None:
            os.utime(path, ns=(read_ns, changed_ns))
