"""The small homework under adverse conditions: `python -m tests.adverse <command>`.

In a submission, a file `dies.txt` says how many tries end with the grader's death, `sleeps.txt`
for how many seconds it sleeps, or until that file is gone.

The environment variable `ADVERSE` names a folder in which the tries are counted. If it holds a
folder `checks`, the checks in there replace the homework's own.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from autograder.__main__ import main
from autograder.definition import Edition
from autograder.project import Project
from tests.small.project import PROJECT


def recognise(folder: Path, root: Path) -> Edition:
    """Die, or sleep, where a submission asks for it; the tries are counted in `folder`."""
    if (sleeps := root / "sleeps.txt").exists():
        stop = time.monotonic() + float(sleeps.read_text())
        while sleeps.exists() and time.monotonic() < stop:
            time.sleep(0.05)
    if (dies := root / "dies.txt").exists():
        tries = folder / root.name
        seen = len(tries.read_text()) if tries.exists() else 0
        tries.write_text("x" * (seen + 1))
        if seen < int(dies.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)
    return Edition()


def project(folder: Path) -> Project:
    """The small homework, graded as what lies in `folder` asks for."""
    checks = folder / "checks" if (folder / "checks").is_dir() else PROJECT.homework.checks
    asks = partial(recognise, folder)
    return replace(PROJECT, homework=replace(PROJECT.homework, recognise=asks, checks=checks))


if __name__ == "__main__":
    from tests import adverse  # by the name under which other processes find it

    sys.exit(main(project=adverse.project(Path(os.environ["ADVERSE"]))))
