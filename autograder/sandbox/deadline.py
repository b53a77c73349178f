"""A wall-clock deadline that the grader keeps, whatever the other side does or swallows."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Clock:
    """How long there is, and whether the time is up."""

    seconds: float
    expired: bool = False


@contextmanager
def deadline(seconds: float, expire: Callable[[], None]) -> Iterator[Clock]:
    """Call `expire` once if the block has not ended after `seconds`.

    `expire` must make what the block waits for end (kill the process, shut the socket): the
    block's blocking read then returns. Nothing is raised into the block. Main thread only; two
    deadlines do not nest.
    """
    clock = Clock(seconds)

    def on_alarm(number: int, frame: FrameType | None) -> None:
        clock.expired = True
        expire()

    before = signal.signal(signal.SIGALRM, on_alarm)
    timer = signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield clock
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)
