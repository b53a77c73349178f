"""How tests run the checks as at home: in a student's own copy of a template."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.submissions import ROOT


def fill(folder, files):
    """Write what a student has written."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def run(folder, *arguments, typed="", start=""):
    """`python -m pytest` in the folder, or in `start` below it, with nothing of ours in sight."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments],
        cwd=folder / start,
        env={"PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def runs(folder, *versions):
    """What many runs found, one for each version of the files."""
    command = [sys.executable, str(ROOT / "tests" / "home_runs.py"), str(folder)]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(folder / "tests"), "OPENBLAS_NUM_THREADS": "1"},
        input="\n".join(json.dumps(files) for files in versions),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
