"""What is said of some mistakes, from the file to the report: at home and graded alike."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pytest

from autograder import grading
from autograder.homework.beras import BERAS
from autograder.report.sentences import failure
from tests.at_home import files_of, hand_out, run, runs
from tests.partly import STEPS, written
from tests.reached import every_case, graded, passing, sparing, touched
from tests.submissions import REFERENCE, edited_reference

ACTIVATIONS, LAYERS = "beras/activations.py", "beras/layers.py"
LOSSES, METRICS, MODEL = "beras/losses.py", "beras/metrics.py", "beras/model.py"
OPTIMIZERS = "beras/optimizers.py"
SLOPE = "return [(x > 0).astype(x.dtype)]"
BIAS = "Variable(np.zeros(output_size, dtype=dtype))"
WEIGHTS = f"return Variable(w.astype(dtype)), {BIAS}"
SHARE = "return np.count_nonzero(predicted == true) / len(true)"
COUNT = "self.t += 1  # once per call: all parameters are at the same step"
STEP = "p -= step_size * m / (np.sqrt(v) + epsilon)"
NEWER = "which does not know template strings yet: they came with 3.14."

SUBMISSIONS = {
    "of many": (
        ("CategoricalAccuracy", "This is one number for each row: return their mean",
         (METRICS, SHARE, "return (predicted == true).astype(float)")),
        ("SequentialModel.evaluate", "These are several numbers: return one",
         (MODEL, "return running.means(), np",
          "return {k: [v, v] for k, v in running.means().items()}, np")),
        ("ReLU.get_input_gradients", "This is a diagonal matrix for each sample",
         (ACTIVATIONS, SLOPE, "return [(x > 0)[:, :, None] * np.eye(x.shape[1])]")),
        ("Adam.apply_gradients", "The step count t is 0 at the first step",
         (OPTIMIZERS, COUNT, "pass"), (OPTIMIZERS, STEP, f"{STEP}\n        self.t += 1")),
        ("Dense.compose_weight_gradients", "A list was used like an array: self.inputs is a list.",
         (LAYERS, "as_float(self.inputs[0]).T @", "np.array(self.inputs).T @")),
        ("MeanSquaredError.forward",
         f"This ran with NumPy {np.__version__}, which has no `np.product`: write `np.prod`.",
         (LOSSES, "return np.square(y_pred - y_true).mean()",
          "return np.square(y_pred - y_true).sum() / np.product(y_pred.shape)")),
        ("Sigmoid.forward", "Not written yet: Sigmoid.forward(x) returns NotImplementedError.",
         (ACTIVATIONS, "shrunk = np.exp(-np.abs(x))", "return NotImplementedError"))),
    "without weights": (
        ("Dense.forward", "A weight is None: does the initializer return arrays",
         (LAYERS, WEIGHTS, "return None, None")),
        ("SequentialModel.batch_step", "The model calls `layer.forward(x)`",
         (MODEL, "x = layer(x)", "x = layer.forward(x)"))),
    "with a bias of a column": (
        ("Dense.forward", "The bias has one entry for each output: shape (r,) or (1, r).",
         (LAYERS, BIAS, "Variable(np.zeros((output_size, 1)))")),),
    "with w transposed": (
        ("Dense.forward", "The numbers are right, but their axes are in another order.",
         (LAYERS, "Variable(w.astype(dtype))", "Variable(w.T.astype(dtype))")),),
    "of other names": (
        ("Package", "`SoftMax` is nearly `Softmax`: rename it.",
         (ACTIVATIONS, "class Softmax(", "class SoftMax(")),
        ("Softmax.forward", "`SoftMax` is nearly `Softmax`: rename it."),
        ("CategoricalAccuracy", NEWER, (METRICS, SHARE, f'print(t"share")\n        {SHARE}'))),
}  # fmt: skip
"""Submissions, each of several mistakes: an item, what must be said of it, and the edits of the
reference that make it fail."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The template of a student who has handed nothing in yet, all written."""
    folder = hand_out("tape", tmp_path_factory.mktemp("home"))
    shutil.copytree(REFERENCE, folder, dirs_exist_ok=True)
    return folder


def edited(edits):
    """The files of the reference that some edits change."""
    files = {}
    for name, old, new in edits:
        text = files.get(name) or (REFERENCE / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        files[name] = text.replace(old, new, 1)
    return files


@pytest.fixture(scope="module")
def at_home(home):
    """Runs the checks at home on the files of a submission."""
    with runs(home) as found:
        yield found


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="such a Python knows template strings")
@pytest.mark.parametrize("submission", SUBMISSIONS)
def test_what_is_said_is_said_at_home_and_graded_alike(submission, at_home, tmp_path):
    mistakes = SUBMISSIONS[submission]
    changed = edited([edit for _, _, *edits in mistakes for edit in edits])
    report = graded(tmp_path / "submission", changed)
    found = at_home(files_of(REFERENCE) | changed, passing(touched(changed)))
    for item, said, *_ in mistakes:
        texts = [failure(verdict) for verdict in report.results[item].failures]
        assert any(said in text for text in texts), texts
        assert any(said in text for text in found["texts"].values()), (item, found["texts"])
    statuses = {name: result.status for name, result in report.results.items()}
    assert found["items"] == statuses


DEBUGGERS = {
    "Sigmoid.forward": ("breakpoint()", "shrunk = np.exp(-np.abs(x))"),
    "ReLU.forward": ("import pdb; pdb.set_trace()", "return np.maximum(as_float(x), 0)"),
}


def test_a_debugger_that_is_left_in_is_told_of(tmp_path):
    """At home it works."""
    edits = [(ACTIVATIONS, line, f"{stop}\n        {line}") for stop, line in DEBUGGERS.values()]
    report = graded(tmp_path / "submission", edited(edits))
    for name in DEBUGGERS:
        text = failure(report.results[name].failures[0])
        assert text.startswith("A `breakpoint()` or `pdb.set_trace()` is left in the code")
        assert "beras/activations.py, line " in text


def test_a_missing_assignment_is_told_of(home, tmp_path):
    said = "assignment.py is missing: hand it in too."
    asked = touched(written([step for step in STEPS if step != "assignment.py"]))
    package = {case for case in every_case() if case.startswith("test_package.py")}
    folder, conditions = edited_reference(tmp_path / "submission"), sparing(asked | package)
    (folder / "assignment.py").unlink()
    report = grading.grade(folder, BERAS, conditions)
    assert failure(report.results["assignment.py"].failures[0]) == said
    assert report.score == 99
    results = [report.results[name] for name in ("assignment.py", "Package")]
    assert all(verdict.asked for result in results for verdict in result.verdicts)
    elsewhere = tmp_path / "home"
    shutil.copytree(home, elsewhere)
    shutil.copytree(REFERENCE, elsewhere, dirs_exist_ok=True)
    (elsewhere / "assignment.py").unlink()
    assert said in run(elsewhere, "--item", "9.1").stdout
