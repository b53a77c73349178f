"""The command `class`: grade everybody once, whatever happens meanwhile."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import socket
import sys
from types import SimpleNamespace

import pytest

from autograder.classroom import task
from tests import adverse, gradings
from tests.classes import (
    GRADED,
    asked,
    fill,
    grade,
    grade_anew,
    left_over,
    lines,
    scores,
    start,
    wait_for,
    zipped,
)
from tests.small import SMALL

pytest.importorskip("yaml")

TRIES = "SELECT submission, tries, fault FROM gradings"


def test_a_class_is_graded_once(open_folder):
    source, out = fill(open_folder / "in", "amy", "bo", "cleo", wrong=("bo",)), open_folder / "out"
    zipped(source / "cleo")
    grade_anew(source, out)
    assert not left_over(source)
    assert scores(out) == {"amy": "100", "bo": "85", "cleo": "100"}
    fallen = [line for line in lines(out, "items") if line["Outcome"] != "passed"]
    assert [(f["Student"], f["Item"], f["Points"]) for f in fallen] == [("bo", "Mean.forward", "5")]
    assert "3 graded" in grade(source, out)
    assert asked(out, GRADED) == [(3,)]

    (source / "amy/lines/mean.py").write_text("")
    grade(source, out)
    assert asked(out, GRADED) == [(4,)], "what has changed is graded anew, and nothing else"
    grade_anew(source, out, "--again")
    assert asked(out, GRADED) == [(7,)]
    assert not left_over(source)
    assert source.stat().st_mode & 0o055 == 0o055, "the source is open again"
    assert out.stat().st_mode & 0o077 == 0, "the results are nobody's to read"


def test_the_record_tells_by_what_it_was_graded(open_folder):
    source, out = fill(open_folder / "in", "amy"), open_folder / "out"
    grade(source, out)
    fields = "version, edition, isolation, results"
    query = f"SELECT {fields} FROM gradings JOIN checks ON checks.id = checks"
    ((version, edition, isolation, results),) = asked(out, query)
    assert (version, edition) == ("1.0.0", "Lines")
    assert '"degree"' in isolation
    assert '"tests"' in results


def test_one_that_is_killed_three_times_grades_everybody_once(open_folder):
    names = [f"s{number}" for number in range(8)]
    source = fill(open_folder / "in", *names, wrong=("s3", "s6"))
    undisturbed, out = open_folder / "undisturbed", open_folder / "out"
    grade(source, undisturbed)
    for count in (1, 3, 5):
        process = start(source, out, "--jobs", "2")
        wait_for(out, count)
        process.kill()
        process.communicate()
        assert asked(out, GRADED)[0][0] < len(names)
    assert asked(out, "PRAGMA integrity_check") == [("ok",)]
    grade(source, out)
    assert sorted(asked(out, TRIES)) == [(name, 1, "") for name in names]
    # A worker's folder is swept by a grading that comes more than a minute later.
    assert {path.name[:10] for path in left_over(source)} <= {"autograder"}
    assert asked(out, "PRAGMA integrity_check") == [("ok",)]
    assert source.stat().st_mode & 0o055 == 0o055, "the source is open again"
    for table in ("grades.csv", "items.csv"):
        assert (out / table).read_bytes() == (undisturbed / table).read_bytes()


def test_gradings_end_with_a_class_that_was_killed(open_folder):
    source, out = fill(open_folder / "in", "amy", "bo"), open_folder / "out"
    (source / "bo/sleeps.txt").write_text("60")
    process = start(source, out, module="tests.adverse")
    wait_for(out, 1)
    process.kill()
    process.communicate(timeout=20)  # it ends when nobody is left who could still write


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a grading")
def test_a_grading_that_starts_when_its_class_was_killed_ends(monkeypatch):
    sentinel, theirs = os.pipe()
    os.close(theirs)
    starter = SimpleNamespace(sentinel=sentinel)
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: starter)
    grading = multiprocessing.get_context("fork").Process(target=task._end_with_class)
    grading.start()
    grading.join()
    os.close(sentinel)
    assert grading.exitcode == 1


def test_one_that_is_stopped_cleans_up_and_goes_on(open_folder):
    source, out = fill(open_folder / "in", *"abcdef"), open_folder / "out"
    for name in "cdef":
        (source / name / "sleeps.txt").write_text("30")
    process = start(source, out, "--jobs", "2", module="tests.adverse")
    wait_for(out, 2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, complained = process.communicate(timeout=20)
    assert process.returncode == 130, complained
    assert "goes on from here" in complained
    assert "Traceback" not in complained
    assert not left_over(source)
    for name in "cdef":
        (source / name / "sleeps.txt").unlink()
    grade(source, out, project=adverse.project(open_folder))
    assert asked(out, "SELECT DISTINCT tries FROM gradings") == [(1,)]
    assert asked(out, GRADED) == [(6,)]


def test_a_grader_that_dies_costs_a_try_then_a_row_says_so(open_folder):
    source, out = fill(open_folder / "in", "amy", "once", "twice"), open_folder / "out"
    (source / "once/dies.txt").write_text("1")
    (source / "twice/dies.txt").write_text("2")
    said = grade(source, out, status=3, project=adverse.project(open_folder))
    assert scores(out) == {"amy": "100", "once": "100", "twice": ""}
    assert [line["Status"] for line in lines(out)] == ["Graded", "Graded", "Ungraded"]
    assert sorted(asked(out, TRIES)) == [
        ("amy", 1, ""),
        ("once", 2, ""),
        ("twice", 2, "its process ended with -9"),
    ]
    assert "twice: its process ended with -9" in said
    grade(source, out, project=adverse.project(open_folder))
    assert set(scores(out).values()) == {"100"}, "what could not be graded is tried again"
    assert asked(out, GRADED) == [(4,)]


def test_a_grader_that_hangs_costs_a_try_then_a_row_says_so(open_folder):
    source, out = fill(open_folder / "in", "amy"), open_folder / "out"
    (source / "amy/sleeps.txt").write_text("60")
    grade(source, out, "--seconds", "0.5", status=3, project=adverse.project(open_folder))
    assert asked(out, TRIES) == [("amy", 2, "it was not done within 0.5 seconds")]


def test_a_folder_of_results_is_no_submission_and_takes_one_class_at_a_time(open_folder):
    source = fill(open_folder / "in", "amy", "bo")
    (source / "bo/sleeps.txt").write_text("30")
    process = start(source, source / "out", module="tests.adverse")
    try:
        wait_for(source / "out", 1)
        assert "another class" in grade(source, source / "out", status=2)
    finally:
        process.kill()
        process.communicate()
    assert asked(source / "out", "SELECT name FROM submissions ORDER BY name") == [
        ("amy",),
        ("bo",),
    ]


@pytest.mark.usefixtures("one_degree")
def test_a_grading_is_the_one_that_grade_gives(open_folder):
    """Its hidden cases too, which are drawn from what the submission holds."""
    source, out = fill(open_folder / "in", "amy", wrong=("amy",)), open_folder / "out"
    grade(source, out)
    ((text,),) = asked(out, "SELECT results FROM gradings")
    of_class, alone = json.loads(text), gradings.grade(source / "amy", open_folder / "alone")
    assert of_class["extra_data"]["seed"] == alone["extra_data"]["seed"]
    assert [row["output"] for row in of_class["tests"]] == [row["output"] for row in alone["tests"]]


@pytest.mark.parametrize(
    ("which", "points"), [("latest", ["85"]), ("best", ["100"]), ("all", ["100", "85"])]
)
def test_of_several_submissions_the_wanted_count(open_folder, which, points):
    """The later of two is the worse; the export names their student."""
    names = ("submission_1", "submission_2")
    source, out = fill(open_folder / "in", *names, wrong=("submission_2",)), open_folder / "out"
    who = "  :submitters:\n  - :name: Ada\n    :email: ada@example.edu\n"
    told = (f"{name}:\n{who}  :created_at: 2024-01-0{name[-1]}\n" for name in names)
    (source / "submission_metadata.yml").write_text("".join(told))
    grade(source, out, "--which", which)
    assert [line["Total Score"] for line in lines(out)] == points
    assert {line["Email"] for line in lines(out)} == {"ada@example.edu"}


def test_what_the_course_sets_is_in_force_and_grades_anew(open_folder):
    source, out = fill(open_folder / "in", "amy", wrong=("amy",)), open_folder / "out"
    grade(source, out)
    (open_folder / "course.toml").write_text("total = 50\nlate_percent = 10\n")
    said = grade(source, out, course=open_folder / "course.toml")
    assert "nothing comes off for being late" in said
    assert [(line["Total Score"], line["Max Points"]) for line in lines(out)] == [("42.5", "50")]
    assert asked(out, GRADED) == [(2,)]


def test_a_missing_file_costs_what_the_course_says(open_folder):
    source, out = fill(open_folder / "in", "amy", "ben"), open_folder / "out"
    (source / "ben/lines/mean.py").unlink()
    (open_folder / "course.toml").write_text('missing_file = "everything"\n')
    grade(source, out, course=open_folder / "course.toml")
    assert scores(out) == {"amy": "100", "ben": "0"}


def test_canvas_gets_its_columns(open_folder):
    source, out = fill(open_folder / "in", "=amy"), open_folder / "out"
    grade(source, out, "--format", "canvas", "--assignment", "HW 3")
    head, amy = lines(out)
    assert (head["Student"], head["HW 3"]) == ("    Points Possible", "100")
    assert (amy["Student"], amy["HW 3"]) == ("'=amy", "100")


def test_a_mistake_in_the_command_is_said(open_folder):
    assert "does not exist" in grade(open_folder / "in", open_folder / "out", status=2)
    (open_folder / "file").touch()
    source = fill(open_folder / "in", "amy")
    assert "cannot hold results" in grade(source, open_folder / "file", status=2)
    (open_folder / "out").mkdir()
    (open_folder / "out/class.sqlite").write_text("no database, but some text" * 50)
    assert "is no record of a class" in grade(source, open_folder / "out", status=2)


def test_checks_that_change_meanwhile_end_the_class(open_folder):
    """Those that grade must be those that the record names; also on each machine of a cluster."""
    source, out = fill(open_folder / "in", "amy", "bo"), open_folder / "out"
    checks = shutil.copytree(SMALL.checks, open_folder / "checks")
    (source / "amy/sleeps.txt").write_text("60")
    process = start(source, out, "--jobs", "1", module="tests.adverse")
    wait_for(out, 2, "SELECT count(*) FROM submissions")
    (checks / "test_lines.py").write_text((checks / "test_lines.py").read_text() + "\n")
    (source / "amy/sleeps.txt").unlink()
    _, complained = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"the checks on {socket.gethostname()} are others now" in complained
    grade(source, out, project=adverse.project(open_folder))
    assert scores(out) == {"amy": "100", "bo": "100"}
