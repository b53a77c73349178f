"""Requests on their way to a child of the worker, and its answers: frames, bounds, losses."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from autograder.sandbox.deadline import Clock
from autograder.sandbox.faults import StudentError, WorkerLost
from autograder.sandbox.inside import wire

LONG = 250
"""Milliseconds after which an answer takes long."""


@dataclass
class Request:
    """One operation on its way: what is asked for in words, and its message.

    `changes` is the session's count at that time, `read` turns the answer into what is
    wanted, and `undo` is told why there is none.
    """

    number: int
    asked: str
    message: list[object]
    changes: int
    read: Callable[[Any], Any]
    undo: Callable[[StudentError], None] = lambda failure: None


class Exchange:
    """Collects requests, sends all that wait in one frame, and reads an answer to each.

    `current` is the request whose answer is being read. `lost` tells whether it ended in a
    `WorkerLost`, whoever caught that. `asked` is what was last asked for.
    """

    def __init__(
        self,
        connected: socket.socket,
        clock: Clock,
        place: Callable[[], int],
        on_wait: Callable[[], None],
        error: Callable[[object], StudentError],
    ) -> None:
        """`place` tells where in a frame the worker is; `on_wait` is called when an answer takes
        long; `error` makes of a reply's fields what the student's code raised."""
        self._link, self._clock = Connection(os.dup(connected.fileno())), clock
        self._arrival = select.poll()
        self._arrival.register(self._link.fileno(), select.POLLIN)
        self._place, self._on_wait, self._error = place, on_wait, error
        self._waiting: list[Request] = []
        self._sent: list[Request] = []
        self._written = self._replied = 0
        self.asked, self.lost = "this check", False
        self.current = Request(0, self.asked, [], 0, lambda answer: None)

    def add(
        self, asked: str, message: list[object], changes: int, read: Callable[[Any], Any]
    ) -> Request:
        """Let one request wait."""
        self._written += 1
        self.asked = asked
        request = Request(self._written, asked, [self._written, *message], changes, read)
        self._waiting.append(request)
        return request

    def settle(self) -> None:
        """Make sure that all requests which wait are done; see `bring`."""
        if self._waiting:
            self.bring()

    def bring(self) -> list[Any]:
        """Send what waits, and read an answer to each.

        Raises:
            StudentError: the student's code raised; what was asked for after that is not done.
            WorkerLost: no well-formed answer came.
        """
        self._send()
        try:
            return [*map(self._answer, self._sent)]
        except StudentError as failure:
            failure.is_late = self.current is not self._sent[-1]
            for request in self._sent:
                request.undo(failure)
            raise
        except wire.WireFault as fault:
            raise self.refused(f"the answer could not be read ({fault})") from fault

    def _send(self) -> None:
        self._sent, self._waiting = self._waiting, []
        frame = wire.pack([request.message for request in self._sent])
        for request in self._sent:
            request.message.clear()  # its arrays are large, and the answer may take long
        try:
            self._link.send_bytes(frame)
        except OSError as fault:
            raise self._ended() from fault

    def _answer(self, request: Request) -> Any:
        self.current, self.asked = request, request.asked
        reply = self._unpacked(self.receive(wire.MAX_FRAME))
        if type(reply) is not list or len(reply) != 3 or reply[0] != request.number:
            raise self.refused("an answer came that nobody asked for")
        if reply[1] == "error":
            raise self._error(reply[2])
        if reply[1] != "ok":
            raise self.refused("an answer came that nobody asked for")
        return request.read(reply[2])

    def _unpacked(self, frame: bytes) -> Any:
        self._replied += len(frame)
        if self._replied > wire.MAX_REPLIES:
            raise wire.WireFault("too much data for one test")
        return wire.unpack(frame)

    def receive(self, most: int) -> bytes:
        """One frame of at most so many bytes."""
        try:
            if not self._arrival.poll(LONG):
                self._on_wait()
            return self._link.recv_bytes(most)
        except (EOFError, OSError) as fault:
            raise self._ended() from fault

    def _ended(self) -> WorkerLost:
        self.asked = self._sent[min(self._place(), len(self._sent) - 1)].asked
        return self.refused(f"the program ended in the middle of {self.asked}")

    def refused(self, reason: str) -> WorkerLost:
        """The loss of a worker that gave no answer, or one that no worker of ours gives."""
        self.lost = True
        if self._clock.expired:
            seconds = f"{self._clock.seconds:g} seconds"
            reason = f"{self.asked} gave no answer within {seconds}: is there an endless loop?"
        return WorkerLost(reason, timed_out=self._clock.expired)

    def close(self) -> None:
        """Hang up."""
        self._link.close()
