"""How far a class has come: one line, redrawn in place in a terminal, else now and then."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from autograder.shown import terminal

EVERY = 30.0
"""Seconds between two lines where they cannot be drawn over each other."""


class Progress:
    """Of `total` submissions `done` were taken from the record. It writes to stderr by default."""

    def __init__(self, done: int, total: int, stream: TextIO | None = None) -> None:
        self._taken = self._done = done
        self._total, self._stream = total, stream or sys.stderr
        self._live = self._stream.isatty()
        self._started = self._shown = time.monotonic()

    def step(self) -> None:
        """One more was graded."""
        self._done += 1
        if self._live or time.monotonic() - self._shown > EVERY:
            self._shown = time.monotonic()
            self._stream.write(f"\r\x1b[K{self}" if self._live else f"{self}\n")
            self._stream.flush()

    def say(self, line: str) -> None:
        """A line that stays."""
        self.clear()
        self._stream.write(f"{terminal(line)}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Erase the line that is redrawn in place."""
        if self._live:
            self._stream.write("\r\x1b[K")

    def __str__(self) -> str:
        graded = self._done - self._taken
        rate = graded / max(time.monotonic() - self._started, 1e-9)
        left = duration((self._total - self._done) / rate) if graded else "?"
        return f"{self._done}/{self._total}  {60 * rate:.0f} a minute  {left} left"


def duration(seconds: float) -> str:
    """Hours, minutes and seconds, as in 1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
