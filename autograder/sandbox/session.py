"""A conversation with a child of the worker, for one case of a check."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from autograder.definition import Homework
from autograder.raised import ImportFailure, Raised
from autograder.sandbox import remote
from autograder.sandbox.deadline import Clock
from autograder.sandbox.faults import StudentError, WorkerLost, read, student_error
from autograder.sandbox.inside import wire


class Session:
    """Carries operations to the worker and answers back, one at a time.

    `package` is the student's package. `changes` counts the requests that could have run the
    student's code, and so could have changed what was read before. `lost` tells whether it ended
    in a `WorkerLost`, whoever caught that. `edition` is what the submission stands on. The child
    may serve another session where its user sets `leaves_child`.
    """

    def __init__(
        self,
        connected: socket.socket,
        clock: Clock,
        homework: Homework,
        failures: Mapping[str, ImportFailure],
    ) -> None:
        """`failures` are the modules that do not import, and why."""
        self.called, self.edition = homework.called, homework.edition
        self._names = {homework.file(module): names for module, names in homework.modules.items()}
        self._failures = {failure.file: failure for failure in failures.values()}
        self.changes, self.lost, self.leaves_child = 0, False, False
        self._requests = self._fetched = self._copied = self._replied = 0
        self._asked = "this check"
        self._link, self._clock = Connection(os.dup(connected.fileno())), clock
        self.package: Any = remote.Remote(self, 0, "object", f"{homework.package} package")
        self._remotes: dict[int, remote.Remote] = {0: self.package}

    @property
    def expired(self) -> bool:
        """Whether its time is up, whoever noticed: diagnosis and NumPy keep it to themselves."""
        return self._clock.expired

    def forget(self) -> bool:
        """Have the child drop all handles; False if it is lost by that."""
        with suppress(WorkerLost):
            self._exchange("forget")
        return not self.lost

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def module(self, name: str) -> Any:
        """A module of the submission, imported when it is not yet."""
        return self.request("module", name)

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""
        try:
            return self.request("get", self.package, name) is not None
        except StudentError:  # also what importing its module raised
            return False

    def lack(self, name: str) -> Raised | None:
        """Why the package does not offer a public name; None where it does."""
        try:
            self.request("get", self.package, name)
        except StudentError as failure:
            return failure.raised
        return None

    def request(self, operation: str, *parts: object) -> Any:
        """Do one thing in the worker and bring back what came of it.

        Raises:
            StudentError: the student's code raised.
            WorkerLost: no well-formed answer came.
        """
        self.changes += 1
        body = self._exchange(operation, *parts)
        try:
            return self._whole(body)
        except wire.WireFault as fault:
            raise self.refused(f"the answer could not be read ({fault})") from fault

    def _whole(self, body: object) -> Any:
        if type(body) is not dict or set(body) != {"v"}:
            return wire.decode(body, self._remote)
        kept = body["v"]
        if type(kept) is not list or len(kept) != 2 or type(kept[0]) is not int:
            raise wire.WireFault("malformed answer")
        return remote.answer(wire.decode(kept[1], self._remote), kept[0])

    def charge(self, size: int) -> None:
        """Count a copy of an array: one handle, listed a thousand times, is a thousand copies."""
        self._copied += size if size > wire.MAX_INLINE else 0
        if self._copied > wire.MAX_COPIED:
            raise self.refused("too much data for one test")

    def fetch_array(self, target: remote.Remote) -> np.ndarray[Any, Any] | None:
        """The numbers of a student's array, as they are now; None where that is all it holds."""
        body = self._exchange("array", target)
        if body is None:
            return None
        try:
            header = body["a"] if type(body) is dict and set(body) == {"a"} else None
            dtype, shape, _ = wire.array_header(header)
            size = math.prod(shape) * dtype.itemsize
            self._fetched += size
            if self._fetched > wire.MAX_FETCHED:
                raise wire.WireFault("too much data for one test")
            return wire.decode_array(header, self._link.recv_bytes(size))  # empty ones too
        except (EOFError, OSError, wire.WireFault) as fault:
            raise self.refused(f"an array could not be read ({fault})") from fault

    def _exchange(self, operation: str, *parts: object) -> Any:
        self._requests += 1
        self._asked = self._name_of(operation, parts)
        frame = wire.pack([self._requests, operation, *map(remote.encode, parts)])
        try:
            self._link.send_bytes(frame)
            reply = self._unpack(self._link.recv_bytes(wire.MAX_FRAME))
        except (EOFError, OSError) as fault:
            raise self.refused(f"the program ended in the middle of {self._asked}") from fault
        except wire.WireFault as fault:
            raise self.refused(f"the answer could not be read ({fault})") from fault
        if type(reply) is not list or len(reply) != 3 or reply[0] != self._requests:
            raise self.refused("an answer came that nobody asked for")
        if reply[1] == "error":
            raise self._error(reply[2])
        if reply[1] != "ok":
            raise self.refused("an answer came that nobody asked for")
        return reply[2]

    def _error(self, fields: object) -> StudentError:
        """The student's error in a reply. Only a public name of the homework can be missing."""
        raised = read(fields)
        if raised.missing not in ("", *self._names.get(raised.file, ())):
            raised = replace(raised, missing="", near="")
        if raised.file not in self._names:
            raised = replace(raised, file="", missing="")
        cause = None if raised.missing else self._failures.get(raised.file)
        return student_error(replace(raised, cause=cause))

    def _unpack(self, frame: bytes) -> Any:
        self._replied += len(frame)
        if self._replied > wire.MAX_REPLIES:
            raise wire.WireFault("too much data for one test")
        return wire.unpack(frame)

    def refused(self, reason: str) -> WorkerLost:
        """The loss of a worker that gave no answer, or one that no worker of ours gives."""
        self.lost = True
        if self._clock.expired:
            seconds = f"{self._clock.seconds:g} seconds"
            reason = f"{self._asked} gave no answer within {seconds}: is there an endless loop?"
        return WorkerLost(reason, timed_out=self._clock.expired)

    def _name_of(self, operation: str, parts: tuple[Any, ...]) -> str:
        """What is asked for, in words: the name at which a student should look."""
        if operation not in ("get", "call", "run"):
            return "this check"
        target, name, *_ = parts
        if name is None and target._kind == "function":
            return self._asked  # it was looked up just before
        of = "" if target is self.package else f"{target._type_name}."
        return f"`{of}{name or '__call__'}`"

    def _remote(self, body: object) -> remote.Remote:
        if type(body) is not list or len(body) != 4 or type(body[0]) is not int:
            raise wire.WireFault("malformed handle")
        number, kind, name, inline = body
        if not 0 <= number < wire.MAX_HANDLES:
            raise wire.WireFault("unknown handle")
        known = self._remotes.get(number)
        if known is None:
            make = remote.RemoteArray if kind == "array" else remote.Remote
            known = self._remotes[number] = make(self, number, str(kind)[:80], str(name)[:80])
        if inline is not None and type(known) is remote.RemoteArray:
            known.remember(wire.decode_array(inline))
        return known
