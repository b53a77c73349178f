"""Beras from end to end: what the audit does not ask, since it grades without the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from autograder import grading
from autograder.audit import chaffs
from autograder.homework.beras import BERAS
from autograder.homework.project import PROJECT
from tests.gradings import assert_gradescope_accepts
from tests.partly import STEPS, written
from tests.reached import sparing, touched
from tests.submissions import REFERENCE, ROOT, edited_reference


def test_the_command_gives_the_reference_100(tmp_path):
    # Without settings, also where a course.toml lies in the clone.
    command = [sys.executable, "-m", "autograder", "--course", os.devnull, "grade", str(REFERENCE)]
    subprocess.run([*command, "--results-dir", str(tmp_path)], cwd=ROOT, check=True, timeout=120)
    report = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert_gradescope_accepts(report)
    assert report["score"] == 100
    assert report["extra_data"]["staff"] == []


MISTAKES = {
    "labels before predictions": (
        (
            "beras/losses.py",
            'forward(self, y_pred, y_true):\n        """Compare p',
            'forward(self, y_true, y_pred):\n        """Compare p',
        ),
        "CategoricalCrossEntropy.forward",
        "CategoricalCrossEntropy.forward(y_pred, y_true) has wrong values",
    ),
    "gradients before parameters": (
        (
            "beras/optimizers.py",
            "in self._blocks(trainable_params, grads):",
            "in self._blocks(grads, trainable_params):",
        ),
        "BasicOptimizer.apply_gradients",
        "left a parameter as it was",
    ),
}
"""Parameters in another order: what is edited, the one item that falls, and what it is told."""


def test_parameters_in_another_order_cost_one_item_each(tmp_path):
    edits, names, texts = zip(*MISTAKES.values(), strict=True)
    asked = touched(written([step for step in STEPS if step not in names]))
    folder = edited_reference(tmp_path / "submission", *edits)
    report = grading.grade(folder, BERAS, sparing(asked))
    failed = [result for result in report.results.values() if result.status == "failed"]
    assert [result.item.name for result in failed] == [*names]
    assert all(verdict.asked for result in failed for verdict in result.verdicts)
    others = [result for result in report.results.values() if result not in failed]
    assert any(verdict.asked for result in others for verdict in result.verdicts)
    for result, text in zip(failed, texts, strict=True):
        assert any(text in verdict.detail for verdict in result.failures)


def test_each_public_name_lives_in_one_module():
    names = [name for names in BERAS.modules.values() for name in names]
    assert len(names) == len(set(names))


def test_each_chaff_can_be_made_and_compiles_or_says_not():
    found = chaffs.load(PROJECT.root / PROJECT.chaffs, BERAS)
    assert len(found) >= 110
    for chaff in found:
        text = chaffs.edited(chaff, (REFERENCE / chaff.file).read_text(encoding="utf-8"))
        if "parse" not in chaff.name:
            compile(text, chaff.name, "exec")
