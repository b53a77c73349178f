"""The small homework, whose grader dies of what some submissions hold: `python -m tests.dying`.

A file `dies.txt` in a submission says how many tries end so; `sleeps.txt`, for how many seconds
the grader sleeps.
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


def recognise(root: Path) -> Edition:
    """Die, or sleep, where a submission asks for it."""
    if (sleeps := root / "sleeps.txt").exists():
        time.sleep(float(sleeps.read_text()))
    if (dies := root / "dies.txt").exists():
        tries = Path(os.environ["DEATHS"], root.name)
        seen = len(tries.read_text()) if tries.exists() else 0
        tries.write_text("x" * (seen + 1))
        if seen < int(dies.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)
    return Edition()


HOMEWORK = replace(PROJECT.homework, recognise=recognise)

if __name__ == "__main__":
    from tests import dying  # by the name under which other processes find it

    sys.exit(main(project=replace(PROJECT, homework=dying.HOMEWORK)))
