"""A conversation with a child of the worker, for one case of a check."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from autograder.definition import Homework
from autograder.raised import ImportFailure, Raised
from autograder.sandbox import remote
from autograder.sandbox.deadline import Clock
from autograder.sandbox.exchange import Exchange, Request
from autograder.sandbox.faults import StudentError, WorkerLost, read, student_error
from autograder.sandbox.inside import wire

Makes = dict[str, type[remote.Remote]]
"""What stands for what is made, by the name of the class that makes it."""


@dataclass(frozen=True)
class Shared:
    """What the sessions with one submission share.

    `failures` are the modules that do not import, and why; `place` tells where in a frame the
    worker is; `makes` is what they learnt; `on_wait` is called when an answer takes long.
    """

    failures: Mapping[str, ImportFailure]
    place: Callable[[], int] = lambda: 0
    makes: Makes = field(default_factory=dict)
    on_wait: Callable[[], None] = lambda: None


class Session:
    """Carries operations to the worker and answers back, in their order.

    An operation whose answer nobody waits for goes along with the next one that has a reader. When
    it fails, it fails there, as what it was, and nothing that was asked for after it is done.

    `package` is the student's package. `changes` counts the requests that could have run the
    student's code, and so could have changed what was read before. `edition` is what the
    submission stands on. The child may serve another session where its user sets `leaves_child`.
    """

    def __init__(
        self,
        connected: socket.socket,
        clock: Clock,
        homework: Homework,
        shared: Shared,
        goes_on: bool = False,
    ) -> None:
        """If it `goes_on`, the child drops what the session before had of it."""
        self.called, self.made = homework.called, homework.made
        self.edition = homework.edition
        self._names = {homework.file(module): names for module, names in homework.modules.items()}
        self._failures = {failure.file: failure for failure in shared.failures.values()}
        self.changes, self.leaves_child = 0, False
        self._fetched = self._copied = 0
        self._makes, self._clock = shared.makes, clock
        self._exchange = Exchange(connected, clock, shared.place, shared.on_wait, self._error)
        self.package: Any = remote.Remote(self, 0, "object", f"{homework.package} package")
        self._remotes: dict[int, remote.Remote] = {0: self.package}
        if goes_on:
            self.later("forget")

    @property
    def expired(self) -> bool:
        """Whether its time is up, even if diagnosis or NumPy swallowed what that raised."""
        return self._clock.expired

    @property
    def lost(self) -> bool:
        """Whether it ended in a `WorkerLost`, whoever caught that."""
        return self._exchange.lost

    def close(self) -> None:
        """Hang up."""
        self._exchange.close()

    def module(self, name: str) -> Any:
        """A module of the submission, imported when it is not yet."""
        return self.make(name, "module", name)

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""
        self.settle()
        try:
            return self.request("get", self.package, name) is not None
        except StudentError:  # also what importing its module raised
            return False

    def lack(self, name: str) -> Raised | None:
        """Why the package does not offer a public name; None where it does."""
        self.settle()
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
        return self.together((operation, *parts))[0]

    def together(self, *operations: tuple[Any, ...]) -> list[Any]:
        """Do several things in one exchange, of which none changes what another finds."""
        self.changes += 1
        for operation, *parts in operations:
            self._ask(self._whole, operation, *parts)
        return self._exchange.bring()[-len(operations) :]

    def later(self, operation: str, *parts: object) -> None:
        """Do one thing in the worker, before the next request; nobody reads what comes of it."""
        self.changes += 1
        self._ask(_nothing, operation, *parts)

    def make(self, name: str, operation: str, *parts: object) -> Any:
        """Do one thing before the next request; what stands for the object that comes of it.

        What of this `name` comes of it is expected to be of the kind that it was the last time;
        the first one is waited for.
        """
        make = self._makes.get(name)
        if make is None:
            return self._remember(name, self.request(operation, *parts))
        self.changes += 1
        request = self._ask(_nothing, operation, *parts)
        made = make(self, -request.number, "", name)
        request.read, request.undo = partial(self._bind, made), made.give_up
        return made

    def _remember(self, name: str, made: Any) -> Any:
        if type(made) in (remote.Remote, remote.RemoteArray):
            self._makes[name] = type(made)
        return made

    def settle(self) -> None:
        """Have everything done that was left for later.

        Raises:
            StudentError: the student's code raised.
            WorkerLost: no well-formed answer came.
        """
        self._exchange.settle()

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

    def fetch_arrays(self, *targets: remote.Remote) -> list[np.ndarray[Any, Any] | None]:
        """The numbers of a student's arrays, as they are now; None where that is all one holds."""
        for target in targets:
            self._ask(self._array, "array", target)
        return self._exchange.bring()[-len(targets) :]

    def _array(self, body: Any) -> np.ndarray[Any, Any] | None:
        if body is None:
            return None
        header = body["a"] if type(body) is dict and set(body) == {"a"} else None
        dtype, shape, _ = wire.array_header(header)
        size = math.prod(shape) * dtype.itemsize
        self._fetched += size
        if self._fetched > wire.MAX_FETCHED:
            raise wire.WireFault("too much data for one test")
        return wire.decode_array(header, self._exchange.receive(size))  # empty ones too

    def _ask(self, read: Callable[[Any], Any], operation: str, *parts: object) -> Request:
        message = [operation, *map(remote.encode, parts)]
        return self._exchange.add(self._name_of(operation, parts), message, self.changes, read)

    def _bind(self, made: remote.Remote, body: object) -> None:
        """Have a stand-in stand for what came of its call."""
        if type(body) is not dict or set(body) != {"h"}:
            made.give_up(TypeError(f"{made!r} is no object"))
            return
        number, kind, name, inline = _handle(body["h"])
        made.stand_for(number, kind, name)
        self._remotes.setdefault(number, made)
        self._known(number, kind, name, inline)

    def _error(self, fields: object) -> StudentError:
        """The student's error in a reply. Only a public name of the homework can be missing."""
        raised = read(fields)
        if raised.missing not in ("", *self._names.get(raised.file, ())):
            raised = replace(raised, missing="", near="")
        if raised.file not in self._names:
            raised = replace(raised, file="", missing="")
        cause = None if raised.missing else self._failures.get(raised.file)
        return student_error(replace(raised, cause=cause))

    def refused(self, reason: str) -> WorkerLost:
        """The loss of a worker that gave an answer which no worker of ours gives."""
        return self._exchange.refused(reason)

    def _name_of(self, operation: str, parts: tuple[Any, ...]) -> str:
        """What is asked for, in words: the name at which a student should look."""
        if operation not in ("get", "call", "run", "leave"):
            return "this check"
        target, name, *_ = parts
        if name is None and target._kind == "function":
            return self._exchange.asked  # it was looked up just before
        of = "" if target is self.package else f"{target._type_name}."
        return f"`{of}{name or '__call__'}`"

    def _remote(self, body: object) -> remote.Remote:
        return self._known(*_handle(body))

    def _known(self, number: int, kind: str, name: str, inline: object) -> remote.Remote:
        """What stands for the object of this number, with its value where that came along."""
        known = self._remotes.get(number)
        if known is None:
            make = remote.RemoteArray if kind == "array" else remote.Remote
            known = self._remotes[number] = make(self, number, kind, name)
        if inline is not None and type(known) is remote.RemoteArray:
            known.remember(wire.decode_array(inline), self._exchange.current.changes)
        return known


def _nothing(answer: object) -> None:
    """What is read of an answer that nobody waits for."""


def _handle(body: object) -> tuple[int, str, str, object]:
    """Number, kind, name of the class, and value, if it came along, of an object there."""
    if type(body) is not list or len(body) != 4 or type(body[0]) is not int:
        raise wire.WireFault("malformed handle")
    number, kind, name, inline = body
    if not 0 <= number < wire.MAX_HANDLES:
        raise wire.WireFault("unknown handle")
    return number, str(kind)[:80], str(name)[:80], inline
