"""Which installed packages a worker may reach: those that it imports itself, and no other.

An import hook alone is not enough: code can remove it, or open a file by its path. So the files of
all others are closed: by Landlock, by empty mounts in namespaces, and where `setup.sh` made the
environment as root, by their modes too.
"""

from __future__ import annotations

import functools
import glob
import os
import site
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import msgpack  # type: ignore[import-untyped, unused-ignore]
import numpy as np

from autograder.sandbox.inside.standins import INSTALLED, UNAVAILABLE

OF_CONDA = ("envs", "pkgs")
"""Folders below a prefix of conda's that hold other environments, and packages of all of them."""


@functools.cache
def needed() -> tuple[Path, ...]:
    """Folders of the packages that a worker imports, and of the libraries in their wheels."""
    found = [Path(str(module.__file__)).resolve().parent for module in (np, msgpack)]
    libraries = [folder.with_name(f"{folder.name}.libs") for folder in found]
    return (*found, *filter(Path.is_dir, libraries))


@functools.cache
def folders() -> tuple[Path, ...]:
    """Where packages are installed: for this Python, for the system's, for this user."""
    own = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    prefixes = {Path(os.path.realpath(p)) for p in own}
    others = {Path(os.path.realpath(p)) for p in ("/usr", "/usr/local", site.getuserbase())}
    found = {path.resolve() for prefix in prefixes | others for path in _installed(prefix)}
    found |= {prefix / name for prefix in prefixes for name in OF_CONDA}
    around = {path for prefix in prefixes for path in (prefix, *prefix.parents)}
    return tuple(sorted(path for path in found - around if os.path.isdir(path)))  # or closed to us


def _installed(prefix: Path) -> Iterator[Path]:
    for name in INSTALLED:
        yield from map(Path, glob.glob(f"{glob.escape(str(prefix))}/lib*/py*/{name}"))


def readable(paths: Iterable[Path]) -> Iterator[Path]:
    """What a worker may read of `paths`: all but those folders, and what it needs of them."""
    for path in paths:
        yield from _without(path, frozenset(folders()))
    yield from needed()


def _without(path: Path, closed: frozenset[Path]) -> Iterator[Path]:
    if not closed.isdisjoint((path, *path.parents)):
        return
    if not any(path in folder.parents for folder in closed):
        yield path
        return
    for entry in path.iterdir():
        if not entry.is_symlink():  # a link's target is listed too, or is not for a worker
            yield from _without(entry, closed)


def forbidden() -> list[str]:
    """Files of installed libraries that would do the homework, if any."""
    specs = (find_spec(name) for name in UNAVAILABLE - {msgpack.__name__})
    return [str(spec.origin) for spec in specs if spec is not None and spec.has_location]
