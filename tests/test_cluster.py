"""A class on a Dask cluster of two workers on this machine, one of which is killed on the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.classroom import engine
from tests.classes import asked, fill, grade, grade_anew, scores, start, wait_for
from tests.submissions import ROOT

pytest.importorskip("yaml")
pytest.importorskip("distributed")

LOCAL = ("--host", "127.0.0.1", "--no-dashboard")


def dask(folder, *arguments):
    """A part of a cluster, which keeps its files in `folder`."""
    with (folder / "cluster.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, *LOCAL],
            cwd=ROOT,
            env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(folder)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def cluster():
    """The scheduler's address and two workers; the second would be started again by a nanny.

    What one test leaves of it is enough for the other.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "scheduler.json"
        parts = [dask(folder, "scheduler", "--port", "0", "--scheduler-file", str(file))]
        for nanny in ("--no-nanny", "--nanny"):
            options = ("--scheduler-file", str(file), "--nthreads", "1", "--death-timeout", "30")
            parts.append(dask(folder, "worker", nanny, *options))
        try:
            yield address(file), parts[1:]
        finally:
            for part in parts:
                with suppress(ProcessLookupError):  # a worker that a test has killed
                    os.killpg(part.pid, signal.SIGKILL)
                part.wait()


def address(file: Path) -> str:
    """Where the scheduler listens, once it does."""
    stop = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < stop, "no scheduler within a minute"
        time.sleep(0.05)
    return json.loads(file.read_text())["address"]


def test_one_that_is_stopped_leaves_the_cluster_at_work_and_goes_on(open_folder, cluster):
    scheduler, workers = cluster
    source, out = fill(open_folder / "in", *"abcdef"), open_folder / "out"
    for name in "cdef":
        (source / name / "sleeps.txt").write_text("60")
    process = start(source, out, "--scheduler", scheduler, module="tests.adverse")
    wait_for(out, 2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, complained = process.communicate(timeout=20)
    assert process.returncode == 130, complained
    assert "goes on from here" in complained
    assert "Traceback" not in complained
    assert [worker.poll() for worker in workers] == [None, None]
    for name in "cdef":
        (source / name / "sleeps.txt").unlink()
    grade_anew(source, out, "--scheduler", scheduler, module="tests.adverse")
    assert asked(out, "SELECT name FROM submissions WHERE grading IS NULL") == []
    assert asked(out, "SELECT count(*), max(tries), max(fault) FROM gradings") == [(6, 1, "")]


def test_a_worker_that_is_killed_costs_a_try_and_nothing_else(open_folder, cluster):
    scheduler, (first, _) = cluster
    names = [f"s{number}" for number in range(6)]
    source, out = fill(open_folder / "in", *names, wrong=("s2",)), open_folder / "out"
    for name in names:
        (source / name / "sleeps.txt").write_text("0.3")
    process = start(source, out, "--scheduler", scheduler, module="tests.adverse")
    wait_for(out, 3)
    os.killpg(first.pid, signal.SIGKILL)
    _, complained = process.communicate(timeout=120)
    assert process.returncode == 0, complained
    assert scores(out) == dict.fromkeys(names, "100") | {"s2": "85"}
    assert asked(out, "SELECT count(*), max(fault) FROM gradings") == [(6, "")]


def test_no_scheduler_is_said(open_folder, monkeypatch):
    monkeypatch.setattr(engine, "ANSWERS_WITHIN", 0.1)
    source = fill(open_folder / "in", "amy")
    options = (source, open_folder / "out", "--scheduler", "tcp://127.0.0.1:9")
    # In a fork: what asks leaves threads behind.
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        said = pool.submit(grade, *options, status=2).result()
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in said
