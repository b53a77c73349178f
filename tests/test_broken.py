"""Every broken submission earns what its working parts earn, and is told the rest in a sentence.

The cases are in `tests/broken/cases.py`. They hold for any user: to see that as root, run this file
as another one, `su nobody -s /bin/sh -c "./run_tests tests/test_broken.py"` for example.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.confinement import limits
from autograder.submission import SubmissionProblem
from tests.broken.cases import CASES, CLOSED, PACKED, Case
from tests.gradings import blocked, failed, in_a_fork
from tests.small import RIGHT
from tests.submissions import ROOT, opened

SEED = 20
STRANGER = 65534
AS_ROOT = os.name == "posix" and os.geteuid() == 0
WHOLE = [case for case in PACKED if case.score == 100]
GRADED = [case for case in CASES if case not in WHOLE]


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@pytest.fixture
def folder():
    """A folder that any user can enter; `tmp` in it, for temporary files, must be left empty."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        for part in ("in", "out", "tmp"):
            (top / part).mkdir()
            (top / part).chmod(0o777)
        yield top
        left = list((top / "tmp").iterdir())
        subprocess.run(["chmod", "-R", "u+rwX", name], check=True)  # else nobody could remove it
    assert left == []


def graded(submission: Path, folder: Path) -> dict:
    """results.json of a grading."""
    tempfile.tempdir = str(folder / "tmp")
    try:
        assert in_a_fork(*arguments(submission, folder)) == 0
    finally:
        tempfile.tempdir = None
    return results(folder)


def graded_by_a_stranger(submission: Path, folder: Path) -> dict:
    """results.json of a grading by a user who owns nothing, from a copy that is open to all."""
    project = folder / "project"  # setup.sh closes the clone to other users
    ignore = shutil.ignore_patterns("__pycache__", "salt.txt")
    for name in ("autograder", "tests/small"):
        shutil.copytree(ROOT / name, project / name, ignore=ignore)
    subprocess.run(["chmod", "-R", "a+rX", project], check=True)
    subprocess.run(
        [sys.executable, "-m", "tests.small", "grade", *arguments(submission, folder)],
        cwd=project,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(folder / "tmp")},
        user=STRANGER,
        group=STRANGER,
        extra_groups=[],
        timeout=120,
        check=True,
    )
    return results(folder)


def arguments(submission: Path, folder: Path) -> list[str]:
    return [str(submission), "--seed", str(SEED), "--results-dir", str(folder / "out")]


def results(folder: Path) -> dict:
    return json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))


def assert_as_stated(case: Case, report: dict) -> None:
    rows = {row["name"]: row for row in report["tests"]}
    nothing_run = all(row["output"] == "Not run." for row in report["tests"])
    assert report["extra_data"]["staff"] == []
    assert report["extra_data"]["complete"]
    assert report["score"] == case.score, report["output"]
    assert case.says in report["output"]
    assert all(text in rows[name]["output"] for name, text in case.rows.items())
    assert nothing_run == (case.score == 0 and not case.loses)
    assert nothing_run or failed(report) - blocked(report) == set(case.loses)


def solution(root: Path) -> dict[str, bytes]:
    """What decides the score: the package and the script that must be beside it."""
    paths = [*sorted((root / "lines").rglob("*.py")), root / "fit.py"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def test_there_are_enough_cases_and_each_has_its_name():
    names = [case.name for case in CASES + CLOSED]
    assert len(names) == len(set(names)) >= 30


@named(GRADED)
def test_a_broken_submission_gets_what_works_in_it(case, folder):
    assert_as_stated(case, graded(case.build(folder / "in"), folder))


@named(WHOLE)
def test_odd_packing_changes_nothing(case, folder, monkeypatch):
    """What arrives is the right submission, byte for byte: a grading would say 100 once more."""
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    with opened(case.build(folder / "in")) as found:
        found.copy_to(folder / "copy")
    assert solution(folder / "copy") == solution(RIGHT)
    assert case.says in " ".join(found.notes)
    assert bool(found.notes) == bool(case.says)
    assert not list(folder.rglob("planted.py"))
    assert not (folder / "copy" / "secret.py").exists()


@named(CLOSED)
def test_what_an_ordinary_user_may_not_read_is_named(case, folder):
    submission = case.build(folder / "in")
    if not AS_ROOT:
        assert_as_stated(case, graded(submission, folder))
        return
    if not limits.can_run(STRANGER, sys.executable, os.__file__, pytest.__file__, str(folder)):
        pytest.skip("other users cannot run this Python")
    assert_as_stated(case, graded_by_a_stranger(submission, folder))


@pytest.mark.skipif(not AS_ROOT, reason="only root reads everything")
@named(CLOSED)
def test_root_reads_what_is_closed(case, folder):
    with opened(case.build(folder / "in")) as found:
        found.copy_to(folder / "copy")
    assert solution(folder / "copy") == solution(RIGHT)


@named([case for case in PACKED if case.score == 0])
def test_a_refusal_is_one_clear_sentence(case, folder):
    with pytest.raises(SubmissionProblem) as caught, opened(case.build(folder / "in")):
        pass
    message = str(caught.value)
    assert message.endswith(".")
    assert len(message) < 200
    assert message.count(". ") <= 1, "at most what is wrong, and what to do"
