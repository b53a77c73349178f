"""An audit asks a chaff only what its edits can change."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest

from autograder import grading
from autograder.audit import run as audit
from autograder.audit.chaffs import Chaff, value_of
from autograder.audit.reach import Reach, changed_functions, recorded
from autograder.grading import Conditions
from tests.small import RIGHT, SMALL
from tests.small.project import PROJECT
from tests.submissions import edited

TEXT = '''
"""A module."""
LIMIT = 3

def first(x=LIMIT):
    """Twice as much."""
    def inner():
        return x
    return 2 * inner()

class Thing:
    size = 1

    @property
    def second(self):
        return self.size

    def third(self):
        return -self.size
'''
LAST = "return -self.size\n"
TOP = '3\n\ndef first(x=LIMIT):\n    """Twice'
EDITS = {
    "a body": ("return -self.size", "return self.size", [18]),
    "under a decorator": ("return self.size\n\n", "return 2\n\n", [14]),
    "a function inside another": ("return x", "return 3 * x", [5]),
    "two bodies": ("self.size", "self.length", [14, 18]),
    "a default": ("x=LIMIT", "x=4", []),
    "a constant": ("LIMIT = 3", "LIMIT = 4", []),
    "a class": ("size = 1", "size = 2", []),
    "a name": ("def third", "def fourth", []),
    "a decorator": ("@property", "@staticmethod", []),
    "one more method": (LAST, f"{LAST}\n    def more(self):\n        pass\n", []),
    "a body and a constant": (TOP, TOP.replace("3", "4").replace("Twice", "Thrice"), []),
    "no syntax": ("return -self.size", "return -", []),
    "nothing but a comment": ("size = 1", "size = 1  # one", []),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lines"), EDITS.values(), ids=EDITS)
def test_only_bodies_of_functions_can_be_left_out(old, new, lines):
    assert old in TEXT
    assert changed_functions(TEXT, TEXT.replace(old, new)) == lines


@pytest.fixture(scope="module")
def reach():
    """In a process of its own: it imports the reference as a student's package."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(recorded, SMALL, RIGHT, 7).result()


def chaff(old, new, file="lines/line.py"):
    return Chaff("some", file, old, new, value_of("Line.forward"))


def names(cases):
    return sorted({case.partition("::")[2] for case in cases})


def test_a_case_that_never_calls_what_was_edited_is_untouched(reach):
    slopes = reach.untouched(chaff("np.full(np.shape(x), self.slope)", "0 * x"), RIGHT)
    assert names(reach.cases - slopes) == ["test_slopes[hidden]", "test_slopes[public]"]
    mean = reach.untouched(chaff("axis=0", "axis=1", "lines/mean.py"), RIGHT)
    assert names(reach.cases - mean) == ["test_mean[hidden]", "test_mean[public]"]


def test_a_given_layer_calls_for_the_case_that_calls_it(reach):
    forward = reach.untouched(chaff("np.asarray(x) + self.start", "np.asarray(x)"), RIGHT)
    assert {"test_values[public]", "test_slopes[public]"} <= set(names(reach.cases - forward))


def test_an_edit_outside_of_functions_can_change_every_case(reach):
    assert reach.untouched(chaff("class Line:", "class Curve:"), RIGHT) == frozenset()


def test_what_nobody_calls_is_asked_of_every_case(reach):
    without = Reach(reach.cases)
    assert without.untouched(chaff("self.slope * np", "np"), RIGHT) == frozenset()


def test_nothing_is_known_of_a_reference_that_fails(tmp_path):
    wrong = edited(tmp_path / "wrong", ("lines/mean.py", "axis=0", "axis=1"))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert not pool.submit(recorded, SMALL, wrong, 7).result().cases


def test_granted_cases_pass_and_are_not_asked(tmp_path, reach):
    wrong = edited(tmp_path / "wrong", ("lines/mean.py", "axis=0", "axis=1"))
    granted = frozenset(case for case in reach.cases if "test_mean" in case)
    report = grading.grade(wrong, SMALL, Conditions(seed=7, granted=granted))
    assert report.score == 100
    assert not report.staff
    asked = {v.check for result in report.results.values() for v in result.verdicts if v.asked}
    assert asked == reach.cases - granted


@pytest.mark.parametrize("sparing", [True, False])
def test_an_audit_finds_the_same_whether_it_spares_cases_or_not(monkeypatch, sparing):
    monkeypatch.setattr(audit, "MANY", 1)
    with audit.ready(PROJECT) as subjects:
        found = audit.run(SMALL, subjects, 1, whole=True, sparing=sparing)
    assert found.passed
    verdicts = [v for one in found.graded for r in one.report.results.values() for v in r.verdicts]
    assert all(verdict.asked for verdict in verdicts) is not sparing


def test_a_chaff_that_falls_where_it_must_not_is_noticed_all_the_same(monkeypatch):
    monkeypatch.setattr(audit, "MANY", 1)
    with audit.ready(PROJECT) as subjects:
        wrong = [one for one in subjects if one.chaff and one.name == "line-without-start"]
        claims_less = replace(wrong[0].chaff, blocked={})
        found = audit.run(SMALL, [replace(wrong[0], chaff=claims_less)], 1, True, True)
    (graded,) = found.graded
    assert graded.misplaced
