"""results.json is what the platform documents, whatever a submission printed or raised."""

from __future__ import annotations

import json
import math
import os
import stat

import pytest

from autograder.outcomes import KINDS, Report, Verdict
from autograder.raised import Raised
from autograder.report.gradescope import render, summary, write
from autograder.shown import MAX_BLOCK
from tests.small import RUBRIC

TOP = set(
    "score execution_time output output_format test_output_format test_name_format visibility "
    "stdout_visibility extra_data tests leaderboard".split()
)
ROW = set(
    "score max_score status name name_format number output output_format tags visibility "
    "extra_data".split()
)
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
FORMATS = ("text", "html", "simple_format", "md", "ansi")
CUT_AT = 100_000
"""Characters of output that the platform shows."""


def graded(kind="passed", detail="", **more):
    """A finished report in which every case ended the same way."""
    report = Report(RUBRIC, complete=True, seconds=1.23456, facts={"seed": 7})
    for item in RUBRIC.items:
        report.results[item.name].cases = 1
        verdict = Verdict(kind, detail, sentence=f"What {item.name} should do.", **more)
        report.add(item, verdict)
    return report


def written(report, folder):
    write(report, folder / "results.json")
    return json.loads((folder / "results.json").read_bytes())


def outputs(results):
    return [results["output"], *(row["output"] for row in results["tests"])]


REPORTS = {"not run": Report(RUBRIC), "several": graded("value", "wrong " * 9)} | {
    kind: graded(kind, "wrong") for kind in KINDS
}
each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


@each_report
def test_fields_and_values_are_the_documented_ones(report):
    results = render(report)
    assert set(results) <= TOP
    assert {results["visibility"], results["stdout_visibility"]} <= set(VISIBILITIES)
    assert {results["output_format"], results["test_output_format"]} <= set(FORMATS)
    for row in results["tests"]:
        assert set(row) <= ROW
        assert row["status"] in ("passed", "failed")
        assert row["visibility"] in VISIBILITIES


@each_report
def test_scores_are_finite_and_within_what_is_possible(report):
    results = render(report)
    scored = [row for row in results["tests"] if "max_score" in row]
    assert sum(row["max_score"] for row in scored) == 100
    assert results["score"] == sum(row["score"] for row in scored)
    for row in scored:
        assert math.isfinite(row["score"])
        assert 0 <= row["score"] <= row["max_score"]


@each_report
def test_the_status_follows_the_score(report):
    for row in render(report)["tests"]:
        if "score" in row:
            assert (row["status"] == "passed") == (row["score"] == row["max_score"])


def test_rows_without_points_are_informational():
    for row, item in zip(render(graded())["tests"], RUBRIC.items, strict=True):
        assert ("score" in row) == ("max_score" in row) == (item.points > 0)


@each_report
def test_rows_are_the_roadmap_in_order(report):
    rows = render(report)["tests"]
    assert [row["number"] for row in rows] == [item.number for item in RUBRIC.items]
    assert [row["name"] for row in rows] == [item.name for item in RUBRIC.items]


@each_report
def test_everyone_sees_the_total_at_once(report):
    assert {row["visibility"] for row in render(report)["tests"]} == {"visible"}


@each_report
def test_what_is_written_is_what_was_rendered(report, tmp_path):
    assert written(report, tmp_path) == json.loads(json.dumps(render(report)))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_that_json_lacks_is_ever_written(value, tmp_path):
    written(graded(), tmp_path)
    before = (tmp_path / "results.json").read_bytes()
    broken = graded()
    broken.facts["speed"] = value
    with pytest.raises(ValueError, match="JSON"):
        write(broken, tmp_path / "results.json")
    assert (tmp_path / "results.json").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "results.json"]


HOSTILE = {
    "NUL": "be\0fore",
    "lone surrogate": "be\ud800fore",
    "escape written out": "be\\u0000fore",
    "control characters": "be\x1b[31m\x08\x7ffore",
    "line separators": "be\u2028\u2029\x85fore",
    "beyond the basic plane": "be\U0001f40dfore",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_of_a_student_survives_as_utf8_json(text, tmp_path):
    report = graded("error", text, output=text)
    report.notes.append(text)
    results = written(report, tmp_path)
    for output in outputs(results):
        assert "\0" not in output
    row = results["tests"][1]["output"]
    assert row.count("be") >= 2
    assert row.count("fore") >= 2


@pytest.mark.parametrize("mark", ["\0", "\x1b", "\x9b", "\u202e", "\ud800"])
def test_what_is_written_holds_nothing_that_no_reader_sees(tmp_path, mark):
    report = graded("error", f"a{mark}b", output=f"c{mark}d", staff=f"e{mark}f")
    report.facts["isolation"] = {"note": f"g{mark}h"}
    assert mark not in str(written(report, tmp_path))


def code_blocks(markdown):
    """Contents of the fenced blocks, read as CommonMark reads them."""
    blocks, fence = [], ""
    for line in markdown.split("\n"):
        ticks = len(line) - len(line.lstrip("`"))
        if fence and line.strip() == "`" * max(ticks, len(fence)):
            fence = ""
        elif fence:
            blocks[-1].append(line)
        elif ticks >= 3:
            fence = "`" * ticks
            blocks.append([])
    assert not fence
    return ["\n".join(block) for block in blocks]


@pytest.mark.parametrize("ticks", [1, 2, 3, 4, 7, 50])
def test_no_text_of_a_student_closes_its_own_block(ticks):
    text = f"a\n{'`' * ticks}\n# 100 of 100 points\n{'`' * ticks}"
    row = render(graded("error", text, output=text))["tests"][1]["output"]
    assert code_blocks(row) == [text, text]


def test_no_note_starts_a_line_of_its_own():
    report = graded()
    report.notes.append("`lines/line.py` does not import\n\n# 100 of 100 points\n```")
    assert "\n#" not in summary(report)
    assert "\n```" not in summary(report)


def test_no_code_in_a_note_is_left_open():
    report = graded()
    report.notes.append(f"`lines/line.py` does not import: `<img> {'x' * 900}`")
    assert "<img> x" in summary(report)
    assert summary(report).count("`") % 2 == 0


def test_long_texts_are_cut():
    row = render(graded("error", "x" * 50_000, output="y" * 50_000))["tests"][1]["output"]
    assert row.count("x") <= MAX_BLOCK + 50
    assert row.count("y") <= MAX_BLOCK + 50
    assert "..." in row


def test_no_output_is_longer_than_what_the_platform_shows():
    report = graded("error", "`" * 50_000, output="y" * 50_000)
    for item in RUBRIC.items:
        for k in range(50):
            report.add(item, Verdict("error", "x" * 9000, sentence=f"{k}", output="y" * 9000))
    report.notes += [f"{k} " + "could not be read " * 100 for k in range(1000)]
    assert max(map(len, outputs(render(report)))) < CUT_AT


@pytest.mark.parametrize("kind", KINDS)
def test_staff_text_is_in_no_output(kind):
    report = graded(kind, "for the student", staff="for staff only")
    report.staff.append("for staff only, too")
    results = render(report)
    assert "staff" not in "".join(outputs(results)).replace("staff are told", "")
    assert "for staff only" in str(results["extra_data"])
    assert results["stdout_visibility"] == "hidden"


def test_what_a_hidden_case_printed_is_not_shown():
    row = render(graded("error", "wrong", output="the inputs", hidden=True))["tests"][1]
    assert "the inputs" not in row["output"]
    assert "hidden" in row["output"]


def test_failures_that_a_student_can_replay_stand_before_hidden_ones():
    report, item = Report(RUBRIC, complete=True), RUBRIC.by_name["Mean.forward"]
    report.results[item.name].cases = 2
    report.add(item, Verdict("value", "wrong too", sentence="Of hidden points.", hidden=True))
    report.add(item, Verdict("value", "wrong", sentence="Of public points."))
    text = render(report)["tests"][RUBRIC.position[item.name]]["output"]
    assert text.index("Of public points.") < text.index("Of hidden points.")


def test_what_several_checks_say_alike_is_said_once():
    report, item = Report(RUBRIC, complete=True), RUBRIC.by_name["Mean.forward"]
    report.results[item.name].cases = 3
    for sentence, detail in (("First.", "alike"), ("Second.", "alike"), ("Third.", "different")):
        report.add(item, Verdict("value", detail, sentence=sentence))
    text = render(report)["tests"][RUBRIC.position[item.name]]["output"]
    assert [text.count(word) for word in ("alike", "First.", "Second.", "different")] == [
        1,
        1,
        0,
        1,
    ]


def test_the_leaderboard_stands_only_where_there_is_a_figure():
    assert "leaderboard" not in render(graded())
    report = graded()
    report.figure = "Accuracy on held-out digits", 0.91236
    (entry,) = render(report)["leaderboard"]
    assert set(entry) == {"name", "value"}
    assert entry["value"] == 0.9124


def test_what_is_next_stands_at_the_top():
    report = graded()
    report.add(RUBRIC.by_name["Line.forward"], Verdict("value", sentence="A line is straight."))
    text = summary(report)
    assert text.startswith(f"**{report.score} of 100 points.**")
    assert "Fix this first: **1.2 Line.forward**: A line is straight." in text


def test_where_nothing_failed_the_first_unwritten_item_is_next():
    report = graded("todo", raised=Raised(base="NotImplementedError"))
    assert "Start here: **1.1 Package**" in summary(report)
    row = render(report)["tests"][RUBRIC.position["Line.slopes"]]
    assert "Write Line.forward first: this builds on it." in row["output"].split("\n\n")


def test_an_unfinished_grading_says_so():
    assert "did not finish" in summary(Report(RUBRIC))
    assert "did not finish" not in summary(graded())


def test_a_blocked_row_names_what_it_builds_on():
    report = graded("value", "wrong")
    row = render(report)["tests"][RUBRIC.position["Line.slopes"]]
    assert "Fix Line.forward first: this builds on it." in row["output"].split("\n\n")


def test_a_write_replaces_the_old_file_and_leaves_no_other(tmp_path):
    (tmp_path / "results.json").write_text("old")
    assert written(graded(), tmp_path)["score"] == 100
    assert list(tmp_path.iterdir()) == [tmp_path / "results.json"]


def test_a_failing_disk_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "results.json").write_text("old")
    monkeypatch.setattr(os, "fdopen", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write(graded(), tmp_path / "results.json")
    assert list(tmp_path.iterdir()) == [tmp_path / "results.json"]
    assert (tmp_path / "results.json").read_text() == "old"


def test_a_report_that_cannot_be_rendered_leaves_the_old_file(tmp_path):
    (tmp_path / "results.json").write_text("old")
    broken = graded()
    broken.results.clear()
    broken.results["x"] = None
    with pytest.raises(AttributeError):
        write(broken, tmp_path / "results.json")
    assert (tmp_path / "results.json").read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_can_read_the_results(tmp_path):
    written(graded(), tmp_path)
    assert stat.S_IMODE((tmp_path / "results.json").stat().st_mode) == 0o600


def test_what_a_student_should_know_is_told_whatever_the_outcome():
    for kind in ("passed", "value"):
        (row, *_) = render(graded(kind, "wrong", hint="Did you mean `forward`?"))["tests"]
        assert "Did you mean `forward`?" in row["output"].split("\n\n")
