"""The audit: what a chaff may say, what counts as a surprise, and what is shown of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.__main__ import main
from autograder.audit import chaffs
from autograder.audit import page as audit_page
from autograder.audit import run as audit
from autograder.audit import text as audit_text
from autograder.audit.chaffs import Chaff, ChaffMistake, all_of, value_of
from autograder.audit.findings import Audit, Subject, judge
from autograder.outcomes import Report, Verdict
from autograder.truth.diagnosis import Cause
from tests.small import RIGHT, RUBRIC, SMALL
from tests.small.project import PROJECT

FORWARD, GRADIENT = "Line.forward", "Line.slopes"
CHAFF = Chaff(
    "line-without-start",
    "lines/line.py",
    "self.slope * np.asarray(x) + self.start",
    "self.slope * np.asarray(x)",
    value_of(FORWARD),
    value_of(GRADIENT),
    "factor",
)


def folder_of(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "chaffs"
    folder.mkdir()
    imports = "from autograder.audit.chaffs import Chaff\n"
    (folder / "some.py").write_text(imports + text, encoding="utf-8")
    return folder


def report_with(**causes: str) -> Report:
    """Everything passed but Line.forward and what is blocked by it, both wrong in value."""
    report = Report(RUBRIC, complete=True)
    for item in RUBRIC.items:
        result = report.results[item.name]
        result.cases = 2
        wrong = item.name in (FORWARD, GRADIENT)
        cause = Cause(causes["cause"]) if causes and item.name == FORWARD else None
        kind = "value" if wrong else "passed"
        report.add(item, Verdict(kind, "wrong", cause=cause, function=f"test_a.py::{item.name}"))
        report.add(item, Verdict("passed", function=f"test_b.py::{item.name}"))
    return report


def graded(chaff: Chaff | None = CHAFF, report: Report | None = None, kind: str = "chaff"):
    return judge(Subject("some", kind, RIGHT, 1, chaff), report or report_with(cause="factor"))


def test_a_chaff_edits_one_file_and_leaves_the_reference_alone(tmp_path):
    before = (RIGHT / CHAFF.file).read_text(encoding="utf-8")
    chaffs.write(CHAFF, RIGHT, tmp_path / "made")
    made = (tmp_path / "made" / CHAFF.file).read_text(encoding="utf-8")
    assert made == before.replace(CHAFF.old, CHAFF.new)
    assert (RIGHT / CHAFF.file).read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"new": CHAFF.old}, "changes nothing"),
        ({"old": "no such text"}, "0 times"),
        ({"old": "self.start"}, "it must hold it once"),
        ({"file": "lines/absent.py"}, "no lines/absent.py"),
        ({"also": (("no such text", ""),)}, "0 times"),
    ],
)
def test_an_edit_that_proves_nothing_is_refused(wrong, said, tmp_path):
    with pytest.raises(ChaffMistake, match=f"line-without-start.*{said}"):
        chaffs.write(replace(CHAFF, **wrong), RIGHT, tmp_path / "made")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("{'Line.nothing': 'all'}", 'no item "Line.nothing"'),
        ("{'Line.forward': 'half'}", "cannot lose 'half'; say one of .'all', 'value', 'shape'"),
        ("{'Line.forward': 2}", "cannot lose 2"),
        ("{}", "no item falls"),
        ("{'Line.forward': 'all'}, {'Line.forward': 'all'}", "both fall and be blocked"),
        ("{'Line.forward': 'all'}, {}, 'nonsense'", "no diagnosis 'nonsense'"),
    ],
)
def test_a_chaff_that_cannot_be_is_refused(arguments, said, tmp_path):
    text = f"CHAFFS = (Chaff('some', 'lines/line.py', 'a', 'b', {arguments}),)"
    with pytest.raises(ChaffMistake, match=said):
        chaffs.load(folder_of(tmp_path, text), SMALL)


def test_two_chaffs_of_one_name_are_refused(tmp_path):
    one = "Chaff('some', 'lines/line.py', 'a', 'b', {'Line.forward': 'all'})"
    with pytest.raises(ChaffMistake, match="same name: some"):
        chaffs.load(folder_of(tmp_path, f"CHAFFS = ({one}, {one})"), SMALL)


def test_a_file_without_chaffs_is_refused(tmp_path):
    with pytest.raises(ChaffMistake, match="defines no CHAFFS"):
        chaffs.load(folder_of(tmp_path, "WHEATS = ()"), SMALL)


def test_a_chaff_that_costs_what_it_says_is_no_surprise():
    assert graded().surprises == []


def test_a_bug_that_no_check_notices_is_missed():
    chaff = replace(CHAFF, falls=value_of(FORWARD, "Mean.forward"))
    assert graded(chaff).missed == ["Mean.forward passes; it must be failed"]


def test_a_bug_that_costs_another_item_is_misplaced():
    (text,) = graded(replace(CHAFF, blocked={})).misplaced
    assert text.startswith(f"{GRADIENT} is blocked and loses value: wrong")


def test_blocked_is_not_failed():
    (text,) = graded(replace(CHAFF, falls=value_of(FORWARD, GRADIENT), blocked={})).misplaced
    assert "it must be failed" in text


@pytest.mark.parametrize("item", [FORWARD, "Package"])
def test_another_loss_is_misplaced_whatever_the_item_is_worth(item):
    """The second item has no points at all, so that both losses cost the same."""
    report = Report(RUBRIC, complete=True)
    report.results[item].cases = 1
    report.add(RUBRIC.by_name[item], Verdict("value", "wrong"))
    chaff = replace(CHAFF, falls=all_of(item))
    assert f"{item} is failed and loses value: wrong\n    it must lose all" in (
        graded(chaff, report).misplaced
    )


def test_whatever_a_right_submission_loses_is_a_false_alarm():
    one = graded(None, kind="wheat")
    assert len(one.false_alarms) == 2
    assert not one.missed


def test_points_of_the_untouched_template_are_unearned():
    report = report_with(cause="factor")
    (text,) = graded(None, report, "template").missed
    assert text == f"{report.score} points for the untouched template"


def test_what_staff_are_told_is_a_surprise():
    report = report_with(cause="factor")
    report.staff.append("sources of truth disagree")
    assert graded(report=report).false_alarms == [
        "the autograder itself: sources of truth disagree"
    ]


def test_the_first_cause_of_an_item_on_its_own_account_counts():
    assert graded().named == "factor"
    assert graded(report=report_with()).named == ""
    one = Audit(RUBRIC, [graded(), graded(report=report_with())], 1.0, whole=False)
    assert one.diagnosed == 0.5
    assert not one.passed


@pytest.mark.parametrize("kind", ["false_alarms", "missed", "misplaced"])
def test_one_surprise_of_any_kind_is_enough(kind):
    one = graded()
    assert Audit(RUBRIC, [one], 1.0, whole=False).passed
    getattr(one, kind).append("something")
    assert not Audit(RUBRIC, [one], 1.0, whole=False).passed


def test_a_check_that_no_chaff_needs_is_a_surprise():
    one = Audit(RUBRIC, [graded()], 1.0, whole=True)
    assert f"test_b.py::{FORWARD} ({FORWARD})".rpartition("/")[2] in one.idle_checks
    assert not any(text.startswith("test_a.py::Line.forward ") for text in one.idle_checks)
    assert not one.passed
    assert Audit(RUBRIC, [graded()], 1.0, whole=False).passed


def test_a_check_is_needed_only_if_no_other_tells_the_same():
    report = report_with(cause="factor")
    report.results[FORWARD].verdicts[1] = Verdict("value", function=f"test_b.py::{FORWARD}")
    one = Audit(RUBRIC, [graded(report=report)], 1.0, whole=True)
    assert {f"test_{k}.py::{FORWARD} ({FORWARD})" for k in "ab"} <= set(one.idle_checks)


def test_an_unknown_name_is_a_mistake_in_the_command(capsys):
    assert main(["audit", "--only", "nothing"], PROJECT) == 2
    assert "nothing is named nothing" in capsys.readouterr().err


def test_without_the_tests_there_is_nothing_to_audit(capsys):
    assert main(["audit"], replace(PROJECT, wheats="nowhere")) == 2
    assert "nowhere is missing: an audit needs the whole project." in capsys.readouterr().err


def test_seeds_choose_the_wheats_and_each_seed_once():
    with audit.ready(PROJECT) as found:
        chosen = audit.with_seeds(found, range(1, 4))
    assert [(subject.name, subject.kind, subject.seed) for subject in chosen] == [
        ("loops", "wheat", 1),
        ("loops", "wheat", 2),
        ("loops", "wheat", 3),
    ]


def test_a_whole_audit_passes(capsys):
    assert main(["audit", "--jobs", "1"], PROJECT) == 0
    printed = capsys.readouterr().out
    assert "2 right or untouched submissions: 0 false alarms, 0 unearned" in printed
    assert "3 chaffs: 0 missed, 0 misplaced" in printed
    assert "checks that no chaff needs: 0" in printed


@pytest.mark.parametrize(("new", "code"), [(f"-({CHAFF.old})", 0), (f"({CHAFF.old}) * 1", 1)])
def test_a_bug_is_found_and_an_edit_that_is_none_is_missed(new, code, tmp_path, capsys):
    edit = f"{CHAFF.file!r}, {CHAFF.old!r}, {new!r}"
    falls, blocked = value_of(FORWARD), value_of(GRADIENT)
    text = f"CHAFFS = (Chaff('some', {edit}, {falls}, {blocked}, 'sign'),)"
    project = replace(PROJECT, chaffs=str(folder_of(tmp_path, text)))
    page = tmp_path / "audit.html"
    command = ["audit", "--only", "some", "--jobs", "1", "--html", str(page)]
    assert main(command, project) == code
    assert ("2 missed" in capsys.readouterr().out) == bool(code)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("columns", ["8", "200"])
def test_the_text_tells_every_surprise(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    chaff = replace(CHAFF, falls=value_of(FORWARD, "Mean.forward"), diagnosis="sign")
    text = audit_text.render(Audit(RUBRIC, [graded(chaff)], 1.0, whole=False))
    assert "some (seed 1), missed: Mean.forward passes" in text
    assert "some: named factor; expected sign" in text
    assert "1 chaffs: 1 missed, 0 misplaced" in text
    assert ("1.2 failed -20" in text) == (columns == "8")


def test_the_page_is_self_contained_and_escapes_what_it_shows():
    report = report_with(cause="factor")
    report.results[FORWARD].verdicts[0] = Verdict("value", "<script>alert(1)</script>")
    page = audit_page.render(Audit(RUBRIC, [graded(None, report, "wheat")], 1.0, whole=False))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page
    assert page.count("<td") == len(RUBRIC.items) + 1


def test_the_page_frames_the_items_that_surprise_and_no_other():
    one = graded(None, report_with(cause="factor"), "wheat")
    page = audit_page.render(Audit(RUBRIC, [one], 1.0, whole=False))
    assert one.items == {FORWARD, GRADIENT}
    assert len(re.findall(r'<td class="[^"]*\bsurprise"', page)) == 2
    assert graded().items == set()
    assert graded(replace(CHAFF, blocked={})).items == {GRADIENT}
