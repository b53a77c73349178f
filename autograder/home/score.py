"""What the public checks say of a folder, for whoever hands it in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SECONDS = 600
"""An upper bound that is never reached: each check has a limit of its own."""

MOST = 5
"""Items named that do not pass."""

_TOTAL = re.compile(r"^ +Public cases +(\d+) / (\d+)$", re.MULTILINE)
_ROW = re.compile(
    r"^ {4}(\d+\.\d+) +(\S.*?)(?: +\d+ / \d+)? +(FAIL|blocked .*|to do.*|\?)$", re.MULTILINE
)


def public_score(root: Path) -> str:
    """Points by the public checks, and the items that do not pass."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    try:
        run = subprocess.run(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "The public checks did not end: `python -m pytest` shows where."
    total = _TOTAL.search(run.stdout)
    if total is None:
        return "The public checks did not run: `python -m pytest` shows why."
    return "\n".join([f"Public checks: {total[1]} / {total[2]}", *_lacking(run.stdout)])


def _lacking(printed: str) -> list[str]:
    rows = [f"    {number} {name}: {mark}" for number, name, mark in _ROW.findall(printed)]
    more = [f"    and {len(rows) - MOST} more: `python -m pytest`"] if len(rows) > MOST else []
    return rows[:MOST] + more
