"""Time limits follow the machine, within bounds."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder import timing
from autograder.grading import import_seconds, missing_layers
from autograder.hosting.graded import Worker
from autograder.outcomes import Report, Verdict
from autograder.sandbox.faults import WorkerLost
from autograder.timing import Timing
from tests.small import RUBRIC, SMALL

TEN = replace(SMALL, modules=dict.fromkeys("abcdefghi", ()))
"""A package and nine modules: ten imports that may hang."""


def test_seconds_are_multiplied_but_end_with_the_run():
    now = time.monotonic()
    assert Timing(now + 100, patience=2).within_run(10) == 20
    assert Timing(now + 5, patience=2).within_run(10) == pytest.approx(5, abs=1)
    assert Timing(now - 5).within_run(10) == timing.LEAST_SECONDS
    assert Timing(now - 5).is_over
    assert not Timing(now + 5).is_over


def test_checks_that_run_out_of_time_leave_some_to_the_others():
    """Fifty that hang use up three quarters of the run where each was promised the most."""
    timing = Timing(time.monotonic() + 300, patience=4, timeout_budget=150)
    for _ in range(50):
        seconds = timing.within_run(10)
        assert seconds >= 2
        timing.timed_out_seconds += seconds
    assert timing.timed_out_seconds < 225
    assert (
        Timing(time.monotonic() + 300, timeout_budget=150, timed_out_seconds=75).within_run(10) == 5
    )


def test_only_checks_that_run_out_of_time_count_as_late():
    timing, report = Timing(time.monotonic() + 300), Report(RUBRIC)
    worker = Worker(SMALL, SimpleNamespace(output="printed"), 1, report, timing)
    for timed_out in (False, True):
        verdict = worker.judge(WorkerLost("the program ended", timed_out=timed_out), hidden=False)
        verdict.seconds = 1.5
        worker.complete(RUBRIC.items[0], verdict)
        assert verdict.output == "printed"
        assert timing.timed_out_seconds == (1.5 if timed_out else 0.0)


def test_what_cannot_be_earned_any_more_is_not_run():
    report, (late, other) = Report(RUBRIC), map(RUBRIC.by_name.get, ("Line.slopes", "Mean.forward"))
    worker = Worker(SMALL, None, 1, report, Timing(time.monotonic() + 300))
    assert worker.reason_to_skip(late) == ""
    report.add(late, Verdict("lost", timed_out=True))
    assert worker.reason_to_skip(late) == "Not run: an earlier case of this item ran out of time."
    assert worker.reason_to_skip(other) == ""
    worker = Worker(SMALL, None, 1, report, Timing(time.monotonic() - 1))
    assert "the time for this submission was used up" in worker.reason_to_skip(other)


@pytest.mark.parametrize(
    ("patience", "budget", "seconds"),
    [(0.1, 300, 2), (1, 300, 20), (2, 300, 40), (4, 300, 150 / 3.25), (4, 6000, 80), (4, 10, 20)],
)
def test_ten_imports_that_hang_leave_much_of_the_run(patience, budget, seconds):
    stop = time.monotonic() + budget
    available = Timing(stop, patience, timeout_budget=timing.TIMEOUT_SHARE * budget)
    assert import_seconds(TEN, available) == seconds


@pytest.mark.parametrize(
    ("work", "quota", "had", "slowness"),
    [
        (0.5, 1.0, 1.0, 1.0),
        (1.0, 0.5, 1.0, 2.0),
        (1.0, 1.0, 0.5, 2.0),
        (1.0, 0.5, 0.4, 2.5),
        (1.5, 0.5, 1.0, 3.0),
        (100.0, 0.1, 0.1, 4.0),
    ],
)
def test_slow_machines_and_small_shares_get_more(monkeypatch, work, quota, had, slowness):
    monkeypatch.setattr(timing, "_work", lambda: work * timing.USUAL_SECONDS)
    monkeypatch.setattr(timing, "cpu_quota", lambda: quota)
    monkeypatch.setattr(timing, "cpu_share", lambda: had)
    assert timing.slowness() == pytest.approx(slowness)


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Writes what stands for the kernel's files about this process."""
    monkeypatch.setattr(timing, "PROC", tmp_path / "proc")
    monkeypatch.setattr(timing, "GROUPS", tmp_path / "groups")

    def write(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="ascii")

    return write


@pytest.mark.parametrize(
    ("files", "share"),
    [
        ({"groups/cpu.max": "50000 100000\n"}, 0.5),
        ({"groups/cpu.max": "max 100000\n"}, 1.0),
        ({"groups/cpu.max": "200000 100000\n"}, 1.0),
        ({"groups/cpu/cpu.cfs_quota_us": "25000", "groups/cpu/cpu.cfs_period_us": "50000"}, 0.5),
        ({"groups/cpu/cpu.cfs_quota_us": "-1", "groups/cpu/cpu.cfs_period_us": "50000"}, 1.0),
        ({"groups/cpu.max": "what is this"}, 1.0),
        ({"groups/cpu.max": "50000 0"}, 1.0),
        ({}, 1.0),
    ],
)
def test_the_share_of_a_cpu_is_read_from_the_control_group(system, files, share):
    system(files)
    assert timing.cpu_quota() == share


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ("0::/a/b", "groups/a/b"),
        ("0::/a/b", "groups/a"),
        ("3:cpu,cpuacct:/a/b", "groups/cpu/a"),
        ("3:cpu:/", "groups/cpu"),
    ],
)
def test_the_own_group_counts_and_all_above_it(system, line, folder):
    system({"proc/cgroup": f"7:memory:/c\n{line}\n", f"{folder}/cpu.max": "30000 100000"})
    system({"groups/cpu/c/cpu.max": "10000 100000", "groups/cpu.max": "90000 100000"})
    assert timing.cpu_quota() == 0.3


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("200000000 600000000 9", 0.25),
        ("200000000 0 9", 1.0),
        ("1000000 9000000 9", 1.0),
        ("no counts", 1.0),
    ],
)
def test_the_share_that_was_had_is_measured_by_the_kernel(system, text, share):
    system({"proc/schedstat": text})
    assert timing.cpu_share() == share


def test_each_missing_layer_is_named():
    whole = {"degree": "own uid", "privileges": "none new", "network": "seccomp"}
    whole |= {"calls": "seccomp", "checks": "closed", "libraries": "closed"}
    assert missing_layers(whole) == []
    (warning,) = missing_layers({**whole, "network": ""})
    assert "network is none, not namespace or seccomp" in warning
    assert len(missing_layers({})) == 6
