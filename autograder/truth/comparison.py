"""Judge one array of a student's against the truth: shape, then finiteness, then every entry.

A `Mismatch` carries two texts. The full one shows what was got and what was expected; the guarded
one tells what is wrong without showing expected numbers, for cases that are kept hidden.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograder.truth import diagnosis
from autograder.truth.diagnosis import Cause, Suspects, Wrong

Array = npt.NDArray[Any]

RELATIVE_FLOAT64 = 1e-6
"""Tolerance relative to the largest entry of the truth. Far over what rounding does, also where an
implementation keeps a float32 value inside; a missing factor is six orders away."""

RELATIVE_FLOAT32 = 2e-4
"""The same where the answer itself is float32."""


SHOWN_ENTRIES = 20
"""Arrays of at most so many entries are shown whole, unless the case is hidden."""


_SET_ASIDE: ContextVar[list[Mismatch] | None] = ContextVar("set aside", default=None)
"""Where `axes_last` keeps what it is to raise in the end."""


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

    `kind` is what to blame: `type` (no array, no list, or something changed that had to stay),
    `shape`, `axis` (right numbers under a leading axis of 1 too many), `finite` or `value`;
    or `todo`, where it is not written yet. `cause` is the mistake, where it was recognised.
    """

    def __init__(
        self, kind: str, full: str, guarded: str | None = None, cause: Cause | None = None
    ) -> None:
        super().__init__(full)
        self.kind, self.cause = kind, cause
        self.full, self.guarded = full, full if guarded is None else guarded

    def __str__(self) -> str:
        sentence = self.cause.sentence if self.cause else ""
        return f"{sentence}\n{self.full}" if sentence else self.full


def cause_of(failure: object) -> Cause | None:
    """The mistake that a check named: in its `Mismatch`, or with what a student's code raised."""
    cause = getattr(failure, "cause", None)
    return cause if isinstance(cause, Cause) else None


def name_cause(failure: Exception, cause: Cause) -> None:
    """Keep the mistake behind what a student's code raised with it, for whoever tells of it."""
    with suppress(Exception):  # a class of the student's may do anything
        failure.cause = cause  # type: ignore[attr-defined]


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


def expect(
    got: object,
    truth: Truth | npt.ArrayLike,
    what: str,
    given: object = "",
    *,
    suspects: Suspects | None = None,
    otherwise: Cause | None = None,
) -> None:
    """Raise `Mismatch` unless `got` has the truth's exact shape and, in tolerance, its values.

    `what` names the method that answered, `given` the input that it was asked about. `suspects`
    gives what typical mistakes would have answered, and is only called when the answer is wrong;
    `otherwise` is the cause to name when nothing else explains wrong values.
    """
    _judge(as_array(got, what), _exact(truth), what, given, suspects, otherwise)


def expect_entry(
    got: object,
    truth: Truth | npt.ArrayLike,
    what: str,
    given: object = "",
    *,
    suspects: Suspects | None = None,
) -> None:
    """`expect` for an entry of a list; see `without_axis`."""
    exact = _exact(truth)
    array = without_axis(as_array(got, what), exact.value.shape, what, given)
    _judge(array, exact, what, given, suspects)


def without_axis(array: Array, shape: tuple[int, ...], what: str, given: object = "") -> Array:
    """An entry of a list that should have this shape, without a leading axis of 1 too many.

    Such an axis is a `Mismatch` of the kind `axis`: it leaves the numbers to be judged, and
    `axes_last` raises it when they are.
    """
    if array.shape != (1, *shape):
        return array
    text = _about(_shape_text(array, shape, what), given)
    mismatch = Mismatch("axis", text, cause=Cause("extra-axis"))
    aside = _SET_ASIDE.get()
    if aside is None:
        raise mismatch
    aside.append(mismatch)
    return array.reshape(shape)


@contextmanager
def axes_last(forgiven: bool = False) -> Iterator[None]:
    """Raise what `without_axis` finds at the end of the block, unless it is forgiven.

    What is wrong beside such an axis counts more, and then the shape is wrong too.
    """
    aside: list[Mismatch] = []
    token = _SET_ASIDE.set(aside)
    try:
        yield
    except Mismatch as mismatch:
        if aside and not forgiven:
            mismatch.kind = "shape"
        raise
    finally:
        _SET_ASIDE.reset(token)
    if aside and not forgiven:
        raise aside[0]


def expect_shape(array: Array, shape: tuple[int, ...], what: str) -> None:
    """Raise `Mismatch` unless `array` has exactly this shape."""
    if array.shape != shape:
        raise Mismatch("shape", _shape_text(array, shape, what))


def expect_each(
    got: Sequence[object],
    truths: Sequence[Truth | npt.ArrayLike],
    what: str,
    given: object = "",
    *,
    suspects: Sequence[Suspects | None] = (),
) -> None:
    """`expect_entry` for all entries of a list: all their shapes before any of their values.

    `suspects` has one for each entry, or is empty.
    """
    exact = [_exact(truth) for truth in truths]
    arrays = [
        without_axis(as_array(g, f"{what}[{k}]"), truth.value.shape, f"{what}[{k}]", given)
        for k, (g, truth) in enumerate(zip(got, exact, strict=True))
    ]
    cases = list(zip(arrays, exact, suspects or [None] * len(exact), strict=True))
    allowed = [tolerance(array.dtype, truth) for array, truth, _ in cases]

    def in_order() -> Cause | None:
        return diagnosis.permuted(arrays, [truth.value for truth in exact], allowed)

    wrong_shape_first = lambda k: arrays[k].shape == exact[k].value.shape  # noqa: E731
    for k in sorted(range(len(cases)), key=wrong_shape_first):
        array, truth, suspect = cases[k]
        _judge(array, truth, f"{what}[{k}]", given, suspect, first=in_order)


def expect_scalar(
    got: object,
    truth: float,
    what: str,
    given: object = "",
    *,
    suspects: Suspects | None = None,
    otherwise: Cause | None = None,
) -> None:
    """`expect` for a single number: a Python or NumPy number or an array of size 1."""
    array, exact = as_array(got, what), Truth(np.asarray(truth, dtype=float))
    if array.size != 1:
        text = f"{what} returned shape {array.shape}; expected a single number."
        raise Mismatch("shape", _about(text, given), cause=_cause(array, exact, given, suspects))
    _judge(array.reshape(()), exact, what, given, suspects, otherwise)


def expect_unchanged(array: object, before: npt.ArrayLike, what: str) -> None:
    """Raise `Mismatch` if an array that only had to be read is no longer what it was."""
    now, was = as_array(array, what), np.asarray(before)
    if now.shape != was.shape or not np.allclose(now, was, rtol=RELATIVE_FLOAT64, atol=0.0):
        text = f"{what} was changed in place; it must stay as it was."
        raise Mismatch("type", text, cause=Cause("mutated"))


def as_array(got: object, what: str) -> Array:
    """The numbers of `got` as a plain array; `Mismatch` when it holds no real numbers."""
    if written(got, what) is None:
        raise _nothing(what)
    reason = ""
    try:
        array = np.asarray(got)
    except (NotImplementedError, TypeError, ValueError) as fault:
        if getattr(fault, "is_late", False):  # across a boundary: nothing is wrong with the answer
            raise
        if isinstance(fault, NotImplementedError):  # reading a stub's answer, across a boundary
            raise _unwritten(what, "NotImplementedError") from None
        array = np.asarray(None)
        reason = "" if isinstance(got, (list, tuple)) else f" ({fault})"
    else:
        # What calling an object makes of a forward without `return`.
        if isinstance(got, np.ndarray) and array.dtype == object and array.tolist() is None:
            raise _nothing(what)
    if array.dtype.kind not in "biuf":
        expected = f"expected an array of numbers{reason}."
        raise Mismatch("type", f"{what} returned {_described(got)}; {expected}")
    return array


def entries(got: object, count: int, what: str, at_least: bool = False) -> list[Any]:
    """The `count` entries of a list, a tuple, or an array whose leading axis stands for a list."""
    if written(got, what) is None:
        raise _nothing(what)
    if isinstance(got, np.ndarray):
        stacked = at_least and np.ndim(got) >= 3 and len(got) > count  # one for each input
        if not np.ndim(got) or (len(got) != count and not stacked):
            text = f"{what} returned a bare array; expected {_list_of(count)}."
            raise Mismatch("shape", text, cause=Cause("not-a-list"))
        return [got[k] for k in range(len(got))]
    if not isinstance(got, (list, tuple)):
        text = f"{what} returned {_described(got)}; expected {_list_of(count)}."
        raise Mismatch("type", text, cause=Cause("not-a-list") if _is_number(got) else None)
    if len(got) < count or (len(got) > count and not at_least):
        text = f"{what} returned a list of {len(got)}; expected {_list_of(count)}."
        raise Mismatch("shape", text)
    return list(got)


def written(got: Any, what: str) -> Any:
    """What was got, unless it is what a stub returns: then it is to do, whatever else is wrong."""
    parts = [got]
    if isinstance(got, dict):
        parts += got.values()
    elif isinstance(got, (list, tuple)):
        parts += got
    elif issubclass(type(got), np.ndarray) and got.dtype == object:
        parts += got.ravel()[:1].tolist()
    for part in parts:
        if type_of(part) in PLACEHOLDERS:
            raise _unwritten(what, PLACEHOLDERS[type_of(part)])
    return got


def _unwritten(what: str, placeholder: str) -> Mismatch:
    return Mismatch("todo", f"Not written yet: {what} returns {placeholder}.")


class Type(NamedTuple):
    """The name of an object's type, wherever it lives; of a class, its own name."""

    name: str
    is_class: bool = False

    def __str__(self) -> str:
        return f"class {self.name}" if self.is_class else self.name


def type_of(got: object) -> Type:
    """What an object is, be it here or a student's in a worker."""
    if isinstance(got, type):
        return Type(got.__name__, is_class=True)
    name = getattr(got, "__student_type__", type(got).__name__)
    return Type(name, getattr(got, "__student_kind__", "object") == "class")


PLACEHOLDERS = {
    Type("NotImplementedError", is_class=True): "NotImplementedError",
    Type("NotImplementedError"): "NotImplementedError",
    Type("NotImplementedType"): "NotImplemented",
    Type("ellipsis"): "...",
}
"""What a stub returns where it raises nothing, by its type, and how to show it."""


def tolerance(dtype: np.dtype[Any], truth: Truth) -> float:
    """How far an entry may be off, from the answer's dtype and the truth's own error."""
    wide = dtype.kind != "f" or dtype.itemsize >= 8
    relative = RELATIVE_FLOAT64 if wide else RELATIVE_FLOAT32
    return relative * max(_scale(truth.value), truth.magnitude) + truth.error


def _exact(truth: Truth | npt.ArrayLike) -> Truth:
    return truth if isinstance(truth, Truth) else Truth(np.asarray(truth, dtype=float))


def _judge(
    array: Array,
    truth: Truth,
    what: str,
    given: object,
    suspects: Suspects | None = None,
    otherwise: Cause | None = None,
    first: Callable[[], Cause | None] = lambda: None,
) -> None:
    """`expect` of an array. A cause that `first` finds goes before all others."""
    failure = _failure(array, truth, what)
    if failure is None:
        return
    kind, full, guarded = failure
    cause = first() or _cause(array, truth, given, suspects)
    if cause is None and kind == "value":
        cause = otherwise
    raise Mismatch(kind, _about(full, given), _about(guarded, given), cause)


def _cause(array: Array, truth: Truth, given: object, suspects: Suspects | None) -> Cause | None:
    allowed = tolerance(array.dtype, truth)
    wrong = Wrong(array, truth.value, allowed, diagnosis.sizes(given))
    return diagnosis.diagnose(wrong, suspects)


def _failure(array: Array, truth: Truth, what: str) -> tuple[str, str, str] | None:
    """What is wrong, first of all: the failure's kind, its full and its guarded text."""
    # NumPy's own comparisons would let a 0-d or size-1 array match anything.
    if array.shape != truth.value.shape:
        text = _shape_text(array, truth.value.shape, what)
        return "shape", text, text
    bad = ~np.isfinite(array)
    if bad.any():
        index = tuple(int(k) for k in np.argwhere(bad)[0])
        place = f" at index {list(index)} ({bad.sum()} of {bad.size})" if index else ""
        text = f"{what} is {array[index]}{place}."
        return "finite", text, text
    distance = np.abs(array.astype(float) - truth.value)
    allowed = tolerance(array.dtype, truth)
    if np.all(distance <= allowed):
        return None
    wrong = int(np.sum(distance > allowed))
    head = f"{what} has wrong values: {wrong} of {distance.size} entries."
    full = f"{head}{_worst(array, truth, distance)}\n    tolerance {allowed:.1g}"
    return "value", full + _whole(array, truth), head


def _shape_text(array: Array, shape: tuple[int, ...], what: str) -> str:
    return f"{what} has shape {array.shape}; expected {shape}."


def _worst(array: Array, truth: Truth, distance: Array) -> str:
    index = np.unravel_index(int(np.argmax(distance)), distance.shape)
    place = f" at index {[int(k) for k in index]}" if index else ""
    return (
        f"\n    worst{place}"
        f"\n    got       {float(array[index]):.8g}"
        f"\n    expected  {float(truth.value[index]):.8g}"
    )


def _whole(array: Array, truth: Truth) -> str:
    """Both arrays, where they are small enough to be looked at."""
    if not 1 < array.size <= SHOWN_ENTRIES:
        return ""
    pair = (("got", array), ("expected", truth.value))
    shown = (
        f"\n{name}\n{np.array2string(a, precision=4, suppress_small=True)}" for name, a in pair
    )
    return textwrap.indent("".join(shown), "    ")


def _about(text: str, given: object) -> str:
    return f"{text}\n    for {given}" if str(given) else text


def _scale(value: Array) -> float:
    """The largest entry; 1 where there is none to be relative to."""
    return float(np.max(np.abs(value), initial=0.0)) or 1.0


def _is_number(got: object) -> bool:
    return isinstance(got, (int, float, np.number))


def _nothing(what: str) -> Mismatch:
    return Mismatch("type", f"{what} returned None.", cause=Cause("missing-return"))


def _described(got: object) -> str:
    if got is None:
        return "None"
    if type(got) is np.ndarray:
        return f"an array of dtype {got.dtype}"
    name = str(type_of(got))
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _list_of(count: int) -> str:
    return {0: "an empty list", 1: "a list with one entry"}.get(count, f"a list of {count} entries")
