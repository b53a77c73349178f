"""Published editions as handed out: all is to do, blocked or given, at home and graded alike."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache

import pytest

from autograder import grading
from autograder.homework.beras import BERAS
from autograder.report.sentences import failure
from tests import published
from tests.at_home import files_of, hand_out, runs

TENSOR, STEP = "core.Tensor.__new__", "model.SequentialModel.batch_step"
WORKS = {"Package", "Tensor and Variable", "Callable and Diffable"}
TAPE = "GradientTape opens and closes"
WEIGHTED = {"Weighted.trainable_variables", "Weighted.trainable"}

STATES = {
    ("s24", ()): {*WORKS, *WEIGHTED, TAPE, "Activations have no weight gradients"},
    ("f24", ()): set(),
    ("f24", (TENSOR,)): WORKS - {"Package"} | {TAPE},
    ("f24", (TENSOR, STEP)): {*WORKS, TAPE},
    ("s25", ()): set(),
    ("s25", (TENSOR, STEP)): {*WORKS, TAPE},
    ("f25", ()): set(),
    ("f25", (TENSOR,)): {*WORKS, TAPE},
    ("s26", ()): set(),
    ("s26", (TENSOR, "model.Sequential.batch_step")): {
        *("Package", "Tensor", "Tensor.no_grad", "Callable and Diffable", "Optimizers: zero_grad")
    },
}
"""What passes of an edition, by what is written in it: its given code, and nothing else."""

WRONG_WORDS = ("is a `return` missing", "p = p - step", "makes a new array", "sign")
"""Of mistakes that nobody has made yet."""


EMPTY = {
    "s24": {
        "Adam.apply_gradients": "Not written yet: Adam.apply_gradients is empty.",
        "Dense.forward": "Not written yet: Dense._initialize_weight is empty.",
    }
}
"""What is said of a stub that does nothing, where an edition has such."""


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """Runs the checks at home on the files of a submission of an edition."""
    with ExitStack() as homes:

        @cache
        def home(name):
            return homes.enter_context(runs(hand_out(name, tmp_path_factory.mktemp("home"))))

        yield lambda name, files: home(name)(files)


@pytest.mark.parametrize(("edition", "written"), STATES, ids=str)
def test_an_untouched_edition_is_to_do_blocked_or_given(edition, written, at_home, tmp_path):
    stubs = published.write(edition, tmp_path / "stubs", written)
    report = grading.grade(stubs, BERAS, grading.Conditions(seed=7))
    statuses = {name: result.status for name, result in report.results.items()}
    given = STATES[edition, written]
    assert {name for name, status in statuses.items() if status == "passed"} == given
    assert set(statuses.values()) <= {"passed", "to do", "blocked"}
    assert report.score == sum(report.rubric.by_name[name].points for name in given)
    assert not report.staff
    to_do = [r for r in report.results.values() if r.status == "to do"]
    texts = [failure(verdict) for result in to_do for verdict in result.failures]
    assert [text for text in texts if any(words in text for words in WRONG_WORDS)] == []
    assert at_home(report.facts["edition"], files_of(stubs))["items"] == statuses
    for name, text in EMPTY.get(edition, {}).items():
        assert failure(report.results[name].failures[0]) == text
