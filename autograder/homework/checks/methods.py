"""Call a method of the student's, whatever form it has or whatever it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from traceback import walk_tb
from typing import Any

from autograder.raised import Raised
from autograder.truth.comparison import written


def call(thing: Any, *arguments: object) -> Any:
    """`thing.forward(...)` where it has one, else `thing(...)`."""
    try:
        forward = thing.forward
    except AttributeError:
        forward = thing
    return forward(*arguments)


def run(method: Callable[..., object], *arguments: object, **keywords: object) -> None:
    """Call a method for what it does: whatever it answers is not read, and so never wrong.

    But for what a stub returns: then it is not written yet.
    """
    across = getattr(type(method), "__student_run__", None)  # where a boundary lies between
    call = partial(across, method) if across else method
    written(call(*arguments, **keywords), "the method")


def leave(method: Callable[..., object], *arguments: object) -> None:
    """Call something whose answer does not matter here, not even that it is a stub's."""
    across = getattr(type(method), "__student_leave__", None)
    across(method, *arguments) if across else method(*arguments)


def attributes(thing: Any, *names: str) -> list[Any]:
    """Several attributes; across a boundary they come together."""
    across = getattr(type(thing), "__student_get__", None)
    return across(thing, *names) if across else [getattr(thing, name) for name in names]


def bring(arrays: Iterable[object]) -> None:
    """Have the numbers of several arrays come together, where they come across a boundary."""
    known = [array for array in arrays if hasattr(type(array), "__student_read__")]
    if known:
        type(known[0]).__student_read__(known)  # type: ignore[attr-defined]


def comes_out_of(failure: Exception, function: str) -> bool:
    """Whether a function of this name was running when a student's code raised."""
    raised = getattr(failure, "raised", None)
    if isinstance(raised, Raised):  # across a boundary
        return any(frame.function == function for frame in raised.frames)
    return any(frame.f_code.co_name == function for frame, _ in walk_tb(failure.__traceback__))
