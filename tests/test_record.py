"""The record of a class: a grading is there whole or not at all, and is found again."""

from __future__ import annotations

import json
import sqlite3

import pytest

from autograder.classroom import checks
from autograder.classroom.handed_in import HandIn, Student
from autograder.classroom.record import Outcome, Record, RecordProblem
from tests.classes import GRADED, asked
from tests.small import SMALL

CHECKS = checks.of(SMALL)
ADA = Student("Ada", "ada@example.edu")


def results(*names):
    """The text of a results.json with these items."""
    tests = [{"name": name, "score": 1, "max_score": 1} for name in names]
    return json.dumps({"score": len(names), "tests": tests})


@pytest.fixture
def hand_in(tmp_path):
    path = tmp_path / "ada"
    path.mkdir()
    (path / "code.py").write_text("1")
    return HandIn("ada", path, (ADA,))


@pytest.fixture
def record(tmp_path):
    with Record(tmp_path / "class.sqlite") as opened:
        yield opened


def score(record):
    (row,) = record.rows()
    return row.score


def test_a_grading_that_cannot_be_kept_whole_is_not_kept(record, hand_in, tmp_path):
    record.hand_in([hand_in], CHECKS)
    with pytest.raises(sqlite3.IntegrityError):  # two items of one name
        record.add("ada", Outcome("", 1.0, results=results("A", "B", "B")), 3)
    assert record.ungraded() == ["ada"]
    assert score(record) is None
    assert asked(tmp_path, GRADED) == [(0,)]
    record.add("ada", Outcome("", 1.0, results=results("A", "B")), 2)
    assert (record.ungraded(), score(record)) == ([], 2)
    assert [name for _, name in record.graded_items()] == ["A", "B"]


def test_what_is_handed_in_as_before_has_the_grading_of_then(record, hand_in):
    record.hand_in([hand_in], CHECKS)
    record.add("ada", Outcome("", 1.0, results=results("A")), 1)
    (hand_in.path / "code.py").write_text("2")
    record.hand_in([hand_in], CHECKS)
    assert record.ungraded() == ["ada"]
    record.add("ada", Outcome("", 1.0, results=results()), 1)
    assert score(record) == 0
    (hand_in.path / "code.py").write_text("1")
    record.hand_in([hand_in], CHECKS)
    assert (record.ungraded(), score(record)) == ([], 1)


def test_a_lost_grading_is_none(record, hand_in):
    record.hand_in([hand_in], CHECKS)
    record.add("ada", Outcome("", 1.0, tries=2, fault="it hung"), 1)
    (row,) = record.rows()
    assert (row.student, row.score, row.fault) == (ADA, None, "it hung")
    record.hand_in([hand_in], CHECKS)
    assert record.ungraded() == ["ada"]


def test_who_hands_nothing_in_any_more_is_no_row(record, hand_in, tmp_path):
    record.hand_in([hand_in], CHECKS)
    record.hand_in([HandIn("bo", tmp_path / "ada", (Student("Bo"),))], CHECKS)
    assert [row.student.name for row in record.rows()] == ["Bo"]


def test_checks_are_known_by_all_that_decides(monkeypatch, tmp_path):
    monkeypatch.setattr(checks.salt, "SALT_FILE", tmp_path / "salt.txt")
    before = checks.of(SMALL)
    (tmp_path / "salt.txt").write_text("secret")
    salted = checks.of(SMALL)
    assert before.digest != salted.digest
    assert "secret" not in repr(salted)


def test_a_record_of_another_version_is_refused(tmp_path):
    path = tmp_path / "class.sqlite"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(RecordProblem, match="another version"):
        Record(path)
    with pytest.raises(RecordProblem, match="no record"):
        Record(tmp_path / "nowhere", exist=True)
