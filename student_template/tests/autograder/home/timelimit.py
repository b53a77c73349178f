"""Stops code that does not end, in the thread that it runs in: by no signal that Windows lacks.

A second thread waits. When the time is over, it makes the watched thread raise `TooSlow` at the
next line of Python; code that waits in one long call is woken as by Ctrl-C.
"""

from __future__ import annotations

import _thread
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

PATIENCE = 1.0
"""Seconds between two attempts to stop what goes on."""

ATTEMPTS = 5


class TooSlow(BaseException):
    """The time was over. It is no `Exception`, so few of a student's handlers swallow it."""

    seconds = 0.0
    """How long it was waited for."""


class TimeLimit:
    """A block that ends by TooSlow after `seconds`, in the thread that enters it.

    `give_up` is called with the frame that runs there where no attempt helps: a handler swallows
    each, or a call never returns. After it nothing more is tried.
    """

    def __init__(self, seconds: float, give_up: Callable[[FrameType | None], None]) -> None:
        self._seconds, self._give_up = seconds, give_up
        # A class is raised, not an object: its own, so that it tells the seconds wherever it goes.
        self._too_slow = type("TooSlow", (TooSlow,), {"seconds": seconds})
        self._attempts, self._due = 0, time.monotonic() + seconds
        self._woke = False
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._watched = threading.get_ident()

    def __enter__(self) -> TimeLimit:
        if not sys.gettrace():  # else a debugger is at work, and a person thinks
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        try:
            self.end()
        except TooSlow:  # it came in this very moment
            self.end()
            raise
        if isinstance(failure, KeyboardInterrupt) and self._woke:
            raise self.stopped(failure) from None

    def end(self) -> None:
        """From now on stop nothing, not even what was about to be stopped."""
        self._ended.set()
        self.restart()

    def restart(self) -> None:
        """Count the seconds from now."""
        with self._lock:
            if self._attempts:
                _raise_in(self._watched, None)
            self._attempts, self._due = 0, time.monotonic() + self._seconds

    def stopped(self, failure: BaseException) -> BaseException:
        """The TooSlow that a failure stands for, if it does; else the failure itself."""
        if isinstance(failure, KeyboardInterrupt) and self._woke:
            failure = self._too_slow().with_traceback(failure.__traceback__)
        return failure

    def _watch(self) -> None:
        while not self._ended.wait(max(0.0, self._due - time.monotonic())):
            if time.monotonic() < self._due:
                continue  # it was restarted
            if self._attempts == ATTEMPTS:
                self._give_up(sys._current_frames().get(self._watched))
                return
            self._attempt()

    def _attempt(self) -> None:
        with self._lock:
            if self._ended.is_set():
                return
            self._attempts, self._due = self._attempts + 1, time.monotonic() + PATIENCE
            # Never both at once: one of them would be raised when the other has left the code.
            waits = self._attempts % 2 == 0
            _raise_in(self._watched, None if waits else self._too_slow)
        if waits:
            self._woke = True
            _wake(self._watched)


def _raise_in(thread: int, what: type[BaseException] | None) -> None:
    """Have it raised there, or with None take back what was not raised yet."""
    raised = ctypes.py_object(what) if what else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)


def _wake(thread: int) -> None:
    """End a call that waits, such as `time.sleep`."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, signal.SIGINT)
    else:
        _thread.interrupt_main()
