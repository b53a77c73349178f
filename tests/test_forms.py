"""Which edition a submission is of: recognised, asked for, and told in the report."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograder import grading, reference
from autograder.__main__ import main
from autograder.course.applied import applied
from autograder.course.reading import read
from autograder.grading import Conditions
from autograder.homework import catalogue
from autograder.homework.beras import BERAS
from autograder.homework.project import PROJECT as TAPE
from tests.reached import HARDLY_ASKED
from tests.submissions import REFERENCE, ROOT

BACKWARD = catalogue.named("backward")

HANDED_OUT = {
    "beras/core.py": "class Tensor(np.ndarray):\n    def __new__(cls, data):\n        obj = ???\n"
    "    def no_grad():\n        pass\n",
    "beras/layers.py": "class Linear(Diffable):\n    pass\n",
    "beras/model.py": "class Sequential(Model):\n    pass\n",
}
"""Some of the backward edition with a placeholder that is no Python."""

OF_THE_TAPE = {
    "beras/layers.py": "class Dense(Diffable):\n    pass\n",
    "beras/gradient_tape.py": "class GradientTape:\n    pass\n",
    "beras/model.py": "class SequentialModel(Model):\n    pass\n",
}


def write(folder, *sets):
    for files in sets:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("a", encoding="utf-8") as file:
                file.write(text)
    return folder


def names_of(folder):
    """The edition that a folder is recognised as."""
    return catalogue.recognised(folder).form.name


def right_submissions():
    for name in catalogue.names():
        project = catalogue.named(name)
        for path in sorted((ROOT / project.wheats).glob("*/beras")):
            yield pytest.param(name, path.parent, id=f"{name}-{path.parent.name}")


@pytest.mark.parametrize(("name", "folder"), list(right_submissions()))
def test_every_right_submission_shows_its_edition(name, folder):
    assert names_of(folder) == name


@pytest.mark.parametrize("name", catalogue.names())
def test_every_reference_shows_its_edition(name, tmp_path):
    assert names_of(reference.assemble(catalogue.named(name), tmp_path / "whole")) == name


@pytest.mark.parametrize("without", [None, *HANDED_OUT])
def test_two_marks_are_enough(tmp_path, without):
    files = {name: text for name, text in HANDED_OUT.items() if name != without}
    assert names_of(write(tmp_path, files)) == "backward"


@pytest.mark.parametrize("alone", HANDED_OUT)
def test_one_mark_alone_is_anybodys_idea(tmp_path, alone):
    assert names_of(write(tmp_path, {alone: HANDED_OUT[alone]})) == "tape"


def test_what_is_of_both_is_taken_for_the_tape_edition(tmp_path):
    assert names_of(write(tmp_path, HANDED_OUT, OF_THE_TAPE)) == "tape"
    assert names_of(tmp_path / "nowhere") == "tape"


def graded(folder, homework=BERAS):
    return grading.grade(folder, homework, Conditions(seed=7))


def test_a_submission_is_graded_by_the_rubric_of_its_own_edition(tmp_path):
    seen = []
    update = lambda report: seen.append((report.rubric.stages["2"], report.possible))  # noqa: E731
    folder = write(tmp_path, HANDED_OUT)
    report = grading.grade(folder, BERAS, Conditions(seed=7), update)
    assert report.rubric is BACKWARD.homework.rubric
    assert report.notes[0] == (
        "Graded as the backward edition, for this has `Linear`, `Sequential`, `parameters`, "
        "`loss.backward()` and `step()`."
    )
    assert (report.facts["edition"], report.facts["recognised"]) == ("backward", "backward")
    assert report.score == 0
    assert seen[0] == ("Dense", 100)
    assert set(seen[1:]) == {("Linear", 100)}


@pytest.mark.parametrize("asked", catalogue.names())
def test_another_edition_than_the_one_asked_for_is_told_in_one_sentence(tmp_path, asked):
    files = OF_THE_TAPE if asked == "backward" else HANDED_OUT
    homework = catalogue.named(asked).homework
    report = graded(write(tmp_path, files), homework.fixed())
    (note,) = report.notes
    for form in (catalogue.named(name).homework.form for name in catalogue.names()):
        assert form.has in note
    assert note.startswith("Nothing was graded: this is a submission of the ")
    assert note.count(". ") == 0
    assert {result.status for result in report.results.values()} == {"not run"}
    assert report.facts["edition"] == asked
    assert report.facts["recognised"] != asked


def test_older_names_are_told_apart_too():
    folder = ROOT / "tests" / "wheats" / "edition_s24"
    report = graded(folder, BACKWARD.homework.fixed())
    assert "of the tape edition" in report.notes[0]


def test_the_report_of_the_tape_edition_says_nothing_of_others():
    report = grading.grade(REFERENCE, BERAS, HARDLY_ASKED)
    assert report.notes == []
    assert report.facts["edition"] == "tape"


def test_the_command_grades_the_reference_of_an_edition(tmp_path):
    assert main(["grade", "--edition", "backward", "--results-dir", str(tmp_path)]) == 0
    report = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert report["score"] == 100
    assert report["extra_data"]["staff"] == []
    assert report["extra_data"]["edition"] == "backward"


@pytest.mark.parametrize(
    ("settings", "is_fixed"),
    [('edition = "backward"', True), ('points = {"2.1" = 5}', True), ("late_percent = 10", False)],
)
def test_a_course_that_sets_its_edition_or_points_has_one_edition(tmp_path, settings, is_fixed):
    path = tmp_path / "course.toml"
    path.write_text(settings, encoding="utf-8")
    homework = applied(TAPE, read(path)).homework
    assert homework.form.is_fixed is is_fixed
    assert homework.form.name == ("backward" if "edition" in settings else "tape")


def test_what_a_course_sets_holds_for_the_edition_that_is_recognised(tmp_path):
    homework = replace(BERAS, policy=replace(BERAS.policy, late_percent=10))
    report = grading.grade(write(tmp_path, HANDED_OUT), homework, HARDLY_ASKED)
    assert report.facts["edition"] == "backward"
    assert report.policy.late_percent == 10
