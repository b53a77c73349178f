"""Beras from end to end: what the audit does not ask, since it grades without the command."""

from __future__ import annotations

import json
import subprocess
import sys

from autograder import grading
from autograder.homework.beras import BERAS
from tests.submissions import REFERENCE, ROOT, edited_reference
from tests.test_grading import assert_gradescope_accepts


def test_the_command_gives_the_reference_100(tmp_path):
    command = [sys.executable, "-m", "autograder", "grade", str(REFERENCE)]
    subprocess.run([*command, "--results-dir", str(tmp_path)], cwd=ROOT, check=True, timeout=120)
    report = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert_gradescope_accepts(report)
    assert report["score"] == 100
    assert report["extra_data"]["staff"] == []


def test_a_forward_that_works_in_place_is_no_mistake(tmp_path):
    right = "        return np.maximum(as_float(x), 0)"
    in_place = "        x = np.asarray(x)\n        x[x < 0] = 0\n        return x"
    edit = ("beras/activations.py", right, in_place)
    assert grading.grade(edited_reference(tmp_path / "submission", edit), BERAS).score == 100
