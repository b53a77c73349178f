"""`--watch`: runs the item that is being worked on again whenever a file is saved."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

MISSING = "--watch needs one more package: python -m pip install watchfiles"
TICK = 300
"""Milliseconds after which the watcher looks up where nothing was saved."""

CLEAR = "\x1b[2J\x1b[3J\x1b[H"

_NEXT = re.compile(r"^ +python -m pytest --item (\d+(?:\.\d+)?)\s*$", re.MULTILINE)


def watch(root: Path, arguments: list[str]) -> int:
    """Run the checks, and again at each save, until Ctrl-C; pytest's exit code.

    `arguments` choose the first item; after that it is the one that the last run named.
    """
    try:
        import_module("watchfiles")
    except ImportError:
        print(MISSING, file=sys.stderr)
        return pytest.ExitCode.USAGE_ERROR
    saved = saves(root)
    next(saved, None)  # from here on a save is noticed, also one in the middle of a run
    current = _run(root, arguments)
    for _ in filter(None, saved):
        current = _run(root, ["--item", current] if current else arguments) or current
    return pytest.ExitCode.OK


def saves(root: Path) -> Iterator[object]:
    """What changed, each time that a Python file of the student's is saved; empty in between."""
    watchfiles = import_module("watchfiles")
    only = watchfiles.PythonFilter(ignore_paths=[root / ".venv", root / "venv"])
    options = {"rust_timeout": TICK, "yield_on_timeout": True, "raise_interrupt": False}
    yield from watchfiles.watch(root, watch_filter=only, **options)


def _run(root: Path, arguments: list[str]) -> str:
    """Run these checks on a screen of their own; the number of the item to go on with."""
    shown = sys.stdout.isatty()
    command = [sys.executable, "-m", "pytest", "-q", "--color", "yes" if shown else "no"]
    run = subprocess.run(
        [*command, *arguments],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    print(
        f"{CLEAR if shown else ''}{run.stdout}\nWaiting for the next save. Ctrl-C ends.", flush=True
    )
    numbers = _NEXT.findall(run.stdout)
    return numbers[-1] if numbers else ""
