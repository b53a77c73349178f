"""Walk an untrusted folder: which of its files are graded, and which are ignored."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

MAX_DEPTH = 30
IGNORED = frozenset("__MACOSX __pycache__ node_modules venv env site-packages".split())


def walk(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """`os.walk` without what nobody wrote or nobody may enter, no deeper than `MAX_DEPTH`."""
    for folder, folders, files in os.walk(top):
        if not os.access(folder, os.X_OK):  # an ordinary user may see its names and no more
            folders.clear()
            continue
        kept = sorted(f for f in folders if not is_ignored(f))
        is_deep = len(Path(folder).parts) - len(top.parts) >= MAX_DEPTH
        folders[:] = [] if is_deep else kept  # before Python 3.12 os.walk recurses
        yield folder, folders, files


def is_ignored(folder: str) -> bool:
    """Whether a folder of this name holds only what programs wrote."""
    return folder in IGNORED or folder.startswith(".")


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Names and paths of regular files below `root`: a link or a pipe is nobody's solution."""
    for folder, _, files in walk(root):
        for name in sorted(files):
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path.relative_to(root).as_posix(), path


def names(folder: Path) -> list[str]:
    """What a folder holds; nothing when it cannot be entered."""
    try:
        names = sorted(path.name for path in folder.iterdir())
        return names if os.access(folder, os.X_OK) else []
    except OSError:
        return []
