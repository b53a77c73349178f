"""One grading of a class: a process of its own, with the whole sandbox, and a bound on its time."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess
from pathlib import Path
from socket import gethostname

from autograder.classroom import checks
from autograder.classroom.record import Outcome
from autograder.definition import Homework
from autograder.grading import Conditions
from autograder.sandbox.confinement.kernel import PR_SET_PDEATHSIG, prctl

FAREWELL = 10.0
"""Seconds that a process may take to end once it has answered."""

GRACE = 60.0
"""Seconds past the budget of a run after which a grading hangs."""

MAX_RESULTS = 1 << 26
"""Bytes of a results.json."""


@dataclass(frozen=True)
class Task:
    """What a worker of a pool or of a cluster needs to grade one submission.

    `private` is closed to the student's code, beside the submission itself. `checks` is the digest
    of those that must be used. `seconds` bound the whole; without them the homework's budget does.
    """

    name: str
    path: Path
    homework: Homework
    checks: str
    private: tuple[Path, ...] = ()
    seconds: float | None = None
    tries: int = 1


class GradingLost(Exception):
    """The process of a grading ended or hung; the message says which."""


class OtherChecks(Exception):
    """A machine, which the message names, would not grade by the checks that were asked for."""


def run(task: Task) -> Outcome:
    """Grade a submission, in a process that grades nothing else.

    Raises:
        GradingLost: it came to no end; another try may.
        OtherChecks: nothing more can be graded.
    """
    if checks.of(task.homework).digest != task.checks:
        raise OtherChecks(
            f"the checks on {gethostname()} are others now, or their salt or packages"
        )
    started = time.monotonic()
    moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
    results = _results(task)
    return Outcome(moment, round(time.monotonic() - started, 3), task.tries, results)


def start_fork_server(homework: Homework) -> None:
    """Start the process that forks the gradings; only in the main thread of a process.

    It ignores Ctrl-C: else a grading that starts just then would end with a traceback.
    """
    _context(homework)
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ensure_running()
    finally:
        signal.signal(signal.SIGINT, usual)


def _context(homework: Homework) -> ForkServerContext:
    """What makes processes out of one that has imported what every grading needs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.hosting.graded", homework.public.__module__])
    return context


def _results(task: Task) -> str:
    context = _context(task.homework)
    # A cluster's nanny starts its workers as daemons, which may start no processes.
    multiprocessing.current_process().daemon = False
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_grade, args=(task, sender), daemon=True)
    with receiver:
        process.start()
        sender.close()
        return _answer(process, receiver, task.seconds or task.homework.budget.run + GRACE)


def _answer(process: BaseProcess, receiver: Connection, seconds: float) -> str:
    try:
        if not receiver.poll(seconds):
            process.kill()
            raise GradingLost(f"it was not done within {seconds:g} seconds")
        return receiver.recv_bytes(MAX_RESULTS).decode()
    except (EOFError, OSError) as fault:
        process.join(FAREWELL)
        raise GradingLost(f"its process ended with {process.exitcode}") from fault
    finally:
        process.join(FAREWELL)
        process.kill()


def _grade(task: Task, sender: Connection) -> None:
    """In the process of its own: what a TA's `grade` does, without a file of results."""
    _end_with_class()
    signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to all; ours is SIGTERM
    with suppress(KeyboardInterrupt, BrokenPipeError):  # stopped, or nobody waits any more
        signal.signal(signal.SIGTERM, _interrupt)
        sender.send_bytes(_graded(task))


def _graded(task: Task) -> bytes:
    from autograder.grading import grade
    from autograder.report import gradescope
    from autograder.sandbox.confinement.privacy import closed_to_others, private_paths

    own = private_paths(task.path)
    with closed_to_others(*own):
        report = grade(task.path, task.homework, Conditions(private=(*task.private, *own)))
    return gradescope.encoded(report)


def _end_with_class() -> None:
    """Where the system can: a grading whose class was killed is killed, too.

    Its parent is the fork server, which outlives the class as long as a grading lives. But the
    class holds a pipe open that `sentinel` reads from. When the class ends, however it ends, the
    kernel closes the pipe, and O_ASYNC with F_SETSIG has it send us SIGKILL.
    """
    starter = multiprocessing.parent_process()
    if sys.platform != "linux" or starter is None:
        return
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # where the fork server is killed
    sentinel = starter.sentinel
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sentinel, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if wait([sentinel], 0):  # it was closed before
        os._exit(1)


def _interrupt(*_: object) -> None:
    """Clean up and end; once is enough."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt
