"""System calls that a worker is refused, by a seccomp filter."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

ALWAYS = (
    # A path or a name leads to the machine's services from any network; io_uring has sockets too.
    *("socket", "io_uring_setup"),
    # These outlive the process that made them.
    *("add_key", "request_key", "keyctl", "shmget", "semget", "msgget", "mq_open"),
)
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

OF_OTHERS = (
    *("prlimit64", "sched_setaffinity", "sched_setscheduler"),
    *("sched_setparam", "sched_setattr"),
)
"""Allowed to a process for itself, which it calls 0."""

OWNERS = {"fcntl": (8, 15), "ioctl": (0x8901, 0x8902)}
"""F_SETOWN and its like: they have the kernel send a signal to anybody of the same uid."""

X32 = 0x40000000


def prepare(shared_uid: bool) -> Any:
    """A filter that is not loaded yet; None where there is none for this machine.

    With `shared_uid` the worker runs under the grader's own: then it sends no signals, and changes
    neither the attributes of files nor the bounds of other processes.
    """
    if sys.platform != "linux":
        return None
    try:
        import seccompy
    except ImportError:
        return None
    rules = seccompy.Filter(default=seccompy.Action.ALLOW)
    for name, condition in _refused(shared_uid, seccompy):
        with suppress(ValueError):  # this machine has no call of that name
            number = seccompy.syscall_nr(name)
            x32 = [number | X32] if os.uname().machine == "x86_64" else []
            for same_call in (number, *x32):
                rules.errno(same_call, errno.EPERM, args=condition and [condition])
    return rules


def enforce(rules: Any) -> bool:
    """Whether the filter holds from now on, for this process and all that come from it."""
    try:
        rules.load()
    except Exception:  # no filter for this machine, or no seccomp in its kernel
        return False
    return True


def _refused(shared_uid: bool, seccompy: Any) -> Iterator[tuple[str, Any]]:
    """Names of system calls, each with the condition on its arguments under which it is refused."""
    yield from ((name, None) for name in ALWAYS)
    if not shared_uid:
        return
    yield from ((name, None) for name in SIGNALS + ATTRIBUTES)
    another = seccompy.ArgCmp(0, seccompy.CmpOp.NE, 0)
    yield from ((name, another) for name in OF_OTHERS)
    low_half = (1 << 32) - 1  # the kernel does not look at the other
    for name, requests in OWNERS.items():
        for request in requests:
            yield name, seccompy.ArgCmp(1, seccompy.CmpOp.MASKED_EQ, request, low_half)
