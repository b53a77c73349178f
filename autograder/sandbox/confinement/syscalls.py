"""System calls that a worker is refused, by a seccomp filter."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

ALWAYS = (
    # A path or a name leads to the machine's services from any network; io_uring has sockets too.
    *("socket", "io_uring_setup"),
    # These outlive the process that made them.
    *("add_key", "request_key", "keyctl", "shmget", "semget", "msgget", "mq_open"),
    # /proc names those of the user's other programs, and they are no files.
    *("shmat", "shmctl", "semop", "semtimedop", "semctl", "msgsnd", "msgrcv", "msgctl"),
    "mq_unlink",
    # A lock on a file that may be read, the system's or Python's own, makes other programs wait.
    "flock",
    # The memory of such files is within no bound on a process.
    *("memfd_create", "memfd_secret"),
    # Free space tells how much was handed in, also of what is not graded.
    *("statfs", "fstatfs", "ustat"),
)
LABELS = (
    *("getxattr", "lgetxattr", "fgetxattr", "getxattrat"),
    *("listxattr", "llistxattr", "flistxattr", "listxattrat"),
)
"""Landlock lets them be read of every file. Refused as by a file system that has none of them."""

SENDING = (socket.SOCK_DGRAM, socket.SOCK_RAW)
"""Kinds of sockets that, one of a pair or not, send to any name that they are given."""

SIGNALS = (
    *("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"),
    *("setpriority", "ioprio_set"),
)
ATTRIBUTES = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat", "file_setattr"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
)
"""What Landlock leaves to whoever owns a file."""

GROUPS = ("setsid", "setpgid")
"""They succeed and do nothing: all that a worker starts stays in its group, and ends with it."""

OF_OTHERS = (
    *("prlimit64", "sched_setaffinity", "sched_setscheduler"),
    *("sched_setparam", "sched_setattr"),
)
"""Allowed to a process for itself, which it calls 0."""

COMMANDS = (0, 1, 2, 3, 4, 1030, 1032)
"""What Python asks of fcntl for its own descriptors: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL,
F_DUPFD_CLOEXEC, F_GETPIPE_SZ. The rest is refused:

- F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW (6, 7, 37, 38): a read lock on a file that was opened
  for reading makes whoever writes to it wait; the two F_..._GETLK (5, 36) name who holds one.
- F_SETOWN, F_SETOWN_EX, F_SETSIG (8, 15, 10): the kernel then signals any process of the same uid;
  F_GETOWN, F_GETOWN_EX, F_GETOWNER_UIDS, F_GETSIG (9, 16, 17, 11) are of no use without them.
- F_SETLEASE, F_SETDELEG (1024, 1040): whoever opens a file of the same uid waits up to 45 seconds;
  F_GETLEASE, F_GETDELEG (1025, 1039) tell of those of others.
- F_NOTIFY (1026): tells what other programs do in a folder.
- F_SETPIPE_SZ (1031): takes from what all pipes of the same uid may hold.
- F_SET_RW_HINT, F_SET_FILE_RW_HINT (1036, 1038): stay with a file; F_GET_..._HINT (1035, 1037).
- F_ADD_SEALS, F_GET_SEALS (1033, 1034): for files of memory, which are refused too.
- F_DUPFD_QUERY, F_CREATED_QUERY, F_CANCELLK (1027 to 1029), and what kernels to come may add.
"""

HARMLESS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""What Python asks of ioctl: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Others
choose who gets signals, or change flags of a file, some for good, that was opened for reading."""

X32 = 0x40000000
OWN_IN_X32 = {"ioctl": 514, "rt_sigqueueinfo": 524, "rt_tgsigqueueinfo": 536}
"""Calls whose number is another one there."""


def prepare(shared_uid: bool) -> Any:
    """A filter that is not loaded yet; None where there is none for this machine.

    With `shared_uid` the worker runs under the grader's own: then it sends no signals, changes
    neither the attributes of files nor the bounds of other processes, and stays in its group.
    """
    if sys.platform != "linux":
        return None
    try:
        import seccompy
    except ImportError:
        return None
    rules = seccompy.Filter(default=seccompy.Action.ALLOW)
    for name, conditions in _refused(shared_uid, seccompy):
        error = errno.ENOTSUP if name in LABELS else 0 if name in GROUPS else errno.EPERM
        with suppress(ValueError):  # this machine has no call of that name
            for number in _numbers(name, seccompy.syscall_nr(name)):
                rules.errno(number, error, args=conditions)
    return rules


def enforce(rules: Any) -> bool:
    """Load the filter for this process and its children; returns whether it is in force."""
    try:
        rules.load()
    except Exception:  # no filter for this machine, or no seccomp in its kernel
        return False
    return True


def _numbers(name: str, number: int) -> tuple[int, ...]:
    """All numbers of a call: x86-64 has two sets of them."""
    if os.uname().machine != "x86_64":
        return (number,)
    return (number, X32 | OWN_IN_X32.get(name, number))


def _refused(shared_uid: bool, seccompy: Any) -> Iterator[tuple[str, list[Any]]]:
    """Names of system calls, each with conditions on its arguments: refused where all hold."""
    compare, op = seccompy.ArgCmp, seccompy.CmpOp
    yield from ((name, []) for name in ALWAYS + LABELS)
    yield "socketpair", [compare(0, op.NE, socket.AF_UNIX)]
    for kind in SENDING:
        yield "socketpair", [compare(1, op.MASKED_EQ, kind, 0xF)]  # the rest of it is flags
    yield "fcntl", [compare(1, op.NE, command) for command in COMMANDS]
    if not shared_uid:
        return
    yield from ((name, []) for name in SIGNALS + ATTRIBUTES + GROUPS)
    yield from ((name, [compare(0, op.NE, 0)]) for name in OF_OTHERS)
    yield "ioctl", [compare(1, op.NE, request) for request in HARMLESS]
