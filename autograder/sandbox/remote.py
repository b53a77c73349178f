"""What a check holds of the student's objects: stand-ins that carry each use to the worker.

A check reads like a plain test: `layer = package.Layer(4, 3)`, `layer(x)`, `layer.w`. Here
`package`, `layer` and `layer.w` are `Remote`; whatever is done to them is done in the worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from autograder.sandbox.inside import wire


class Channel(Protocol):
    """Carries one operation to the worker and brings its answer."""

    changes: int
    """Requests so far that could have run the student's code."""

    called: frozenset[str]
    """Names that are there to be called: looked up as part of the call, one exchange in place of
    two. An attribute of such a name that does not exist fails when it is called."""

    made: frozenset[str]
    """Those of them that make an object, which can wait until that is asked something."""

    def request(self, operation: str, *parts: object) -> Any: ...

    def together(self, *operations: tuple[Any, ...]) -> list[Any]:
        """Several requests in one exchange, of which none changes what another finds."""

    def later(self, operation: str, *parts: object) -> None:
        """Do something before the next request; what comes of it is not read."""

    def make(self, name: str, operation: str, *parts: object) -> Any:
        """Do something before the next request; what stands for the object that comes of it."""

    def settle(self) -> None:
        """Make sure that everything is done which was left for later."""

    def charge(self, size: int) -> None:
        """Count bytes that are copied; `WorkerLost` when they are too many for one test."""

    def fetch_arrays(self, *targets: Remote) -> list[np.ndarray[Any, Any] | None]: ...

    def refused(self, reason: str) -> BaseException:
        """What to raise for an answer that no worker of ours gives."""


class Remote:
    """An object that lives in the worker."""

    __slots__ = ("_channel", "_kind", "_number", "_type_name")

    def __init__(self, channel: Channel, number: int, kind: str, type_name: str) -> None:
        """`number`, `kind` are a handle's, see `wire`; of a class `type_name` is its own name."""
        object.__setattr__(self, "_channel", channel)
        self.stand_for(number, kind, type_name)

    def stand_for(self, number: int, kind: str, type_name: str) -> None:
        """Stand for this object of the worker's."""
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_type_name", type_name)

    def give_up(self, failure: Exception) -> None:
        """Raise this at each use: the object that it was to stand for was never made."""
        if isinstance(self._number, int) and self._number < 0:
            object.__setattr__(self, "_number", failure)

    def __repr__(self) -> str:
        return f"<student's {'class ' * (self._kind == 'class')}{self._type_name}>"

    @property
    def __student_type__(self) -> str:
        """The name of its type in the worker; for a class, its own name."""
        self._be_made()
        return str(self._type_name)

    @property
    def __student_kind__(self) -> str:
        """Its kind in the worker, one of those in `wire`."""
        self._be_made()
        return str(self._kind)

    def _be_made(self) -> None:
        """Have it made, if that was left for later."""
        if encode(self)["h"] < 0:
            self._channel.settle()

    def __getattr__(self, name: str) -> Any:
        # Python, NumPy and pytest probe objects for dunder names; none of these is the student's.
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._channel.called:
            return Method(self, name)
        return self._channel.request("get", self, name)

    def __setattr__(self, name: str, value: object) -> None:
        self._channel.later("set", self, name, value)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        return self._channel.request("call", self, None, list(args), kwargs)

    def __student_leave__(self, *args: object) -> None:
        """Call it before the next request, whatever it answers."""
        self._channel.later("leave", self, None, list(args), {})

    def __student_get__(self, *names: str) -> list[Any]:
        """Several attributes, in one exchange."""
        found: list[Any] = self._channel.together(*(("get", self, name) for name in names))
        return found

    def __enter__(self) -> Any:
        return self._channel.request("enter", self)

    def __exit__(self, kind: object, *_: object) -> bool:
        if kind is None:
            self._channel.later("exit", self, False)
            return False
        return self._channel.request("exit", self, True) is True

    def __iter__(self) -> Iterator[Any]:
        return iter(self._operate("iter"))

    def __len__(self) -> int:
        length = self._operate("len")
        if not isinstance(length, int) or type(length) is bool or length < 0:
            raise self._channel.refused("an answer came that is no length")
        return int(length)

    def __getitem__(self, key: object) -> Any:
        return self._operate("getitem", key)

    def __setitem__(self, key: object, value: object) -> None:
        self._channel.later("operate", "setitem", [self, key, value])

    def __add__(self, other: object) -> Any:
        return self._operate("add", other)

    def __mul__(self, other: object) -> Any:
        return self._operate("mul", other)

    def _operate(self, name: str, *others: object) -> Any:
        return self._channel.request("operate", name, [self, *others])


class RemoteArray(Remote):
    """A student's ndarray, of any subclass. `np.asarray` reads its numbers as they are then."""

    __slots__ = ("_seen",)

    def __init__(self, channel: Channel, number: int, kind: str, type_name: str) -> None:
        super().__init__(channel, number, kind, type_name)
        object.__setattr__(self, "_seen", (-1, None))

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """Its class in the worker, so that `isinstance(t, np.ndarray)` is true."""
        return np.ndarray

    def remember(self, value: np.ndarray[Any, Any] | None, changes: int) -> None:
        """Keep a value from after so many `changes`: it holds until the student's code runs."""
        object.__setattr__(self, "_seen", (changes, value))

    @staticmethod
    def __student_read__(arrays: Iterable[object]) -> None:
        """Bring in one exchange what `np.asarray` would have to ask for one by one."""
        known = [array for array in arrays if type(array) is RemoteArray]
        # The student's code ran since their numbers were last seen.
        stale = [array for array in known if array._seen[0] != array._channel.changes]
        if stale:
            channel: Channel = stale[0]._channel
            for array, value in zip(stale, channel.fetch_arrays(*stale), strict=True):
                array.remember(value, channel.changes)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        self.__student_read__([self])
        _, value = self._seen
        self._channel.charge(8 * np.size(value))  # what it takes in float64, in which we compute
        return np.array(value, dtype=dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        return np.asarray(self).shape

    @property
    def ndim(self) -> int:
        return np.asarray(self).ndim


class Method:
    """`target.name`, not looked up before it is called."""

    __slots__ = ("_name", "_target")

    def __init__(self, target: Remote, name: str) -> None:
        self._target, self._name = target, name

    def __call__(self, *args: object, **kwargs: object) -> Any:
        channel, name = self._target._channel, self._name
        # A call with keywords may be refused: whoever tries one wants to know at once. What is made
        # of a student's object may be that object.
        if name in channel.made and not kwargs and not any(map(_is_remote, args)):
            return channel.make(name, "call", self._target, name, list(args), kwargs)
        return channel.request("call", self._target, name, list(args), kwargs)

    def __student_run__(self, *args: object, **kwargs: object) -> None:
        """Call it before the next request, and leave an answer where it is that no stub gives."""
        self._target._channel.later("run", self._target, self._name, list(args), kwargs)

    def __student_leave__(self, *args: object) -> None:
        """Call it before the next request, whatever it answers."""
        self._target._channel.later("leave", self._target, self._name, list(args), {})


class Answer:
    """Base class of each number or container that was a whole answer.

    It is used like any other; handed back to the worker, it stands for the very object there, as
    that is by then.
    """

    number: int


def answer(value: object, number: int) -> object:
    """`value`, tied to the worker's object `number` if it is a number or a container."""
    kind: Any = type(value)
    if kind not in (int, float, list, tuple, dict) and not isinstance(value, np.number):
        return value
    copy = _answer_class(kind)(value)
    copy.number = number
    return copy


@lru_cache(maxsize=64)
def _answer_class(kind: type) -> Any:
    return type(kind.__name__, (kind, Answer), {})


def _is_remote(value: object) -> bool:
    return issubclass(type(value), Remote)


def encode(value: object) -> Any:
    """Tree of a request's part: plain values, containers, arrays by value, remotes by number."""
    return wire.encode(value, _special)


def _special(value: object) -> object:
    if isinstance(value, Method):
        raise TypeError("a method can only be called")
    kind = type(value)
    if issubclass(kind, Remote):
        number = object.__getattribute__(value, "_number")
        if isinstance(number, Exception):
            raise number
        return {"h": number}
    if isinstance(value, Answer):
        return {"h": value.number}
    if isinstance(value, np.generic):
        return wire.encode_number(value)
    if isinstance(value, np.ndarray):
        return {"a": wire.encode_array(np.asarray(value))}
    raise TypeError(f"a {kind.__name__} does not cross to the worker")
