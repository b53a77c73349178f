"""pytest's own record of a grading is held, case by case, against what was judged and asked."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace

import pytest

from autograder import grading
from autograder.definition import Item, Rubric
from autograder.hosting import graded
from autograder.hosting.graded import Witness
from autograder.outcomes import Report, Verdict
from autograder.timing import Timing
from tests.small import RIGHT, SMALL

CASE = "checks/test_thing.py::test_thing[public]"


def report_with(kind):
    """A report in which one case ended so."""
    report = Report(Rubric([("Stage", [Item("thing", 0, 100, "code.py")])]))
    report.results["thing"].cases = 1
    report.add(report.rubric.items[0], Verdict(kind, check=CASE))
    return report


def told(report, tests):
    """What staff are told when pytest's record holds these cases."""
    Witness(report).pytest_json_modifyreport({"summary": {"total": len(tests)}, "tests": tests})
    return report.staff


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("passed", "passed"), ("value", "failed"), ("import", "error"), ("skipped", "skipped")],
)
def test_a_record_that_agrees_says_nothing(kind, outcome):
    report = report_with(kind)
    assert told(report, [{"nodeid": CASE, "outcome": outcome}]) == []
    assert not report.own_fault


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("passed", "failed"), ("passed", "error"), ("value", "passed"), ("value", "skipped")],
)
def test_a_case_that_pytest_saw_end_otherwise_is_our_fault(kind, outcome):
    report = report_with(kind)
    (text,) = told(report, [{"nodeid": CASE, "outcome": outcome}])
    assert text == f"{CASE}: pytest says {outcome}, the verdict is {kind}"
    assert report.own_fault


def test_a_case_that_only_one_of_them_knows_is_our_fault():
    assert told(report_with("passed"), []) == [
        f"{CASE}: pytest says not run, the verdict is passed"
    ]
    report = report_with("passed")
    same, other = ({"nodeid": name, "outcome": "passed"} for name in (CASE, "other"))
    assert told(report, [same, other]) == ["other: pytest says passed, the verdict is not judged"]
    assert report.own_fault


MISFITS = {
    "without an item": ('@item("Mean.forward")\n', "", "test_mean[public]: marked with no item of"),
    "of an unknown item": ('"Mean.forward"', '"Mean.median"', "test_mean[public]: marked with no"),
    "none for an item": ('"Mean.forward"', '"Line.forward"', "items without a check: Mean.forward"),
    "unreadable": ("def test_mean", "def ???", "SyntaxError"),
}


@pytest.mark.parametrize(("old", "new", "told"), MISFITS.values(), ids=MISFITS)
def test_checks_that_do_not_fit_the_rubric_are_our_fault(tmp_path, old, new, told):
    checks = tmp_path / "checks"
    shutil.copytree(SMALL.checks, checks)
    text = (checks / "test_lines.py").read_text(encoding="utf-8")
    (checks / "test_lines.py").unlink()  # this process may hold the module of that name
    (checks / f"test_{tmp_path.name}.py").write_text(text.replace(old, new), encoding="utf-8")
    report = Report(SMALL.rubric)
    homework = replace(SMALL, checks=checks)
    graded.run(homework, graded.Worker(homework, None, 7, report, Timing(math.inf)), report)
    assert report.own_fault
    assert told in "".join(report.staff)
    assert report.score == 0


class Interrupts:
    """A plugin that stands for whoever stops a grading."""

    def pytest_runtestloop(self):
        raise KeyboardInterrupt


def test_an_interrupt_ends_a_grading():
    """pytest makes an exit code of it, after which a leaderboard would still be measured."""
    report = Report(SMALL.rubric)
    worker = graded.Worker(SMALL, None, 7, report, Timing(math.inf))
    with pytest.raises(KeyboardInterrupt):
        graded.run(SMALL, worker, report, Interrupts())


def test_pytest_looks_at_no_folder_above_the_checks(tmp_path):
    """Whatever lies there runs in nobody's name, and a large folder costs nothing."""
    home = tmp_path / f"home_{tmp_path.name}"
    shutil.copytree(SMALL.checks, home / "checks")
    (home / "checks/test_lines.py").rename(home / f"checks/test_{tmp_path.name}_above.py")
    (tmp_path / "__init__.py").write_text("def setup_module():\n    raise SystemExit(7)\n")
    homework = replace(SMALL, checks=home / "checks")
    report = grading.grade(RIGHT, homework, grading.Conditions(seed=7))
    assert (report.score, report.staff) == (100, [])
