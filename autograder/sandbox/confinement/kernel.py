"""Calls of Linux that Python has no function for, through the C library."""

from __future__ import annotations

import ctypes
import os
import struct

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
CAPABILITY_VERSION = 0x20080522


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> bool:
    """Call prctl(2); returns whether the system granted it."""
    return bool(libc().prctl(option, value, 0, 0, 0) == 0)


def drop_capabilities() -> bool:
    """Give up all capabilities, inheritable ones too; returns whether the system granted it.

    With PR_SET_NO_NEW_PRIVS set, no program that runs afterwards brings them back, root's neither.
    """
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    return bool(libc().capset(header, bytes(24)) == 0)


def check(result: int) -> int:
    """The result of a call that went well.

    Raises:
        OSError: it did not.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
