"""What a worker prints: one file that it writes and the grader reads."""

from __future__ import annotations

import os
import tempfile
from typing import BinaryIO

MAX_OUTPUT = 4000
"""Bytes kept of what one test printed."""


def opened_twice(prefix: str) -> tuple[BinaryIO, int]:
    """A file without a name: for the worker to write, and a descriptor for the grader to read.

    The grader has one of its own: flags that student code sets on what it writes through, such as
    O_DIRECT, are shared by whoever holds the same open file.
    """
    descriptor, path = tempfile.mkstemp(prefix=prefix)
    try:
        return os.fdopen(descriptor, "wb", buffering=0), os.open(path, os.O_RDWR | os.O_CLOEXEC)
    finally:
        os.unlink(path)


class Printed:
    """`file` is the worker's standard output and error."""

    def __init__(self) -> None:
        self.file, self._own = opened_twice("autograder-printed-")

    def take(self) -> str:
        """Take what was printed since the last call, cut at its end."""
        size = os.fstat(self._own).st_size
        if size == 0:
            return ""
        head = os.pread(self._own, MAX_OUTPUT, 0).decode(errors="replace")
        os.ftruncate(self._own, 0)
        self.file.seek(0)  # the worker writes through the same offset
        return head if size <= MAX_OUTPUT else f"{head}\n... ({size:,} bytes in all)"

    def close(self) -> None:
        """Close the file."""
        self.file.close()
        os.close(self._own)
