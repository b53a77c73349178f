"""Grading the small homework from end to end: results.json comes out."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder import grading, salt
from autograder.__main__ import main
from autograder.hosting import graded
from autograder.outcomes import Report
from autograder.report import gradescope
from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import limits
from tests.gradings import (
    assert_gradescope_accepts,
    blocked,
    failed,
    grade,
    in_a_fork,
    output,
    start,
)
from tests.layers import without_landlock, without_uid
from tests.small import RIGHT, RUBRIC, SMALL
from tests.small.project import PROJECT
from tests.submissions import edited


def by_command(submission, results):
    """results.json of a grading that ends well in a process of its own."""
    process = start(submission, results)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return json.loads((results / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """The results of a right submission, and the folder that they are in."""
    folder = tmp_path_factory.mktemp("right")
    return by_command(RIGHT, folder), folder


def test_a_right_submission_gets_100(right):
    report, folder = right
    assert_gradescope_accepts(report)
    assert report["score"] == 100
    assert failed(report) == set()
    facts = report["extra_data"]
    assert facts["staff"] == []
    assert facts["complete"]
    assert {"seed", "isolation", "versions", "cases"} <= set(facts)
    assert [path.name for path in folder.iterdir()] == ["results.json"]


@pytest.mark.usefixtures("one_degree")
def test_the_same_submission_is_graded_with_the_same_hidden_cases(right, tmp_path):
    assert grade(RIGHT, tmp_path)["extra_data"]["seed"] == right[0]["extra_data"]["seed"]


EXIT = ("lines/mean.py", "return np.mean", "import os; os._exit(0)\n        return np.mean")
LOOP = ("lines/line.py", "return np.full", "while True: pass\n        return np.full")
FLOOD = (
    "lines/line.py",
    "return self.slope * np",
    "for _ in range(200): print('x' * 10**6)\n        return self.slope * np",
)


def test_exit_loop_and_flood_lose_just_their_items_in_bounded_time(tmp_path):
    submission, started = edited(tmp_path / "submission", EXIT, LOOP, FLOOD), time.monotonic()
    report = grade(submission, tmp_path / "results", "--patience", "0.1")
    assert time.monotonic() - started < 60
    assert failed(report) == {"Line.forward", "Line.slopes", "Mean.forward"}
    assert blocked(report) == set()  # each is a mistake of its own
    assert "print in a loop" in output(report, "Line.forward")
    assert "`Line.slopes` gave no answer" in output(report, "Line.slopes")
    (slopes,) = (row for row in report["tests"] if row["name"] == "Line.slopes")
    assert [case["kind"] for case in slopes["extra_data"]["cases"]] == ["lost", "skipped"]
    assert "ended in the middle of `Mean.forward" in output(report, "Mean.forward")


COUNTED = "Mean.calls = getattr(Mean, 'calls', 0) + 1\n        "


@pytest.mark.parametrize(
    ("broken", "lost"),
    [("assert Mean.calls < 2", set()), ("assert points[0, 0] > 0.3", {"Mean.forward"})],
    ids=["by the case before", "by itself"],
)
def test_a_case_that_fails_after_another_one_is_judged_by_itself(tmp_path, broken, lost):
    edit = ("lines/mean.py", "return np.mean", f"{COUNTED}{broken}\n        return np.mean")
    report = grade(edited(tmp_path / "submission", edit), tmp_path / "results", "--seed", "2")
    assert failed(report) == lost
    assert report["extra_data"]["staff"] == []
    assert report["extra_data"]["cases"]["again" if not lost else "failed"] == 1
    assert report["extra_data"]["seed"] == 2  # as asked for


def test_a_module_that_does_not_parse_costs_only_what_lives_in_it(tmp_path):
    edit = ("lines/line.py", "import numpy", "import numpy ???")
    report = grade(edited(tmp_path / "submission", edit), tmp_path / "results")
    assert failed(report) - blocked(report) == {"Package"}
    assert blocked(report) == {"Line.forward", "Line.slopes"}
    assert "lines/line.py does not import: SyntaxError" in output(report, "Line.forward")
    assert "`lines/line.py` does not import: `SyntaxError" in report["output"]


def test_a_zip_with_the_project_in_a_folder(tmp_path):
    edited(tmp_path / "in" / "homework" / "deep")
    archive = shutil.make_archive(str(tmp_path / "submission"), "zip", tmp_path / "in")
    assert grade(Path(archive), tmp_path / "results")["score"] == 100


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda top: None, "There is no folder `lines`"),
        (lambda top: (top / "mean.py").touch(), "not in a folder named `lines`"),
        (lambda top: (top / "submission.zip").write_bytes(b"PK\3\4"), "There is no folder `lines`"),
    ],
    ids=["empty", "modules without their folder", "a zip in the folder"],
)
def test_nothing_to_grade_is_said_in_a_sentence(tmp_path, make, sentence):
    top = tmp_path / "submission"
    top.mkdir()
    make(top)
    report = grade(top, tmp_path / "results")
    assert report["score"] == 0
    assert sentence in report["output"]


def test_a_missing_submission_is_the_callers_mistake_and_overwrites_nothing(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text("of an earlier grading")
    process = start(tmp_path / "nowhere", tmp_path / "results")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "nowhere: no such folder or zip." in errors
    assert (tmp_path / "results" / "results.json").read_text() == "of an earlier grading"


def test_on_gradescope_a_missing_submission_still_leaves_results(tmp_path):
    (tmp_path / "metadata.json").write_text("{}")
    metadata = ("--metadata", str(tmp_path / "metadata.json"))
    process = start(tmp_path / "nowhere", tmp_path / "results", *metadata)
    process.communicate(timeout=60)
    assert process.returncode == 2
    report = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert "There is no submission: `nowhere` does not exist" in report["output"]
    assert not [step for step in ("Start here", "Fix this first") if step in report["output"]]


def test_our_own_fault_is_told_to_staff_and_ends_with_code_3(tmp_path, monkeypatch, capfd):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("in the host of the checks")

    monkeypatch.setattr(graded, "run", broken)
    assert in_a_fork(str(RIGHT), "--results-dir", str(tmp_path)) == 3
    report = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert_gradescope_accepts(report)
    assert "The autograder itself failed, through no fault of yours" in report["output"]
    assert "in the host of the checks" in "".join(report["extra_data"]["staff"])
    assert "in the host of the checks" in capfd.readouterr().err


def test_results_that_cannot_be_written_are_the_callers_mistake(tmp_path):
    (tmp_path / "file").touch()
    process = start(RIGHT, tmp_path / "file")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "cannot hold results" in errors


def test_options_of_the_caller_for_pytest_change_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k mean")
    assert grade(RIGHT, tmp_path)["score"] == 100


def test_two_candidates_are_named_to_a_student_and_refused_to_a_caller(tmp_path):
    for name in ("first", "second"):
        edited(tmp_path / "in" / name)
    (tmp_path / "metadata.json").write_text("{}")
    metadata = ("--metadata", str(tmp_path / "metadata.json"))
    report = grade(tmp_path / "in", tmp_path / "results", *metadata)
    assert "`first/lines`, `second/lines`" in report["output"]
    process = start(tmp_path / "in", tmp_path / "none")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "holds 2 submissions. Name one, or grade all: python -m autograder class" in errors
    assert not (tmp_path / "none").exists()


def test_the_empty_template_of_a_package_gets_0(tmp_path):
    (tmp_path / "submission" / "lines").mkdir(parents=True)
    (tmp_path / "submission" / "lines" / "__init__.py").touch()
    report = grade(tmp_path / "submission", tmp_path / "results")
    assert report["score"] == 0
    assert failed(report) == {row["name"] for row in report["tests"]}


def test_results_are_whole_at_every_moment(tmp_path):
    process = start(RIGHT, tmp_path)
    path, seen, ended = tmp_path / "results.json", [], False
    while not ended:
        ended = process.poll() is not None  # before the last look
        if path.exists():
            report = json.loads(path.read_text(encoding="utf-8"))
            assert_gradescope_accepts(report)
            seen.append(report["score"])
        time.sleep(0.002)  # it needs the processor, too
    process.communicate()
    assert seen[0] == 0
    assert seen == sorted(seen)
    assert seen[-1] == 100


def test_what_was_earned_outlives_a_grader_that_is_killed(tmp_path, open_folder, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(open_folder))  # what it cannot clean up any more goes with us
    # It waits and does not work: what a killed grader leaves behind would slow all other tests.
    waits = "import time; time.sleep(60)\n        return np.mean"
    hangs = ("lines/mean.py", "return np.mean", waits)
    process = start(edited(tmp_path / "submission", hangs), tmp_path / "results")
    path, deadline = tmp_path / "results" / "results.json", time.monotonic() + 30
    while time.monotonic() < deadline:
        if path.exists() and json.loads(path.read_text(encoding="utf-8"))["score"] == 80:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    report = json.loads(path.read_text(encoding="utf-8"))
    assert_gradescope_accepts(report)
    assert report["score"] == 80
    assert "did not finish" in report["output"]


def test_the_run_ends_within_its_budget(tmp_path):
    edit = ("lines/line.py", "import numpy", "import time; time.sleep(60)\nimport numpy")
    submission = edited(tmp_path / "submission", edit)
    started = time.monotonic()
    report = grade(submission, tmp_path / "results", "--budget", "3")
    assert time.monotonic() - started < 15
    assert report["score"] == 0
    assert "did not finish importing" in report["output"]
    assert "The time limit of 3 seconds was used up." in report["output"]


def test_an_import_that_hangs_counts_as_time_that_was_used_up(monkeypatch):
    def hang(sandbox: Sandbox) -> None:
        sandbox.seconds_hung = 3.0

    used: list[float] = []
    monkeypatch.setattr(Sandbox, "wait_until_ready", hang)
    monkeypatch.setattr(graded, "Worker", lambda *given: given[4])
    monkeypatch.setattr(graded, "run", lambda _, timing, __: used.append(timing.timed_out_seconds))
    grading.grade(RIGHT, SMALL, grading.Conditions(seed=7))
    assert used == [3.0]


def test_a_closed_folder_for_temporary_files_is_no_mistake_of_the_students(tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(closed))
    monkeypatch.setattr(tempfile, "tempdir", None)  # it is looked up anew
    assert grade(RIGHT, tmp_path / "results")["score"] == 100


FULL = "Results could not be written in between (No space left on device); these are whole."


@pytest.mark.parametrize(
    ("then", "score", "staff"),
    [("pass", 100, [FULL]), ("os._exit(1)", 80, [])],
    ids=["goes on", "ends"],
)
def test_a_disk_that_a_test_fills_costs_nothing_but_that_test(
    tmp_path, open_folder, monkeypatch, then, score, staff
):
    fill = f"import os; open(os.environ['HOME'] + '/filler', 'w').close(); {then}\n"
    method = "    def forward(self, points):\n"
    edit = ("lines/mean.py", method, f"{method}        {fill}")
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
    write = gradescope.write

    def write_if_there_is_space(report, path):
        if list(open_folder.glob("autograder-worker-*/submission/filler")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(report, path)

    monkeypatch.setattr(gradescope, "write", write_if_there_is_space)
    monkeypatch.setattr(grading, "WRITE_SECONDS", 0.0)
    submission = edited(tmp_path / "submission", edit)
    assert in_a_fork(str(submission), "--results-dir", str(tmp_path)) == 0
    report = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert_gradescope_accepts(report)
    assert report["score"] == score
    assert report["extra_data"]["complete"]
    assert report["extra_data"]["staff"] == staff


def test_a_submission_around_the_temporary_folder_stays_open(tmp_path, open_folder, monkeypatch):
    submission = edited(open_folder / "submission")
    mode = submission.stat().st_mode
    (submission / "tmp").mkdir()
    (submission / "tmp").chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(submission / "tmp"))
    closed = []
    monkeypatch.setattr(
        grading,
        "grade",
        lambda path, homework, how, update: closed.extend(how.private) or Report(RUBRIC),
    )
    assert main(["grade", str(submission), "--results-dir", str(tmp_path)], PROJECT) == 0
    assert closed == [tmp_path]
    assert submission.stat().st_mode == mode


WEAKER = "Isolation is weaker than it should be: "


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere other layers are missing too")
@pytest.mark.parametrize("cause", ["ordinary user", "closed interpreter"])
def test_staff_are_warned_of_a_missing_layer_and_nobody_else(tmp_path, monkeypatch, capfd, cause):
    without_uid(monkeypatch)
    without_landlock(monkeypatch)
    if cause == "closed interpreter":
        monkeypatch.setattr(limits, "free_uid", lambda: 52000)
        monkeypatch.setattr(limits, "can_run", lambda uid, *paths: False)
    (tmp_path / "submission" / "lines").mkdir(parents=True)
    (tmp_path / "submission" / "lines" / "line.py").touch()
    for name in ("metadata.json", "salt.txt"):
        (tmp_path / name).write_text("{}")
    monkeypatch.setattr(salt, "SALT_FILE", tmp_path / "salt.txt")
    command = [str(tmp_path / "submission"), "--results-dir", str(tmp_path)]

    def graded(*options: str) -> tuple[dict, list[str]]:
        assert in_a_fork(*command, *options) == 0
        report = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
        assert_gradescope_accepts(report)
        assert WEAKER not in json.dumps([report["tests"], report["output"]])
        errors = capfd.readouterr().err.splitlines()
        assert report["extra_data"]["staff"] == errors
        return report["extra_data"]["isolation"], errors

    isolation, warnings = graded("--metadata", str(tmp_path / "metadata.json"))
    assert [text.partition(";")[0] for text in warnings] == [
        f"{WEAKER}degree is same user, not own uid",
        f"{WEAKER}checks is readable, not closed or hidden",
        f"{WEAKER}libraries is readable, not closed",
    ]
    assert ("interpreter" in isolation) == (cause == "closed interpreter")
    assert graded()[1] == []


@pytest.mark.parametrize(("salted", "options"), [("", True), ("secret", True), ("", False)])
def test_staff_are_warned_where_hidden_cases_can_be_predicted(
    tmp_path, monkeypatch, salted, options
):
    (tmp_path / "salt.txt").write_text(salted)
    (tmp_path / "metadata.json").write_text("{}")
    monkeypatch.setattr(salt, "SALT_FILE", tmp_path / "salt.txt")
    metadata = ("--metadata", str(tmp_path / "metadata.json")) if options else ()
    facts = grade(RIGHT, tmp_path / "results", *metadata)["extra_data"]
    assert facts["salt"] == bool(salted)
    told = "autograder/salt.txt is missing or empty: hidden cases can be predicted."
    assert (told in facts["staff"]) == (options and not salted)


@pytest.mark.parametrize(("seconds", "written"), [(0.0, len(RUBRIC.items) + 2), (3600.0, 3)])
def test_results_are_written_in_between_but_not_too_often(monkeypatch, seconds, written):
    monkeypatch.setattr(grading, "WRITE_SECONDS", seconds)
    finished = []

    def update(report):
        finished.append(sum(result.finished for result in report.results.values()))

    grading.grade(RIGHT, SMALL, update=update)
    assert len(finished) == written
    assert finished[0] == 0
    assert finished[-1] == len(RUBRIC.items)


def test_results_left_for_later_are_written_when_an_answer_takes_long(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "WRITE_SECONDS", 3600.0)
    waits = "import time; time.sleep(0.5)\n        return np.mean"
    finished = []

    def update(report):
        finished.append(sum(result.finished for result in report.results.values()))

    slow = edited(tmp_path / "slow", ("lines/mean.py", "return np.mean", waits))
    assert grading.grade(slow, SMALL, update=update).score == 100
    assert len(RUBRIC.items) - 1 in finished
