"""Where the time of a grading goes: the reference, phase by phase.

    python benchmarks/where.py [--rounds 7]

Each round is a process of its own, as `grade` is. Of each phase it shows milliseconds of wall-clock
time and of the grader's CPU time, then the worker's CPU time and how long the grader waited for
answers, all as medians. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SEED = 7


class Stopwatch:
    """Wall-clock and CPU seconds of phases that follow each other, and of waiting within them."""

    def __init__(self) -> None:
        self._last = (0.0, 0.0)
        self.phases: dict[str, tuple[float, float]] = {}
        self.waited, self.exchanges, self.started = 0.0, 0, 0.0
        self.end("")

    def end(self, phase: str) -> None:
        """The phase ends here, and the next one begins."""
        now = (time.perf_counter(), time.process_time())
        self.phases[phase] = (now[0] - self._last[0], now[1] - self._last[1])
        self._last = now


def once() -> dict[str, Any]:
    """Grade once, in this process."""
    watch = Stopwatch()
    import numpy  # noqa: F401

    watch.end("import NumPy")
    from autograder import grading
    from autograder.commands import grade  # noqa: F401
    from autograder.homework.project import PROJECT
    from autograder.report import console, gradescope
    from autograder.sandbox import client, exchange

    watch.end("import the autograder")
    _watch_sandbox(client.Sandbox, watch)
    _watch_exchanges(exchange.Exchange, watch)
    report = grading.grade(ROOT / PROJECT.reference, PROJECT.homework, grading.Conditions(SEED))
    watch.end("end the worker, remove its folders")
    gradescope.encoded(report), console.table(report, colour=False)
    watch.end("render the results")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        **{phase: spent for phase, spent in watch.phases.items() if phase},
        "worker: start, import": (0.0, watch.started),
        "worker: all cases": (0.0, children.ru_utime + children.ru_stime - watch.started),
        f"waiting, {watch.exchanges} exchanges": (watch.waited, 0.0),
    }


def _watch_sandbox(sandbox: Any, watch: Stopwatch) -> None:
    enter, wait = sandbox.__enter__, sandbox.wait_until_ready

    def watched_enter(self: Any) -> Any:
        entered = enter(self)
        watch.end("open the submission, start the worker")
        from autograder.hosting import graded

        watch.end("import pytest")
        _watch_run(graded, watch)
        return entered

    def watched_wait(self: Any) -> None:
        wait(self)
        if "wait for the worker" not in watch.phases:
            watch.end("wait for the worker")
            watch.started = _cpu_seconds(self._worker.pid)

    sandbox.__enter__, sandbox.wait_until_ready = watched_enter, watched_wait


def _watch_run(graded: Any, watch: Stopwatch) -> None:
    finish, run = graded.Witness.pytest_collection_finish, graded.run

    def watched_finish(self: Any, session: Any) -> None:
        finish(self, session)
        watch.end("collect the checks, import SciPy")

    def watched_run(*arguments: Any) -> None:
        run(*arguments)
        watch.end("ask all cases")

    graded.Witness.pytest_collection_finish, graded.run = watched_finish, watched_run


def _watch_exchanges(exchange: Any, watch: Stopwatch) -> None:
    bring, receive = exchange.bring, exchange.receive

    def watched_bring(self: Any) -> Any:
        watch.exchanges += 1
        return bring(self)

    def watched_receive(self: Any, most: int) -> bytes:
        started = time.perf_counter()
        try:
            return bytes(receive(self, most))
        finally:
            watch.waited += time.perf_counter() - started

    exchange.bring, exchange.receive = watched_bring, watched_receive


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(rounds: list[dict[str, tuple[float, float]]]) -> str:
    """Medians, phase by phase."""
    lines = [f"{'':40}{'wall ms':>10}{'CPU ms':>10}"]
    for phase in rounds[0]:
        spent = [statistics.median(found[phase][k] for found in rounds) for k in (0, 1)]
        lines.append(f"{phase:40}" + "".join(f"{1000 * s:10.0f}" if s else " " * 10 for s in spent))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="gradings, after one to warm up")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps(once()))
        return
    command = [sys.executable, __file__, "--once"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    runs = [
        json.loads(
            subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout
        )
        for _ in range(options.rounds + 1)
    ]
    print(table(runs[1:]))


if __name__ == "__main__":
    main()
