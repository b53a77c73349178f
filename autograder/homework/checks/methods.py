"""Call a method of the student's, whatever form it has or whatever it returns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

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
    unread = getattr(type(method), "unread", None)  # where it is called across a boundary
    call = partial(unread, method) if unread else method
    written(call(*arguments, **keywords), "the method")
