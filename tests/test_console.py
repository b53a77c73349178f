"""What a terminal shows of a report, and how the commands answer mistakes."""

from __future__ import annotations

import io

import pytest

from autograder.__main__ import main
from autograder.outcomes import Report, Verdict
from autograder.raised import Raised
from autograder.report import console
from tests.small import RUBRIC
from tests.small.project import PROJECT

FAILED, BLOCKED = "Line.forward", "Line.slopes"


@pytest.fixture
def report():
    """One item failed, one blocked by it, the others passed."""
    made = Report(RUBRIC, complete=True, facts={"isolation": {"uid": "own", "network": ""}})
    for item in RUBRIC.items:
        made.results[item.name].cases = 1
        wrong = item.name in (FAILED, BLOCKED)
        text = "got 1\nexpected 2 \x1b]0;title\x07"
        made.add(item, Verdict("shape", text) if wrong else Verdict("passed"))
    return made


def line_of(text, name):
    return next(line for line in text.splitlines() if f" {name} " in line)


def test_each_item_has_a_line_with_points_and_outcome(report):
    text = console.table(report, colour=False)
    points = {item.name: item.points for item in RUBRIC.items}
    right, lost = points["Mean.forward"], points[FAILED] + points[BLOCKED]
    assert line_of(text, FAILED).endswith(f"0 / {points[FAILED]:<3} FAIL")
    assert line_of(text, "Mean.forward").endswith(f"{right} / {right:<3} ok")
    assert line_of(text, "Total").endswith(f"{100 - lost} / 100")
    assert all(title in text for title in RUBRIC.stages.values())


def test_a_blocked_item_names_its_cause_and_its_own_failure(report):
    lines = console.table(report, colour=False).splitlines()
    place = next(k for k, line in enumerate(lines) if f" {BLOCKED} " in line)
    assert lines[place + 1].strip() == f"Fix {FAILED} first: this builds on it."
    assert lines[place + 2].strip() == "got 1"


def scoreboard(report, colour=False):
    return console.scoreboard(report, [r for r in report.results.values() if r.verdicts], colour)


@pytest.mark.parametrize("shown", [console.table, scoreboard])
def test_what_a_student_should_know_stands_under_its_item(report, shown):
    report.results["Mean.forward"].verdicts[0].hint = "Did you mean `forward`?"
    lines = shown(report, colour=False).splitlines()
    place = next(k for k, line in enumerate(lines) if " Mean.forward " in line)
    assert lines[place + 1].strip() == "Did you mean `forward`?"


def test_what_is_next_and_what_was_in_force_are_said(report):
    text = console.table(report, colour=False)
    assert "Fix this first: 1.2 Line.forward" in text
    assert "Isolation: uid: own, network: none." in text


def test_student_text_cannot_steer_the_terminal(report):
    assert "\x1b" not in console.table(report, colour=False)
    assert "\x07" not in console.table(report, colour=True)


def test_progress_is_drawn_in_a_terminal_only(report):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for stream, drawn in ((Terminal(), True), (io.StringIO(), False)):
        progress = console.Progress(stream)
        progress.show(report)
        progress.clear()
        assert ("4/4" in stream.getvalue()) == drawn


@pytest.mark.parametrize(
    "options", [["--seed", "-1"], ["--seed", "x"], ["--budget", "0"], ["--budget", "nan"], ["--no"]]
)
def test_a_mistake_in_the_options_is_exit_code_2(options, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["grade", "somewhere", *options])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_warm_up_names_the_isolation_and_refuses_a_wrong_rubric(capsys, monkeypatch):
    assert main(["warm-up"], PROJECT) == 0
    assert "Isolation here: degree: " in capsys.readouterr().out
    monkeypatch.setattr(RUBRIC, "mistakes", lambda: ["points total 105; they must total 100"])
    assert main(["warm-up"], PROJECT) == 3
    assert "points total 105" in capsys.readouterr().err


@pytest.mark.parametrize(("waits_for", "name"), [("1.2", "Line.forward"), ("77.7", "Line.slopes")])
def test_at_home_a_stub_leads_to_its_item_if_there_is_one(waits_for, name):
    report, item = Report(RUBRIC), RUBRIC.by_name["Line.slopes"]
    report.results[item.name].cases = 1
    report.add(item, Verdict("todo", raised=Raised(base="NotImplementedError", item=waits_for)))
    assert f"Start here: {RUBRIC.by_name[name].number} {name}," in scoreboard(report)


def test_at_home_it_goes_on_among_what_was_asked_for():
    report = Report(RUBRIC)
    for name in ("Line.slopes", "Mean.forward"):
        report.results[name].cases = 1
        report.add(RUBRIC.by_name[name], Verdict("todo"))
    asked = report.results["Mean.forward"]
    shown = [report.results["Line.slopes"], asked]
    last = console.scoreboard(report, shown, False, wanted=[asked]).splitlines()[-1]
    assert last.endswith(f"--item {asked.item.number}")


def test_of_many_blockers_three_are_named(report):
    report.results[BLOCKED].blockers = ("Package", FAILED, "Mean.forward", FAILED)
    assert scoreboard(report).count("blocked by 1.1, 1.2, 2.1 and 1 more") == 1
