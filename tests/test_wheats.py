"""Every wheat, a right implementation in a style of its own, earns every point."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WHEATS = sorted(path for path in (ROOT / "tests" / "wheats").iterdir() if (path / "beras").is_dir())
SEED = 21
"""Draws the hidden cases, so that a failure here can be seen again."""


def graded(project, results):
    """results.json of a grading in a process of its own, as a TA would start it."""
    command = [sys.executable, "-m", "autograder", "grade", str(project), "--seed", str(SEED)]
    run = subprocess.run(
        [*command, "--results-dir", str(results)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    return json.loads((results / "results.json").read_text(encoding="utf-8"))


def complaints(report):
    """Each row that is not passed, with what it tells the student, and all that staff are told."""
    rows = [row for row in report["tests"] if row["status"] != "passed"]
    told = [f"{row['number']} {row['name']}\n{row['output']}" for row in rows]
    return "\n\n".join([*told, *report["extra_data"]["staff"]])


def test_there_are_wheats():
    assert len(WHEATS) >= 8


@pytest.mark.parametrize("wheat", WHEATS, ids=lambda path: path.name)
def test_wheat_earns_every_point(wheat, tmp_path):
    report = graded(wheat, tmp_path)
    assert not complaints(report), f"{wheat.name}, seed {SEED}:\n\n{complaints(report)}"
    assert report["score"] == 100
    assert report["extra_data"]["complete"]
