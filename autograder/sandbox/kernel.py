"""Calls of Linux that Python has no function for, through the C library."""

from __future__ import annotations

import ctypes
import os


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> bool:
    """Whether the system granted it."""
    return bool(libc().prctl(option, value, 0, 0, 0) == 0)


def check(result: int) -> int:
    """The result of a call that went well.

    Raises:
        OSError: it did not.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
