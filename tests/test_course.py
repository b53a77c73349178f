"""What a course sets in course.toml: how it is read, what follows from it, and what is refused."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace

import pytest

from autograder import __main__ as commands
from autograder import rubric_table
from autograder.course import applied, declared, points, reading
from autograder.course.reading import CourseError
from autograder.definition import Policy
from autograder.grading import Conditions, grade
from autograder.homework import catalogue
from autograder.homework.project import PROJECT as BERAS
from autograder.outcomes import Report, Verdict
from autograder.report import console, gradescope
from autograder.submission.lateness import days_late
from autograder.template import documents
from autograder.template.roadmap import roadmap
from tests.small import RIGHT, RUBRIC
from tests.small.project import PROJECT
from tests.submissions import ROOT, edited

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture
def course(tmp_path):
    """The small project as a text of settings wants it."""

    def apply(text, project=PROJECT):
        path = tmp_path / "course.toml"
        path.write_text(text, encoding="utf-8")
        return applied.applied(project, reading.read(path))

    return apply


def points_of(project):
    return {item.number: (item.shape, item.value) for item in project.homework.rubric.items}


def report_of(project, *failed, **facts):
    """A report in which the hidden case of these items fails, and all else passes."""
    report = Report(project.homework.rubric, project.homework.policy, **facts)
    for item in report.rubric.items:
        report.results[item.name].cases = 2
        for is_hidden in (False, True):
            kind = "value" if is_hidden and item.name in failed else "passed"
            text = f"secret of {item.name}"
            report.add(item, Verdict(kind, text, hidden=is_hidden, sentence=f"asks {item.name}"))
    report.complete = True
    return report


def row(report, number):
    return next(row for row in gradescope.render(report)["tests"] if row["number"] == number)


# ---- by default ----


def test_without_settings_the_project_is_the_very_same(course):
    assert course("") is PROJECT
    assert course("# nothing\n") is PROJECT


def test_settings_that_say_the_default_change_nothing_that_students_see(course):
    project = course("edition = 'tape'\ntotal = 100\nseconds = 300\nhidden_texts = true", BERAS)
    texts = []
    for each in (BERAS, project):
        fields = gradescope.render(report_of(each, "Dense.forward"))
        fields["extra_data"].pop("course", None)
        texts.append(json.dumps(fields))
    assert texts[0] == texts[1]


# ---- points ----


@pytest.mark.parametrize("total", [50, 120, 33, 7.35, 0.5, 100.01])
@pytest.mark.parametrize("name", catalogue.names())
def test_scaled_points_add_up_to_the_total_whatever_it_is(course, name, total):
    rubric = course(f"total = {total}", replace(catalogue.named(name))).homework.rubric
    worth = [item.points for item in rubric.items]
    assert rubric.possible == total == round(sum(worth), 2)
    assert rubric.mistakes() == []
    for old, new in zip(catalogue.named(name).homework.rubric.items, rubric.items, strict=True):
        assert new.points == pytest.approx(old.points * total / 100, abs=0.011)


def test_half_of_all_points_is_half_of_each(course):
    assert points_of(course("total = 50")) == {
        "1.1": (0, 0),
        "1.2": (5, 10),
        "1.3": (5, 20),
        "2.1": (2.5, 7.5),
    }


def test_shares_are_whole_and_the_largest_remainders_get_what_is_left():
    assert points.apportioned([1, 1, 1], 100) == [34, 33, 33]
    assert points.apportioned([1, 2, 0], 4) == [1, 3, 0]
    assert points.apportioned([0.1, 0.2], 3) == [1, 2]


def test_points_of_an_item_are_set_by_number_or_name(course):
    project = course('[points]\n"1.2" = 60\n"Mean.forward" = [1, 2.5]\n"1.1" = 2')
    assert points_of(project) == {
        "1.1": (0, 2),
        "1.2": (20, 40),
        "1.3": (10, 40),
        "2.1": (1, 2.5),
    }
    assert project.homework.rubric.possible == 115.5
    assert project.homework.rubric.mistakes() == []


def test_extra_credit_comes_on_top_of_the_total(course):
    project = course('extra_credit = ["2.1"]\ntotal = 40')
    report = report_of(project)
    assert (report.score, report.possible, project.homework.rubric.most) == (50, 40, 50)
    assert "**50 of 40 points.**" in gradescope.summary(report)
    extra = row(report, "2.1")
    assert (extra["score"], "max_score" in extra, extra["status"]) == (10, False, "passed")
    assert "extra credit" in extra["output"]
    rows = gradescope.render(report)["tests"]
    assert sum(row.get("max_score", 0) for row in rows) == 40


def test_everything_that_states_points_follows(course):
    project = course('total = 50\nextra_credit = ["2.1"]')
    report = report_of(project, "Line.slopes")
    assert "| 1.2 | Line.forward | 6.25 + 12.5 |" in documents.items(project)
    assert "| 3.13 + 9.37 extra |" in documents.items(project)
    assert "| 18.75 |" in roadmap(project.homework.rubric)
    table = console.table(report, colour=False)
    assert "18.75 / 18.75 ok" in table
    assert " 6.25 / 31.25 FAIL" in table
    assert "/ 50\n" in table


def test_the_table_that_students_get_has_the_courses_points(course):
    project = course('total = 50\nextra_credit = ["Mean.forward"]')
    text = (ROOT / PROJECT.rubric).read_text(encoding="utf-8")
    table = rubric_table.rewritten(text, project.homework.rubric).partition('"""\n')[2]
    lines = [line.strip() for line in table.splitlines()]
    assert "1.2  Line.forward  6.25 + 12.5" in lines
    assert rubric_table.rewritten(text, RUBRIC) == text
    read = rubric_table.read("1 Line\n1.1  Line  0.5 + 1.25 extra", str)
    assert [(i.shape, i.value, i.extra) for i in read.items] == [(0.5, 1.25, True)]


def test_headlines_of_documents_count_as_the_course_does(course):
    assert "are worth 31 of 50 points" in documents.items(course("total = 50", BERAS))


# ---- what students see ----


def test_rows_and_total_are_seen_when_the_course_says(course):
    fields = gradescope.render(report_of(course('visibility = "after_due_date"')))
    seen = Counter(entry["visibility"] for entry in [fields, *fields["tests"]])
    assert seen == {"after_due_date": 5}


def test_rows_of_an_edition_that_was_recognised_are_seen_no_earlier(course):
    report = report_of(course("visibility = 'hidden'"))
    report.follow(RUBRIC)
    assert {entry["visibility"] for entry in gradescope.render(report)["tests"]} == {"hidden"}


def test_what_went_wrong_in_hidden_cases_can_be_kept_from_students(course):
    for hidden_texts in (True, False):
        report = report_of(course(f"hidden_texts = {str(hidden_texts).lower()}"), "Line.forward")
        text = row(report, "1.2")["output"]
        assert ("secret of" in text) == hidden_texts
        assert ("A hidden case did not pass" in text) != hidden_texts
        assert "1 of 2 cases passed" in text


def test_links_stand_above_the_rows(course):
    project = course('[links]\n"Office hours" = "https://example.org/a?b=1"')
    assert gradescope.summary(report_of(project)).endswith(
        "[Office hours](https://example.org/a?b=1)"
    )


def test_staff_see_what_the_course_has_set(course):
    fields = gradescope.render(report_of(course("total = 50")))
    assert fields["extra_data"]["course"] == {"total": 50}
    assert "course" not in gradescope.render(report_of(PROJECT))["extra_data"]


# ---- late, or not whole ----


@pytest.mark.parametrize(
    ("setting", "opens"),
    [("hints = true", ""), ("hints = false", "never"), ('hints = "2026-02-20"', "2026-02-20")],
)
def test_hints_are_open_closed_or_dated(course, setting, opens):
    assert course(setting).homework.hints_from == opens


def test_a_late_submission_loses_its_share_of_what_it_earned(course):
    project = course("late_percent = 10")
    report = report_of(project, "Line.slopes", days_late=3)
    assert (report.score, report.possible) == (42, 100)  # 30 % of the 60 earned
    assert "3 days late: 30 % of the points earned" in gradescope.summary(report)
    assert report_of(project, days_late=11).score == 0
    assert report_of(project).score == 100


@pytest.mark.parametrize(
    ("due", "at", "days"),
    [
        ("2026-01-02T09:00:00.000000-07:00", "2026-01-02T16:00:00Z", 0),
        ("2026-01-02T09:00:00.000000-07:00", "2026-01-02T16:00:01Z", 1),
        ("2026-01-02T09:00:00Z", "2026-01-03T09:00:01Z", 2),
        (None, "2026-01-03T09:00:01Z", 0),
        ("soon", "2026-01-03T09:00:01Z", None),
        ("2026-01-02T09:00:00", "2026-01-03T09:00:01Z", None),
    ],
)
def test_days_late_are_counted_from_the_metadata(tmp_path, due, at, days):
    path = tmp_path / "metadata.json"
    path.write_text(json.dumps({"created_at": at, "assignment": {"due_date": due}}))
    assert days_late(path) == days
    path.write_text("{}")
    assert days_late(path) is None


def test_metadata_that_does_not_tell_costs_nothing_and_staff_know(course, tmp_path):
    report = grade(tmp_path, course("late_percent = 10").homework, Conditions(days_late=None))
    assert report.days_late == 0
    assert "cannot be read" in report.staff[0]


def test_where_files_are_missing_nothing_is_graded_if_the_course_says_so(course, tmp_path):
    root = edited(tmp_path / "hw", of=RIGHT)
    (root / "lines" / "mean.py").unlink()
    report = grade(root, course('missing_file = "everything"').homework)
    assert report.score == 0
    assert "are missing: `lines/mean.py`." in report.notes[0]


# ---- the rest ----


def test_the_edition_the_time_and_the_leaderboard_are_the_courses(course):
    project = course('edition = "backward"\nseconds = 60', BERAS)
    assert project.homework.name == catalogue.named("backward").homework.name
    assert project.homework.budget.run == 60
    assert BERAS.homework.leaderboard is None
    assert course("leaderboard = true", BERAS).homework.leaderboard is BERAS.leaderboard
    with pytest.raises(CourseError, match=r"course.toml:1: Lines has no leaderboard\."):
        course("leaderboard = true")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("\ntotl = 50", ":2: there is no setting totl; did you mean total?"),
        ("total = 0", ":1: total is 0; allowed is a number over 0"),
        ("seconds = 300\ntotal = '50'", ":2: total is '50'; allowed is a number over 0"),
        ("hidden_texts = 1", ":1: hidden_texts is 1; allowed is true or false"),
        ("visibility = 'never'", '; allowed is "visible" or "after_due_date"'),
        ('hints = "soon"', "allowed is true, false, or the day from which"),
        ("late_percent = true", "allowed is a number from 0 to 100"),
        ("[points]\n'1.2' = 3\n2.1 = 3", ":3: points.2 is {'1': 3}; allowed is a table"),
        ("[points]\n'1.2' = -3", ":2: points.1.2 is -3"),
        ("[points]\n\n'1.9' = 3", ":3: points: there is no item 1.9; allowed is an item's number"),
        (
            "[points]\n'1.2' = 3\n'Line.forward' = 4",
            ":3: points: Line.forward and 1.2 are one item.",
        ),
        ("points = {'7.1' = 3}", ":1: points: there is no item 7.1"),
        ("extra_credit = ['1.2', 'x']", ":1: extra_credit: there is no item x"),
        ("extra_credit = ['1.2', '1.3', '2.1']", ":1: no item is left with points"),
        ("[links]\nHelp = 'javascript:x'", ":2: links.Help is 'javascript:x'"),
        ("[links]\n'a](b' = 'https://x'", ":2: links.a](b is"),
        ("total = 1\ntotal = 2", ":2: is not TOML: Cannot overwrite a value."),
        ("total = [1,", ":1: is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(course, text, mistake):
    with pytest.raises(CourseError) as caught:
        course(text)
    assert f"course.toml{mistake}" in str(caught.value) or mistake in str(caught.value)
    assert "course.toml:" in str(caught.value)


def test_all_mistakes_are_told_at_once(course):
    with pytest.raises(CourseError) as caught:
        course("total = 0\nseconds = 1")
    assert len(str(caught.value).splitlines()) == 2


# ---- the commands ----


def run(tmp_path, text, *arguments):
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    return commands.main(["--course", str(path), *arguments], PROJECT)


def test_a_mistake_ends_any_command_with_2(tmp_path, capsys):
    assert run(tmp_path, "total = 0", "grade", str(RIGHT)) == 2
    assert "course.toml:1: total is 0" in capsys.readouterr().err
    assert commands.main(["--course", str(tmp_path / "no.toml"), "settings"], PROJECT) == 2


def test_a_file_beside_setup_sh_is_read_by_itself(tmp_path, capsys):
    (tmp_path / "course.toml").write_text("total = 50\n", encoding="utf-8")
    project = replace(PROJECT, root=tmp_path, course=BERAS.course)
    assert commands.main(["settings"], project) == 0
    assert "outline: 50." in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["", 'total = 12.5\nextra_credit = ["1.2"]\n[points]\n"2.1" = [1, 2]\n']
)
def test_settings_print_a_file_that_sets_what_is_in_force(tmp_path, capsys, text):
    assert run(tmp_path, text, "settings") == 0
    printed = capsys.readouterr().out
    assert tomllib.loads(printed) == tomllib.loads(text)
    for setting in declared.SETTINGS:
        assert setting.sentence in printed


def test_the_document_shows_every_setting_as_the_command_prints_it(capsys):
    page = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    assert commands.main(["settings"], replace(BERAS, root=ROOT / "docs")) == 0
    printed = capsys.readouterr().out.partition("\n\n")[2]
    assert f"```toml\n{printed}```\n" in page


def test_a_late_grading_is_told_by_gradescopes_metadata(tmp_path):
    facts = {"created_at": "2026-01-02T10:00:00Z", "assignment": {"due_date": "2026-01-02T09:59Z"}}
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps(facts))
    options = ["--metadata", str(metadata), "--results-dir", str(tmp_path)]
    assert run(tmp_path, "late_percent = 12.5", "grade", str(RIGHT), *options) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert (results["score"], results["extra_data"]["days_late"]) == (87.5, 1)


def test_a_grading_follows_the_course(tmp_path):
    path = tmp_path / "course.toml"
    assert run(tmp_path, "total = 50", "grade", str(RIGHT), "--results-dir", str(tmp_path)) == 0
    assert path.exists()
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 50
    assert Policy().chosen == ()
