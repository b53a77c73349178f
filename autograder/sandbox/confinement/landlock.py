"""Which files a worker may reach, by Linux's Landlock: no privilege is needed for it.

It may read Python, the system's libraries and the packages that it needs, write its own folder, and
neither read nor write anything else; nor may it trace a process that is not confined like it.
Landlock does not cover chmod, chown and the like. See landlock(7); this takes Linux 6.2, whose
Landlock is the first that refuses to truncate a file.
"""

from __future__ import annotations

import functools
import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.confinement import libraries
from autograder.sandbox.confinement.kernel import check, libc

SYS_CREATE_RULESET, SYS_ADD_RULE, SYS_RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION, RULE_PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_SOCK, MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15

LEAST_ABI, IOCTL_ABI = 3, 5
ALL = (TRUNCATE << 1) - 1
READ = EXECUTE | READ_FILE | READ_DIR
WRITE = ALL & ~(MAKE_CHAR | MAKE_SOCK | MAKE_BLOCK)
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
"""The rights that a rule on a file, not a folder, may name."""

SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/proc", "/sys/devices/system/cpu"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd"),
    *("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"),
)
SINKS = tuple(map(Path, ("/dev/null", "/dev/zero", "/dev/full")))


def available() -> bool:
    """Whether this kernel has a Landlock that covers all of this."""
    return sys.platform == "linux" and _abi() >= LEAST_ABI


def prepare(readable: Iterable[Path], writable: Iterable[Path]) -> int | None:
    """The descriptor of a set of rules, not in force yet; None where that is not available."""
    if not available():
        return None
    handled = struct.pack("Q", ALL | (IOCTL_DEV if _abi() >= IOCTL_ABI else 0))
    rules = check(libc().syscall(SYS_CREATE_RULESET, handled, len(handled), 0))
    for path in filter(Path.is_dir, python_paths()):
        _allow(rules, path, READ_DIR)  # `import` lists the folders that it looks into
    for path in (*python_files(), *readable):
        _allow(rules, path, READ)
    for path in (*SINKS, *writable):
        _allow(rules, path, WRITE)
    return rules


def enforce(rules: int) -> bool:
    """Put the rules in force for this process and its children, which takes no_new_privs."""
    granted = libc().syscall(SYS_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return bool(granted)


@functools.cache
def python_paths() -> tuple[Path, ...]:
    """What this Python needs to run: the system, its prefixes, and libraries from elsewhere."""
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    site = map(str, Path("/etc").glob("python*"))  # Debian's sitecustomize.py
    found = {Path(os.path.realpath(p)) for p in {*SYSTEM, *prefixes, *site, *_libraries()}}
    return tuple(path for path in found if found.isdisjoint(path.parents))


@functools.cache
def python_files() -> tuple[Path, ...]:
    """The same, without the packages that are installed there and that a worker does not need."""
    return tuple(libraries.readable(python_paths()))


def leaves_open(path: Path) -> bool:
    """Whether `path` lies where a worker may read, a Python's own folder for example."""
    resolved = path.resolve()
    return any(allowed == resolved or allowed in resolved.parents for allowed in python_paths())


def holds_python(path: Path) -> bool:
    """Whether `path` holds something that this Python needs to run: no worker starts without it."""
    resolved = path.resolve()
    return any(resolved in (needed, *needed.parents) for needed in python_paths())


def _abi() -> int:
    return int(libc().syscall(SYS_CREATE_RULESET, None, 0, CREATE_RULESET_VERSION))


def _libraries() -> set[str]:
    """Files mapped into this process, which has imported NumPy as the worker will."""
    with suppress(OSError), open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        return {"/" + line.partition("/")[2].rstrip("\n") for line in maps if ".so" in line}
    return set()


def _allow(rules: int, path: Path, rights: int) -> None:
    """Allow `rights` on `path` and all below it; what is not there needs no rule."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rights &= -1 if path.is_dir() else OF_FILES
    rule = struct.pack("=Qi", rights, opened)
    try:
        check(libc().syscall(SYS_ADD_RULE, rules, RULE_PATH_BENEATH, rule, 0))
    finally:
        os.close(opened)
