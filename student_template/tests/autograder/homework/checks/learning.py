"""How well a student's own model learns to read digits: for a check and for the leaderboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograder.homework.checks.methods import run
from autograder.truth.comparison import Mismatch, as_array, expect_shape, type_of, written

Array = npt.NDArray[Any]
Digits = tuple[Array, Array]
"""Images `(N, 784)` and one-hot labels `(N, 10)`."""


class Lesson(NamedTuple):
    """One call of `fit` on the first so many digits."""

    digits: int
    batch_size: int
    epochs: int


COURSES = (
    (
        Lesson(100, 10, 1),
        Lesson(600, 10, 1),
        Lesson(600, 10, 5),
        Lesson(600, 10, 12),
        Lesson(600, 10, 30),
    ),
    (Lesson(600, 200, 5), Lesson(600, 200, 10)),
)
"""Each for a new model, and each lesson only where those before were not enough. Most models need
one or two; a low learning rate needs thousands of steps, a high one large batches."""

LEAST_CHANGE = 0.002
"""How far the right classes must move, up or down, in a lesson for another one to make sense: what
does not move does not learn. Up alone would be too much to ask, where a start is wild."""


def own_model(assignment: Any) -> Any:
    """A new model, compiled as assignment.py says; `Mismatch` where get_model() gives none."""
    model = _made(assignment, "get_model")
    if isinstance(model, (list, tuple)) or model is None:
        kind = "nothing" if model is None else f"a {type(model).__name__}"
        raise Mismatch("type", f"get_model() returned {kind}; expected a model.")
    names = ("get_optimizer", "get_loss_fn", "get_acc_fn")
    parts = [_made(assignment, name) for name in names]
    run(model.compile, *parts)
    return model


def _made(assignment: Any, name: str) -> Any:
    """What a function of assignment.py gives: an object, and no class to make one of."""
    part = written(getattr(assignment, name)(), f"{name}()")
    if (kind := type_of(part)).is_class:
        text = f"{name}() returned the {kind} itself; expected an object of it: {kind.name}(...)."
        raise Mismatch("type", text)
    return part


def share_read(model: Any, x: Array, y: Array) -> float:
    """Share of digits that a model reads right; `Mismatch` if its answers are no `(N, 10)`."""
    answers = as_array(model(np.array(x)), "model(x)")
    expect_shape(answers, y.shape, "model(x)")
    return float(np.mean(np.argmax(answers, axis=1) == np.argmax(y, axis=1)))


def teach(assignment: Any, model: Any, seen: Digits, unseen: Digits, enough: float) -> float:
    """The largest share of `unseen` that `model`, or another one, reads after some lesson.

    The lessons end as soon as it is `enough`.
    """
    best = 0.0
    for number, course in enumerate(COURSES):
        model = own_model(assignment) if number else model
        for share in _shares_read(model, course, seen, unseen):
            best = max(best, share)
            if best >= enough:
                return best
    return best


def _shares_read(
    model: Any, course: Sequence[Lesson], seen: Digits, unseen: Digits
) -> Iterator[float]:
    """What a model reads after each lesson of a course, which ends where nothing changes."""
    (x, y), standing = seen, 0.0
    for number, (digits, batch_size, epochs) in enumerate(course):
        batch = np.array(x[:digits]), np.array(y[:digits])  # a fit may shuffle them in place
        run(model.fit, *batch, epochs=epochs, batch_size=batch_size)
        yield share_read(model, *unseen)
        if number:  # the first one is too short to tell
            before, standing = standing, _standing(model, x, y)
            if abs(standing - before) < LEAST_CHANGE:
                return


def _standing(model: Any, x: Array, y: Array) -> float:
    """Share of the classes that stand under the right one, over all digits; ties count half.

    It moves long before the right class comes first.
    """
    answers = as_array(model(np.array(x)), "model(x)")
    right = (answers * y).sum(axis=1, keepdims=True)
    return float(np.mean((answers < right) + 0.5 * (answers == right)))
