"""The backward edition's template: the same whenever built, worth 0 untouched and 100 filled in."""

from __future__ import annotations

import shutil

import pytest

from autograder import grading, reference, template
from autograder.homework import catalogue
from tests.at_home import files_of, fill, hand_out, run, runs

BACKWARD = catalogue.named("backward")
ITEMS = BACKWARD.homework.rubric.items
GIVEN = {item.name for item in ITEMS if not item.points}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """The template as it is handed out."""
    return hand_out("backward", tmp_path_factory.mktemp("student") / "beras")


@pytest.fixture
def filled(pristine, tmp_path):
    """A student's copy, with the solution in it."""
    shutil.copytree(pristine, tmp_path / "beras")
    return reference.assemble(BACKWARD, tmp_path / "beras")


def graded(folder):
    report = grading.grade(folder, BACKWARD.homework, grading.Conditions(seed=7))
    assert report.complete
    assert report.staff == []
    return report


def test_it_is_built_alike_each_time_and_has_no_mistake(pristine):
    assert template.difference(template.checked(BACKWARD), pristine) == ""


def test_untouched_it_is_all_to_do_at_home(pristine):
    done = run(pristine)
    assert done.returncode == 1
    assert "Public cases                                                 0 / 100" in done.stdout
    assert "Start here: 2.1 Linear.forward, in beras/layers.py" in done.stdout
    to_do = [line for line in done.stdout.splitlines() if " to do" in line[60:]]
    assert len(to_do) == len(ITEMS) - len(GIVEN)


def test_untouched_it_scores_nothing_when_graded(pristine):
    report = graded(pristine)
    assert report.score == 0
    kinds = {name: result.status for name, result in report.results.items()}
    assert {name for name, status in kinds.items() if status == "passed"} == GIVEN
    assert set(kinds.values()) == {"passed", "to do"}


OWN = "import torch\nimport tensorflow as tf\n\n\ndef test_mine():\n    assert torch and tf\n"
"""A test of a student's own that uses other frameworks. Neither is installed here."""


def test_filled_in_it_gets_every_point_at_home_and_graded(filled):
    """Also beside a test that is not run: it costs nothing."""
    fill(filled, {"tests/test_torch.py": OWN})
    done = run(filled)
    assert "tests/test_torch.py was not run: it imports torch," in done.stdout
    assert "100 / 100" in done.stdout
    assert len([line for line in done.stdout.splitlines() if line.endswith(" ok")]) == len(ITEMS)
    report = graded(filled)
    assert report.score == 100
    assert {result.status for result in report.results.values()} == {"passed"}


def test_no_word_of_the_tape_edition_is_in_its_checks_messages(pristine):
    """What a student reads of a check: sentences and names of items, in this edition's words."""
    done = run(pristine, "-rA", "--item", "2", "--item", "5", "--item", "6", "--item", "8")
    assert "Linear.get_weight_gradients" in done.stdout
    for word in ("Dense", "tape", "trainable", "apply_gradients", "SequentialModel", "{"):
        assert word not in done.stdout


WHEATS = sorted(path.name for path in (BACKWARD.root / BACKWARD.wheats).iterdir())


def test_right_submissions_in_every_style_pass_at_home_too(pristine, tmp_path):
    """That they pass when graded is what the audit shows."""
    home = tmp_path / "beras"
    shutil.copytree(pristine, home)
    assert len(WHEATS) >= 5
    with runs(home) as ending:
        for name in WHEATS:
            wheat = reference.assemble(reference.wheat(BACKWARD, name), tmp_path / name)
            found = ending(files_of(wheat))
            assert (name, found["score"]) == (name, 100)
            assert set(found["items"].values()) == {"passed"}
