"""How the checks ask a student's objects: one small function for each kind of question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.comparison import Mismatch, as_array, entries, expect_unchanged

Array = npt.NDArray[Any]


def answers(
    method: Callable[..., object],
    *arguments: object,
    what: str,
    count: int,
    at_least: bool = False,
    twice: bool = False,
    unchanged: Sequence[tuple[str, object, Array]] = (),
) -> list[Array]:
    """The arrays that a gradient method returns; with `twice` it is asked again.

    The second answer must be the first again, and each array in `unchanged` (name, array, what it
    was) must be untouched: a gradient method reports, it changes nothing.
    """

    def ask() -> list[Array]:
        reply = entries(method(*arguments), count, what, at_least)
        return [np.array(as_array(entry, what)) for entry in reply]

    first = ask()  # copied before the second call, which may write into the same arrays
    if twice and not all(map(_same, first, ask())):
        raise Mismatch("kind", f"{what} gave another answer when it was called a second time.")
    for name, array, before in unchanged:
        expect_unchanged(array, before, f"{what}: {name}")
    return first


def with_weights(layer: Any, w: Array, b: Array) -> Any:
    """A student's Dense with `w (m, r)` and `b (r,)` written into its weights in place."""
    layer.w[:] = w
    layer.b[:] = b  # broadcasts into (1, r) too
    return layer


def call(thing: Any, *arguments: object) -> Any:
    """`thing.forward(...)` where it has one, else `thing(...)`."""
    try:
        forward = thing.forward
    except AttributeError:
        forward = thing
    return forward(*arguments)


def _same(a: Array, b: Array) -> bool:
    return np.array_equal(a, b, equal_nan=True)
