"""docs/results.md tells of every field in results.json, and of none that is not there."""

from __future__ import annotations

import collections
import json
import pathlib
import re
import shutil
from typing import get_args

import pytest

from autograder.outcomes import KINDS, Report, Status, Verdict
from autograder.raised import Frame, ImportFailure, Raised
from autograder.report import facts, gradescope
from autograder.truth.diagnosis import Cause
from tests.gradings import grade
from tests.small import RIGHT, RUBRIC
from tests.submissions import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
TYPES = {
    "text": str,
    "whole number": int,
    "number": (int, float),
    "true or false": bool,
    "list": list,
    "list of texts": list,
    "map": dict,
}
SOMETIMES = {"course": {}, "days_late": 0, "edition": "tape", "recognised": "tape"}
STUB = Raised(
    base="NotImplementedError", frames=(Frame("lines/line.py", 7, "forward"),), item="1.2"
)


def section(title):
    """Rows of the tables under a heading, by what stands in the first column."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [
        re.split(r" *\| *", line.strip("| ")) for line in text.splitlines() if line[:3] == "| `"
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One grading in which things go wrong in many ways."""
    submission = tmp_path_factory.mktemp("wrong") / "submission"
    shutil.copytree(RIGHT, submission)
    (submission / "lines" / "mean.py").write_text("x = ???\n", encoding="utf-8")
    line = submission / "lines" / "line.py"
    text = line.read_text(encoding="utf-8")
    line.write_text(text.replace("def slopes(", "def slopes(self, x): return 1 / 0\n\n    def no("))
    return grade(submission, tmp_path_factory.mktemp("results"))


def rows_of(results):
    return results["tests"]


def data_of(results):
    return [test["extra_data"] for test in results["tests"]]


def cases_of(results):
    return [case for data in data_of(results) for case in data["cases"]]


@pytest.mark.parametrize(
    ("title", "maps"),
    [
        ("The whole", lambda results: [results, {"leaderboard": []}]),
        ("Each of `tests`", rows_of),
        ("`extra_data` of each of `tests`", data_of),
        ("Each of `cases`", cases_of),
        (
            "`extra_data` of the whole",
            lambda results: [results["extra_data"], SOMETIMES],
        ),
    ],
)
def test_every_field_is_on_the_page_with_its_type(results, title, maps):
    documented = section(title)
    assert {name for fields in maps(results) for name in fields} == set(documented)
    for fields in maps(results):
        for name, value in fields.items():
            assert isinstance(value, TYPES[documented[name][0]]), name
            assert documented[name][0] != "list of texts" or all(type(v) is str for v in value)


def test_outcomes_and_kinds_are_those_of_the_code():
    assert tuple(section("Kinds")) == KINDS
    assert set(section("Outcomes")) == set(get_args(Status))


def test_what_went_wrong_can_be_counted(results):
    by_name = {test["name"]: test for test in results["tests"]}
    package, mean = by_name["Package"]["extra_data"], by_name["Mean.forward"]["extra_data"]
    slopes = by_name["Line.slopes"]["extra_data"]
    assert (package["outcome"], package["kind"]) == ("failed", "type")
    assert (mean["outcome"], mean["blocked_by"]) == ("blocked", ["Package"])
    assert {case["file"] for case in mean["cases"]} == {"lines/mean.py"}
    assert (slopes["outcome"], slopes["kind"]) == ("failed", "error")
    assert {case["raised"] for case in slopes["cases"]} == {"ZeroDivisionError"}
    assert slopes["cases"][0]["where"][-1][::2] == ["lines/line.py", "slopes"]
    (broken,) = results["extra_data"]["broken"]
    assert (broken["file"], broken["raised"]) == ("lines/mean.py", "SyntaxError")
    assert by_name["Mean.forward"]["tags"] == ["blocked"]
    assert by_name["Line.forward"]["tags"] == []


def test_the_example_counts_causes(results, tmp_path, monkeypatch):
    report = Report(RUBRIC)
    for item in RUBRIC.items:
        report.results[item.name].cases = 1
        wrong = item.name == "Mean.forward"
        report.add(item, Verdict("value", cause=Cause("sign")) if wrong else Verdict("passed"))
    for name in ("one", "two"):
        (tmp_path / "results" / name).mkdir(parents=True)
        gradescope.write(report, tmp_path / "results" / name / "results.json")
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(example.splitlines()) == 5
    monkeypatch.chdir(tmp_path)
    names: dict = {"collections": collections, "json": json, "pathlib": pathlib}
    exec(example, names)
    assert names["causes"].most_common(1) == [(("Mean.forward", "sign"), 2)]
    assert names["causes"].total() == 2


def result_of(*verdicts):
    report, item = Report(RUBRIC), RUBRIC.by_name["Line.slopes"]
    report.results[item.name].cases = len(verdicts)
    for verdict in verdicts:
        report.add(item, verdict)
    return facts.of_item(report.results[item.name])


def test_a_stub_names_the_item_that_waits_and_the_line():
    data = result_of(Verdict("todo", raised=STUB))
    assert (data["outcome"], data["waits_for"]) == ("to do", "1.2")
    assert data["cases"][0]["waits_for"] == "1.2"
    assert data["cases"][0]["where"] == [["lines/line.py", 7, "forward"]]


def test_the_first_cause_stands_for_the_item():
    wrong, sign = Verdict("value"), Verdict("value", cause=Cause("sign"))
    factor = Verdict("value", cause=Cause("factor", "2"))
    assert result_of(Verdict("passed"), wrong, sign, factor)["cause"] == "sign"
    assert result_of(wrong)["cause"] == ""


def test_a_passed_case_is_short():
    (case,) = result_of(Verdict("passed", seconds=0.123456))["cases"]
    assert set(case) == {"check", "case", "hidden", "kind", "seconds"}
    assert case["seconds"] == 0.1235


def test_a_module_that_hangs_is_told_by_its_seconds():
    report = Report(RUBRIC, broken=[ImportFailure("lines/mean.py", seconds=2.5)])
    (broken,) = facts.of_report(report)["broken"]
    assert broken == {"file": "lines/mean.py", "raised": "", "message": "", "seconds": 2.5}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "passed"])
def test_tags_tell_the_outcome_and_nothing_of_a_hidden_case(kind):
    report, item = Report(RUBRIC), RUBRIC.by_name["Line.slopes"]
    report.results[item.name].cases = 1
    report.add(item, Verdict(kind, "secret", Cause("sign"), Raised("Secret"), hidden=True))
    row = gradescope.row(report.results[item.name], report.policy)
    assert row["tags"] == [report.results[item.name].status]


def test_everything_is_json():
    report = Report(RUBRIC, broken=[ImportFailure("a.py", Raised("Own", message="\x1b"))])
    assert json.loads(json.dumps(facts.of_report(report), allow_nan=False))["format"] == 1
