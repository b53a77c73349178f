"""Grades a class side by side, through whatever executor it is given: threads here, or a cluster.

A thread only waits for the process of its grading. A grading that is lost is tried once more.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice

from autograder.classroom.record import Outcome
from autograder.classroom.task import OtherChecks, Task, run, start_fork_server
from autograder.definition import Homework

TRIES = 2
"""How often a grading may be lost before a row says so."""

ANSWERS_WITHIN = 10.0
"""Seconds for a scheduler to answer."""

AHEAD = 2
"""Tasks for each place of an executor: one that is graded and one that waits."""

Outcomes = Generator[tuple[str, Outcome], None, None]
"""Names of tasks, each with what came of it."""

Places = tuple[Executor, int]
"""What runs tasks, and how many it should be given at once."""


class NoScheduler(Exception):
    """The scheduler cannot be reached; the message names its address."""


@contextmanager
def executor(homework: Homework, jobs: int, scheduler: str | None) -> Iterator[Places]:
    """Threads of this process, or the cluster of a `scheduler`.

    Raises:
        NoScheduler: there is none at this address.
    """
    if scheduler is None:
        start_fork_server(homework)
        with ThreadPoolExecutor(jobs) as pool:
            yield pool, AHEAD * jobs
        return
    import distributed

    try:
        client = distributed.Client(scheduler, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise NoScheduler(f"no Dask scheduler answers at {scheduler} ({fault}).") from fault
    with client:
        places = sum(client.nthreads().values())
        yield client.get_executor(pure=False), AHEAD * max(places, jobs)


def graded(pool: Executor, tasks: Iterable[Task], at_once: int) -> Outcomes:
    """Each task's name with what came of it, as they end; no task is kept once it is done.

    Raises:
        OtherChecks: some machine has others, or somebody changed them meanwhile.
    """
    waiting = iter(tasks)
    pending: dict[Future[Outcome], Task] = {}
    try:
        while True:
            for task in islice(waiting, at_once - len(pending)):
                pending[pool.submit(run, task)] = task
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                task = pending.pop(future)
                outcome = _outcome(future, task)
                if outcome is None:
                    again = replace(task, tries=task.tries + 1)
                    pending[pool.submit(run, again)] = again
                else:
                    yield task.name, outcome
    finally:
        _stop(pool, pending)


def _outcome(future: Future[Outcome], task: Task) -> Outcome | None:
    """What came of it; nothing where it was lost and may be tried again."""
    try:
        return future.result()
    except OtherChecks:
        raise
    except (Exception, CancelledError) as fault:  # a cluster has exceptions of its own
        if task.tries < TRIES:
            return None
        return Outcome("", 0.0, task.tries, fault=str(fault) or type(fault).__name__)


def _stop(pool: Executor, pending: Iterable[Future[Outcome]]) -> None:
    """End what still runs here, each after it has cleaned up."""
    pending = [future for future in pending if not future.cancel()]
    while pending and isinstance(pool, ThreadPoolExecutor):
        for process in multiprocessing.active_children():
            with suppress(ValueError):  # it has ended meanwhile
                process.terminate()
        pending = [*wait(pending, timeout=0.2).not_done]
