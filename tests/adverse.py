"""The small homework under adverse conditions: `python -m tests.adverse <command>`.

In a submission, a file `dies.txt` says how many tries end with the grader's death, `sleeps.txt`
for how many seconds it sleeps, or until that file is gone. Where the folder `ADVERSE` holds
`checks`, they take the place of the homework's own.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from autograder.__main__ import main
from autograder.definition import Edition
from tests.small.project import PROJECT

FOLDER = Path(os.environ.get("ADVERSE", "nowhere"))


def recognise(root: Path) -> Edition:
    """Die, or sleep, where a submission asks for it."""
    if (sleeps := root / "sleeps.txt").exists():
        stop = time.monotonic() + float(sleeps.read_text())
        while sleeps.exists() and time.monotonic() < stop:
            time.sleep(0.05)
    if (dies := root / "dies.txt").exists():
        tries = FOLDER / root.name
        seen = len(tries.read_text()) if tries.exists() else 0
        tries.write_text("x" * (seen + 1))
        if seen < int(dies.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)
    return Edition()


OTHERS = FOLDER / "checks"
CHECKS = OTHERS if OTHERS.is_dir() else PROJECT.homework.checks
HOMEWORK = replace(PROJECT.homework, recognise=recognise, checks=CHECKS)

if __name__ == "__main__":
    from tests import adverse  # by the name under which other processes find it

    sys.exit(main(project=replace(PROJECT, homework=adverse.HOMEWORK)))
