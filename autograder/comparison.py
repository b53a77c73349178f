"""Judge one array of a student's against the truth: shape, then finiteness, then every entry.

A `Mismatch` carries two texts. The full one shows what was got and what was expected; the guarded
one tells what is wrong without showing expected numbers, for cases that are kept hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

RELATIVE_FLOAT64 = 1e-6
"""Tolerance relative to the largest entry of the truth. Far over what rounding does, also where an
implementation keeps a float32 value inside; a missing factor is six orders away."""

RELATIVE_FLOAT32 = 2e-4
"""The same where the answer itself is float32."""


class Truth(NamedTuple):
    """An exact value and a bound on its own error, from two independent sources.

    `magnitude` is the size of the terms that were added up to make it: where they cancel, rounding
    is relative to them and not to what is left.
    """

    value: Array
    error: float = 0.0
    magnitude: float = 0.0


class Inconclusive(Exception):
    """The autograder's own sources of truth disagree: staff must look, nobody is charged."""


class Mismatch(AssertionError):
    """What a student's code answered is not what the contract says.

    `kind` is what to blame: `kind` (not an array at all), `shape`, `finite` or `value`. `cause`
    names the mistake in one word where one was recognised.
    """

    def __init__(self, kind: str, full: str, guarded: str | None = None, cause: str = "") -> None:
        super().__init__(full)
        self.cause = cause
        self.kind = kind
        self.full = full
        self.guarded = guarded if guarded is not None else full


def confirmed(exact: npt.ArrayLike, by: tuple[Array, float], terms: npt.ArrayLike = 0.0) -> Truth:
    """`exact`, after a second source (`by`: value and error bound) has agreed with it.

    `terms` is the same sum over absolute values, where terms can cancel.
    """
    value = np.asarray(exact, dtype=float)
    other, error = by
    tolerance = error + 1e-9 * _scale(value)
    sharp = error <= RELATIVE_FLOAT64 * _scale(value)  # else any answer would pass
    if value.shape != other.shape or not sharp or not np.all(np.abs(value - other) <= tolerance):
        raise Inconclusive(
            f"closed form {value.shape} and finite differences {other.shape} disagree"
        )
    return Truth(value, error, float(np.max(terms)))


def expect(got: object, truth: Truth | npt.ArrayLike, what: str, given: object = "") -> None:
    """Raise `Mismatch` unless `got` has the truth's exact shape and, in tolerance, its values.

    `what` names the method that answered, `given` the input that it was asked about.
    """
    truth = truth if isinstance(truth, Truth) else Truth(np.asarray(truth, dtype=float))
    array = as_array(got, what)
    _expect_shape(array, truth.value, what, given)
    _expect_finite(array, what, given)
    _expect_values(array, truth, what, given)


def expect_shape(array: Array, shape: tuple[int, ...], what: str) -> None:
    """Raise `Mismatch` unless `array` has exactly this shape."""
    _expect_shape(array, np.empty(shape), what, "")


def expect_each(
    got: Sequence[object],
    truths: Sequence[Truth | npt.ArrayLike],
    what: str,
    given: object = "",
) -> None:
    """`expect` for the entries of a list: all their shapes before any of their values."""
    named = [(as_array(g, f"{what}[{k}]"), f"{what}[{k}]") for k, g in enumerate(got)]
    exact = [t if isinstance(t, Truth) else Truth(np.asarray(t, dtype=float)) for t in truths]
    for (array, name), truth in zip(named, exact, strict=True):
        _expect_shape(array, truth.value, name, given)
    for (array, name), truth in zip(named, exact, strict=True):
        expect(array, truth, name, given)


def expect_scalar(got: object, truth: float, what: str, given: object = "") -> None:
    """`expect` for a single number: a Python or NumPy number or an array of size 1."""
    array = as_array(got, what)
    if array.size != 1:
        text = f"{what} returned shape {array.shape}; expected a single number."
        raise Mismatch("shape", _about(text, given))
    expect(array.reshape(()), np.asarray(truth, dtype=float), what, given)


def expect_unchanged(array: object, before: npt.ArrayLike, what: str) -> None:
    """Raise `Mismatch` if an array that only had to be read is no longer what it was."""
    now, was = as_array(array, what), np.asarray(before)
    if now.shape != was.shape or not np.allclose(now, was, rtol=RELATIVE_FLOAT64, atol=0.0):
        raise Mismatch("kind", f"{what} was changed in place; it must stay as it was.")


def as_array(got: object, what: str) -> Array:
    """The numbers of `got` as a plain array; `Mismatch` when it holds no real numbers."""
    if got is None:
        raise Mismatch("kind", f"{what} returned None; is a `return` missing?")
    reason = ""
    try:
        array = np.asarray(got)
    except (TypeError, ValueError) as fault:
        array = np.asarray(None)
        reason = "" if isinstance(got, (list, tuple)) else f" ({fault})"
    if array.dtype.kind not in "biuf":
        expected = f"expected an array of numbers{reason}."
        raise Mismatch("kind", f"{what} returned {_kind(got)}; {expected}")
    return array


def entries(got: object, count: int, what: str, at_least: bool = False) -> list[Any]:
    """The `count` entries of a list, a tuple, or an array whose leading axis stands for a list."""
    if isinstance(got, np.ndarray):
        got = [got[k] for k in range(len(got))] if np.ndim(got) and len(got) == count else None
        if got is None:
            raise Mismatch("shape", f"{what} returned a bare array; expected {_list_of(count)}.")
    if got is None:
        raise Mismatch("kind", f"{what} returned None; is a `return` missing?")
    if not isinstance(got, (list, tuple)):
        raise Mismatch("kind", f"{what} returned {_kind(got)}; expected {_list_of(count)}.")
    if len(got) < count or (len(got) > count and not at_least):
        text = f"{what} returned {len(got)} entries; expected {_list_of(count)}."
        raise Mismatch("shape", text)
    return list(got)


def tolerance(dtype: np.dtype[Any], truth: Truth) -> float:
    """How far an entry may be off, from the answer's dtype and the truth's own error."""
    wide = dtype.kind != "f" or dtype.itemsize >= 8
    relative = RELATIVE_FLOAT64 if wide else RELATIVE_FLOAT32
    return relative * max(_scale(truth.value), truth.magnitude) + truth.error


def _expect_shape(array: Array, want: Array, what: str, given: object) -> None:
    # NumPy's own comparisons would let a 0-d or size-1 array match anything.
    if array.shape != want.shape:
        text = f"{what} has shape {array.shape}; expected {want.shape}."
        raise Mismatch("shape", _about(text, given))


def _expect_finite(array: Array, what: str, given: object) -> None:
    bad = ~np.isfinite(array)
    if bad.any():
        index = tuple(int(k) for k in np.argwhere(bad)[0])
        place = f" at index {list(index)} ({bad.sum()} of {bad.size})" if index else ""
        text = f"{what} is {array[index]}{place}."
        raise Mismatch("finite", _about(text, given))


def _expect_values(array: Array, truth: Truth, what: str, given: object) -> None:
    if array.size == 0:
        return
    distance = np.abs(array.astype(float) - truth.value)
    allowed = tolerance(array.dtype, truth)
    if np.all(distance <= allowed):
        return
    index = np.unravel_index(int(np.argmax(distance)), distance.shape)
    place = f" at index {[int(k) for k in index]}" if index else ""
    wrong = int(np.sum(distance > allowed))
    head = f"{what} has wrong values: {wrong} of {distance.size} entries."
    full = (
        f"{head}\n    worst{place}"
        f"\n    got       {float(array[index]):.8g}"
        f"\n    expected  {float(truth.value[index]):.8g}"
        f"\n    tolerance {allowed:.1g}"
    )
    raise Mismatch("value", _about(full, given), _about(head, given))


def _about(text: str, given: object) -> str:
    return f"{text}\n    for {given}" if str(given) else text


def _scale(value: Array) -> float:
    """The largest entry; 1 where there is none to be relative to."""
    return float(np.max(np.abs(value), initial=0.0)) or 1.0


def _kind(got: object) -> str:
    if got is None:
        return "None"
    if type(got) is np.ndarray:
        return f"an array of dtype {got.dtype}"
    name = str(getattr(got, "__student_type__", type(got).__name__))
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _list_of(count: int) -> str:
    return {0: "an empty list", 1: "a list with one entry"}.get(count, f"a list of {count} entries")
