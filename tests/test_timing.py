"""Time limits follow the machine, within bounds."""

from __future__ import annotations

import time

import pytest

from autograder import timing
from autograder.grading import missing_layers
from autograder.timing import Timing


def test_seconds_are_multiplied_but_end_with_the_run():
    now = time.monotonic()
    assert Timing(now + 100, patience=2).within_run(10) == 20
    assert Timing(now + 5, patience=2).within_run(10) == pytest.approx(5, abs=1)
    assert Timing(now - 5).within_run(10) == timing.LEAST
    assert Timing(now - 5).is_over
    assert not Timing(now + 5).is_over


@pytest.mark.parametrize(
    ("work", "share", "slowness"),
    [(0.5, 1.0, 1.0), (1.0, 0.5, 2.0), (2.0, 2.0, 2.0), (1.5, 0.5, 3.0), (100.0, 0.1, 4.0)],
)
def test_slow_machines_and_small_shares_get_more(monkeypatch, work, share, slowness):
    monkeypatch.setattr(timing, "_work", lambda: work * timing.USUAL_SECONDS)
    monkeypatch.setattr(timing, "cpu_share", lambda: share)
    assert timing.slowness() == pytest.approx(slowness)


@pytest.mark.parametrize(
    ("files", "share"),
    [
        ({"cpu.max": "50000 100000\n"}, 0.5),
        ({"cpu.max": "max 100000\n"}, 1.0),
        ({"cpu.cfs_quota_us": "200000", "cpu.cfs_period_us": "100000"}, 2.0),
        ({"cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000"}, 1.0),
        ({"cpu.max": "what is this"}, 1.0),
        ({}, 1.0),
    ],
)
def test_the_share_of_a_cpu_is_read_from_the_control_group(tmp_path, monkeypatch, files, share):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    monkeypatch.setattr(timing, "QUOTAS", (tmp_path / "cpu.max", tmp_path / "cpu.cfs_quota_us"))
    assert timing.cpu_share() == share


def test_each_missing_layer_is_named():
    whole = {"degree": "own uid", "privileges": "none new", "network": "seccomp"}
    whole["checks"] = "closed"
    assert missing_layers(whole) == []
    (warning,) = missing_layers({**whole, "network": ""})
    assert "network is none, not namespace or seccomp" in warning
    assert len(missing_layers({})) == 4
