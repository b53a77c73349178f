"""How tests grade the small homework, and what they read in results.json."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

from autograder.__main__ import main
from tests.small.project import PROJECT
from tests.submissions import ROOT

STAFF_ONLY = ("Traceback", "autograder/", str(ROOT))


def start(submission: Path, results: Path, *options: str) -> subprocess.Popen[str]:
    """The command, in a process of its own."""
    command = [sys.executable, "-m", "tests.small", "grade", str(submission)]
    return subprocess.Popen(
        [*command, "--results-dir", str(results), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def grade(submission: Path, results: Path, *options: str) -> dict:
    """results.json of a grading that has to end well, checked for what always holds."""
    assert in_a_fork(str(submission), "--results-dir", str(results), *options) == 0
    report = json.loads((results / "results.json").read_text(encoding="utf-8"))
    assert_gradescope_accepts(report)
    return report


def assert_gradescope_accepts(report: dict) -> None:
    rows = report["tests"]
    assert math.fsum(row.get("max_score", 0) for row in rows) == 100
    assert math.fsum(row.get("score", 0) for row in rows) == report["score"]
    for row in rows:
        assert 0 <= row.get("score", 0) <= row.get("max_score", 0)
        assert row["status"] in ("passed", "failed")
        full = row.get("score", 0) == row.get("max_score", 0)
        assert full or row["status"] == "failed"
        assert row["visibility"] in ("hidden", "after_due_date", "after_published", "visible")
    shown = json.dumps([report["output"], rows])
    leaked = [shown[max(at - 80, 0) : at + 80] for at in map(shown.find, STAFF_ONLY) if at >= 0]
    assert not leaked, f"staff text in a student's field: {leaked}"


def failed(report: dict) -> set[str]:
    return {row["name"] for row in report["tests"] if row["status"] == "failed"}


def blocked(report: dict) -> set[str]:
    rows = report["tests"]
    return {row["name"] for row in rows if row["extra_data"]["outcome"] == "blocked"}


def output(report: dict, name: str) -> str:
    return next(row["output"] for row in report["tests"] if row["name"] == name)


def in_a_fork(*arguments: str) -> int:
    """Exit code of `grade` in a fork of this process, which spares the imports.

    What a test changed in this process holds there; what happens there changes nothing here.
    """
    grader = os.fork()
    if grader == 0:
        code = 99
        try:
            code = main(["grade", *arguments], PROJECT)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(grader, 0)[1])
