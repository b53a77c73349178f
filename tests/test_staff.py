"""Who needs staff is told from the facts of a results.json, and in the same words for all."""

from __future__ import annotations

import pytest

from autograder.classroom import facts
from tests import gradings
from tests.small import RIGHT
from tests.submissions import edited

RAN = {"complete": True, "seed": 1}


def item(outcome="passed", **more):
    return {"name": "A", "extra_data": {"outcome": outcome, "cases": [], **more}}


@pytest.mark.parametrize(
    ("known", "tests", "reasons"),
    [
        (RAN, [item()], []),
        (RAN, [item("failed", cause="sign")], []),
        (RAN | {"staff": ["Traceback"]}, [item()], ["the autograder's own fault"]),
        (RAN, [item("inconclusive")], ["the autograder's own fault"]),
        ({"seed": 1}, [item("not run")], ["grading did not finish"]),
        ({"complete": True}, [item("not run")], ["nothing was found to grade"]),
        (RAN, [item("not run")], ["not everything was run"]),
        (RAN, [item("failed", cases=[{"timed_out": True}])], ["a check ran out of time"]),
        (RAN | {"broken": [{"file": "a.py"}]}, [item()], ["a.py does not import"]),
    ],
)
def test_each_reason_is_told(known, tests, reasons):
    assert facts.for_staff({"extra_data": known, "tests": tests}) == reasons


def test_results_without_facts_are_for_staff():
    assert facts.for_staff({"score": 0, "output": "could not start"}) == ["grading did not finish"]


def test_isolation_is_held_against_gradescopes():
    whole = {
        **{"degree": "own uid", "privileges": "none new", "network": "seccomp"},
        **{"calls": "seccomp", "checks": "closed", "libraries": "closed"},
    }
    assert facts.weaker({"extra_data": {"isolation": whole}}) == []
    (weaker,) = facts.weaker({"extra_data": {"isolation": whole | {"calls": ""}}})
    assert "calls is none" in weaker


def test_a_real_grading_tells_what_does_not_import(tmp_path):
    broken = edited(tmp_path / "broken", ("lines/mean.py", "class", "klass"))
    assert facts.for_staff(gradings.grade(RIGHT, tmp_path / "right")) == []
    found = gradings.grade(broken, tmp_path / "results")
    assert facts.for_staff(found) == ["lines/mean.py does not import"]
    assert {item.name: item.reason for item in facts.items(found) if item.reason} == {
        "Package": "a wrong type",
        "Mean.forward": "a module does not import",
    }
