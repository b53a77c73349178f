"""A published edition is told by its names, and graded by the names that it has."""

from __future__ import annotations

import shutil

import pytest

from autograder import grading
from autograder.home.modules import LocalModules
from autograder.homework import editions, leaderboard
from autograder.homework.beras import BERAS
from autograder.sandbox.client import Sandbox
from tests.reached import HARDLY_ASKED
from tests.submissions import REFERENCE, ROOT

WHEATS = sorted(path for path in (ROOT / "tests" / "wheats").iterdir() if (path / "beras").is_dir())

SPRING_2024 = {
    "beras/core.py": "class Diffable(Callable):\n    def call(self, x):\n        ???\n",
    "beras/losses.py": "class CategoricalCrossentropy(Diffable):\n    pass\n",
    "assignment.py": "class SequentialModel(Model):\n    pass\n",
}
"""As handed out, a placeholder that is no Python included."""


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("root", [REFERENCE, *WHEATS], ids=lambda path: path.name)
def test_only_spring_2024_has_other_names_among_the_right_submissions(root):
    expected = editions.SPRING_2024 if root.name == "edition_s24" else editions.CONTRACT
    assert editions.recognise(root) is expected


@pytest.mark.parametrize("without", [None, *SPRING_2024])
def test_spring_2024_is_known_by_two_of_its_marks(tmp_path, without):
    files = {name: text for name, text in SPRING_2024.items() if name != without}
    assert editions.recognise(write(tmp_path, files)) is editions.SPRING_2024


@pytest.mark.parametrize("alone", SPRING_2024)
def test_one_mark_alone_is_anybodys_idea(tmp_path, alone):
    assert editions.recognise(write(tmp_path, {alone: SPRING_2024[alone]})) is editions.CONTRACT


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_nothing_is_recognised_in_nothing(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    assert editions.recognise(tmp_path / folder) is editions.CONTRACT


def test_each_edition_that_is_recognised_says_so_in_one_sentence():
    for edition in editions.EDITIONS:
        assert edition.note.startswith("This looks like the Beras of ")
        assert edition.note.count(". ") == 0
        assert edition.note.endswith(".")


def test_the_note_stands_first_in_the_report(tmp_path):
    report = grading.grade(write(tmp_path, SPRING_2024), BERAS, HARDLY_ASKED)
    assert report.notes[0] == editions.SPRING_2024.note
    assert len(report.notes) > 1


def test_a_name_is_found_where_its_edition_has_it():
    modules = LocalModules(BERAS, ROOT / "tests" / "wheats" / "edition_s24")
    with modules.lend(None):
        assert modules.edition is editions.SPRING_2024
        assert modules.package.CategoricalCrossEntropy.__name__ == "CategoricalCrossentropy"
        assert modules.package.Dense.__name__ == "Dense"
        assert not modules.has("Linear")


def test_the_leaderboard_trains_the_model_that_an_edition_has():
    root = ROOT / "tests" / "wheats" / "edition_s24"
    fill = lambda folder: shutil.copytree(root, folder, dirs_exist_ok=True)  # noqa: E731
    with Sandbox(BERAS.seen_in(root), fill) as sandbox, sandbox.session(60) as session:
        assert leaderboard.accuracy_on_digits(session) > 0.5
