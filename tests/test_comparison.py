"""Planted errors are named for what they are; right answers pass in every form they may have."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograder.raised import Raised
from autograder.sandbox.faults import StudentError, student_error
from autograder.sandbox.remote import Remote, RemoteArray
from autograder.truth.comparison import (
    Inconclusive,
    Mismatch,
    Truth,
    as_array,
    axes_last,
    confirmed,
    entries,
    expect,
    expect_each,
    expect_entry,
    expect_scalar,
    expect_unchanged,
    tolerance,
)
from autograder.truth.diagnosis import Cause

TRUTH = np.array([[0.12345678, -3.14159265, 0.5], [2.71828183, 1.41421356, -0.57721566]])
WHAT = "Dense.get_input_gradients()"


def planted(index, value):
    wrong = TRUTH.copy()
    wrong[index] = value
    return wrong


def fails(got, kind, message, truth=TRUTH):
    """Compare `got`, which must fail in this way and with this message."""
    with pytest.raises(Mismatch, match=re.escape(message)) as caught:
        expect(got, truth, WHAT, "batch size 2")
    assert caught.value.kind == kind
    return caught.value


WRONG_VALUES = {
    "sign flipped": (-TRUTH, "6 of 6 entries", [0, 1]),
    "factor N": (2 * TRUTH, "6 of 6 entries", [0, 1]),
    "divided by N": (TRUTH / 2, "6 of 6 entries", [0, 1]),
    "one entry off by 1e-4": (planted((1, 1), 1.41421356 * (1 + 1e-4)), "1 of 6 entries", [1, 1]),
    "last entry": (planted((1, 2), 0.0), "1 of 6 entries", [1, 2]),
    "zeros": (np.zeros((2, 3)), "6 of 6 entries", [0, 1]),
    "ones": (np.ones((2, 3)), "6 of 6 entries", [0, 1]),
    "integers": (TRUTH.astype(int), "6 of 6 entries", [1, 0]),
    "truth values": (TRUTH > 0, "6 of 6 entries", [0, 1]),
    "rows swapped": (TRUTH[::-1], "6 of 6 entries", [0, 1]),
}


@pytest.mark.parametrize(("got", "count", "index"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_wrong_values_are_counted_and_the_worst_is_shown(got, count, index):
    mismatch = fails(got, "value", f"{WHAT} has wrong values: {count}.")
    assert f"worst at index {index}\n" in mismatch.full
    assert f"expected  {TRUTH[tuple(index)]:.8g}\n" in mismatch.full
    assert f"got       {float(got[tuple(index)]):.8g}\n" in mismatch.full
    assert mismatch.full.endswith("for batch size 2")


@pytest.mark.parametrize(("got", "count", "index"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_the_guarded_text_shows_no_numbers_of_either_side(got, count, index):
    guarded = fails(got, "value", count).guarded
    assert guarded == f"{WHAT} has wrong values: {count}.\n    for batch size 2"
    assert not any(f"{abs(k):.3g}" in guarded for k in (*TRUTH.ravel(), *got.ravel()) if k % 1)


def test_of_two_wrong_entries_the_worse_is_shown():
    got = planted((0, 2), 0.7)
    got[1, 0] = 9.0
    assert "worst at index [1, 0]" in fails(got, "value", "2 of 6 entries").full


def test_a_transposed_square_has_wrong_values_off_the_diagonal():
    square = np.arange(9.0).reshape(3, 3)
    assert "index [0, 2]" in fails(square.T, "value", "6 of 9 entries", square).full


def test_a_small_entry_is_judged_by_the_largest_one():
    truth = np.array([1000.0, 1e-3])
    expect(np.array([1000.0, 1.1e-3]), truth, WHAT)
    fails(np.array([1000.0, 1.1e-2]), "value", "1 of 2 entries", truth)


WRONG_SHAPES = {
    "transposed": (TRUTH.T, "(3, 2)", TRUTH),
    "0-d": (np.array(1.0), "()", TRUTH),
    "a number": (1.0, "()", TRUTH),
    "size 1": (np.ones((1, 1)), "(1, 1)", TRUTH),
    "a row that broadcasts": (np.ones(3), "(3,)", TRUTH),
    "a kept axis that broadcasts": (np.ones((2, 1)), "(2, 1)", TRUTH),
    "a leading axis": (TRUTH[None], "(1, 2, 3)", TRUTH),
    "flat": (TRUTH.ravel(), "(6,)", TRUTH),
    "(1, n) for (n,)": (np.ones((1, 3)), "(1, 3)", np.ones(3)),
    "(n,) for (1, n)": (np.ones(3), "(3,)", np.ones((1, 3))),
    "empty": (np.empty((0, 3)), "(0, 3)", TRUTH),
    "wrong shape and NaN": (np.full((3, 2), np.nan), "(3, 2)", TRUTH),
}


@pytest.mark.parametrize(("got", "shape", "truth"), WRONG_SHAPES.values(), ids=WRONG_SHAPES)
def test_a_wrong_shape_is_named_beside_the_right_one(got, shape, truth):
    fails(got, "shape", f"{WHAT} has shape {shape}; expected {truth.shape}.", truth)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_named_with_its_place(value):
    fails(planted((1, 0), value), "finite", f"{WHAT} is {value} at index [1, 0] (1 of 6).")


def test_a_single_number_that_is_not_finite_has_no_index():
    with pytest.raises(Mismatch) as caught:
        expect_scalar(np.nan, 1.0, "loss(y, t)")
    assert "is nan" in str(caught.value)
    assert "[]" not in str(caught.value)


NOT_NUMBERS = {
    "None": (None, f"is a `return` missing?\n{WHAT} returned None."),
    "text": ("0.5", f"{WHAT} returned a str; expected an array of numbers."),
    "dictionary": ({"loss": 1.0}, f"{WHAT} returned a dict; expected an array of numbers."),
    "ragged list": ([[1.0], [1.0, 2.0]], f"{WHAT} returned a list; expected an array of numbers."),
    "list of None": ([None, None], f"{WHAT} returned a list; expected an array of numbers."),
    "object": (object(), f"{WHAT} returned an object; expected an array of numbers."),
    "function": (len, "expected an array of numbers."),
    "number type": (float, f"{WHAT} returned a class float; expected an array of numbers."),
}


@pytest.mark.parametrize(("got", "message"), NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_array_of_numbers_is_named_by_its_type(got, message):
    fails(got, "type", message)


@pytest.mark.parametrize("dtype", ["complex128", "object", "str"])
def test_an_array_of_something_else_is_named_by_its_dtype(dtype):
    array = TRUTH.astype(dtype)
    mismatch = fails(array, "type", "expected an array of numbers.")
    assert str(array.dtype) in mismatch.full


class Channel:
    """To a worker in which nothing is an array of numbers."""

    changes = 0

    def request(self, *_):
        raise student_error(Raised("TypeError", "TypeError", "no"))

    def fetch_arrays(self, *_):
        self.request()


@pytest.mark.parametrize("stand_in", [Remote, RemoteArray])
@pytest.mark.parametrize(
    "ask", [as_array, lambda got, what: entries(got, 2, what)], ids=["array", "list"]
)
def test_an_object_of_the_student_is_named_by_its_own_type(stand_in, ask):
    with pytest.raises((Mismatch, StudentError)) as caught:
        ask(stand_in(Channel(), 1, "object", "Tensor"), WHAT)
    assert "Remote" not in str(caught.value)


RIGHT = {
    "float64": TRUTH,
    "float32": TRUTH.astype(np.float32),
    "long double": TRUTH.astype(np.longdouble),
    "list of lists": TRUTH.tolist(),
    "tuple of arrays": tuple(TRUTH),
    "another byte order": TRUTH.astype(">f8"),
    "a view": np.repeat(TRUTH, 2, axis=1)[:, ::2],
    "rounding": TRUTH * (1 + 1e-9),
}


@pytest.mark.parametrize("got", RIGHT.values(), ids=RIGHT)
def test_a_right_answer_passes_in_any_form(got):
    expect(got, TRUTH, WHAT)


@pytest.mark.parametrize("got", [np.eye(2), np.eye(2, dtype=int), np.eye(2, dtype=bool)])
def test_whole_numbers_pass_as_floats_integers_and_truth_values(got):
    expect(got, np.eye(2), WHAT)


def test_half_precision_is_too_coarse():
    fails(TRUTH.astype(np.float16), "value", "wrong values")


def test_an_error_that_float32_may_have_is_too_large_for_float64():
    off = TRUTH + 1e-4 * np.max(np.abs(TRUTH))
    expect(off.astype(np.float32), TRUTH, WHAT)
    fails(off, "value", "6 of 6 entries")


def test_the_truths_own_error_widens_the_tolerance():
    expect(TRUTH + 1e-3, Truth(TRUTH, error=2e-3), WHAT)
    fails(TRUTH + 1e-3, "value", "6 of 6", Truth(TRUTH, error=5e-4))


def test_the_tolerance_around_nothing_but_zeros_is_absolute():
    assert tolerance(np.dtype(float), Truth(np.zeros(3))) == 1e-6
    expect(np.full(3, 1e-9), np.zeros(3), WHAT)
    fails(np.full(3, 1e-3), "value", "3 of 3", np.zeros(3))


def test_an_empty_array_of_the_right_shape_passes():
    expect(np.empty((0, 3)), np.empty((0, 3)), WHAT)


def test_each_shape_comes_before_any_value():
    with pytest.raises(Mismatch, match=re.escape("weights[1] has shape (3,); expected (1, 3).")):
        expect_each([-TRUTH, np.ones(3)], [TRUTH, np.ones((1, 3))], "weights")


def test_each_value_is_compared():
    expect_each([TRUTH, np.ones(3)], [Truth(TRUTH), np.ones(3)], "weights")
    with pytest.raises(Mismatch, match=re.escape("weights[1] has wrong values: 3 of 3")):
        expect_each([TRUTH, np.zeros(3)], [TRUTH, np.ones(3)], "weights")


def test_a_missing_entry_is_never_passed_over():
    with pytest.raises((Mismatch, ValueError)):
        expect_each([TRUTH], [TRUTH, np.ones(3)], "weights")


ONE_TOO_MANY = TRUTH[None]


def test_an_axis_too_many_in_a_list_is_told_after_all_the_rest():
    judged = []

    def check():
        expect_entry(ONE_TOO_MANY, TRUTH, WHAT, "batch size 2")
        expect_each([ONE_TOO_MANY, TRUTH], [TRUTH, TRUTH], WHAT)
        judged.append("all")

    with pytest.raises(Mismatch, match="expected") as caught, axes_last():
        check()
    assert judged
    assert "has shape (1, 2, 3); expected (2, 3)" in caught.value.full
    assert caught.value.kind == "axis"
    assert caught.value.cause == Cause("extra-axis")


def test_wrong_numbers_under_an_axis_too_many_cost_the_shape_as_well():
    with pytest.raises(Mismatch, match="1 of 6 entries") as caught, axes_last():
        expect_entry(planted((0, 0), 9.0)[None], TRUTH, WHAT)
    assert caught.value.kind == "shape"


def test_an_axis_too_many_is_forgiven_where_shape_has_no_points():
    with axes_last(forgiven=True):
        expect_entry(ONE_TOO_MANY, TRUTH, WHAT)
    with pytest.raises(Mismatch, match="1 of 6 entries") as caught, axes_last(forgiven=True):
        expect_entry(planted((0, 0), 9.0)[None], TRUTH, WHAT)
    assert caught.value.kind == "value"


@pytest.mark.parametrize("got", [TRUTH[:, None], TRUTH[None, None], TRUTH[:1], TRUTH[..., None]])
def test_any_other_axis_is_a_wrong_shape(got):
    with pytest.raises(Mismatch, match="has shape") as caught, axes_last():
        expect_entry(got, TRUTH, WHAT)
    assert caught.value.kind == "shape"


def test_outside_of_a_check_an_axis_too_many_is_told_at_once():
    with pytest.raises(Mismatch) as caught:
        expect_entry(ONE_TOO_MANY, TRUTH, WHAT)
    assert caught.value.kind == "axis"


def test_what_is_in_no_list_has_its_exact_shape():
    with axes_last(forgiven=True):
        fails(ONE_TOO_MANY, "shape", "has shape (1, 2, 3); expected (2, 3)")


@pytest.mark.parametrize("got", [2.5, np.float32(2.5), np.array(2.5), np.array([2.5]), [[2.5]]])
def test_a_scalar_is_a_number_or_an_array_of_size_one(got):
    expect_scalar(got, 2.5, "loss(y, t)")


def test_several_numbers_are_no_scalar():
    message = re.escape("loss(y, t) returned shape (2,); expected a single number.")
    with pytest.raises(Mismatch, match=message) as caught:
        expect_scalar(np.ones(2), 1.0, "loss(y, t)")
    assert caught.value.kind == "shape"


def test_a_wrong_scalar_shows_no_index():
    with pytest.raises(Mismatch, match="1 of 1 entries") as caught:
        expect_scalar(2.0, 1.0, "loss(y, t)")
    assert "index" not in caught.value.full


@pytest.mark.parametrize("now", [TRUTH + 1e-3, planted((0, 0), np.nan), TRUTH[0], 0 * TRUTH])
def test_a_changed_array_is_noticed(now):
    with pytest.raises(Mismatch, match="x was changed in place"):
        expect_unchanged(now, TRUTH, "x")


def test_an_untouched_array_passes():
    expect_unchanged(TRUTH.astype(np.float32), TRUTH, "x")


LISTS = {
    "list": [TRUTH, 1.0],
    "tuple": (TRUTH, 1.0),
    "array with that leading axis": TRUTH,
}


@pytest.mark.parametrize("got", LISTS.values(), ids=LISTS)
def test_a_list_of_two_may_be_a_list_a_tuple_or_an_array(got):
    found = entries(got, 2, WHAT)
    assert isinstance(found, list)
    np.testing.assert_array_equal(found[0], got[0])
    assert len(found) == 2


@pytest.mark.parametrize("got", [[], (), np.empty(0)])
def test_an_empty_list_may_be_a_list_a_tuple_or_an_array(got):
    assert entries(got, 0, WHAT) == []


NO_LISTS = {
    "bare array": (TRUTH, 1, "shape", "returned a bare array; expected a list with one entry."),
    "0-d array": (np.array(1.0), 1, "shape", "returned a bare array; expected a list"),
    "too few": ([TRUTH], 2, "shape", "returned a list of 1; expected a list of 2 entries."),
    "too many": ([TRUTH] * 3, 2, "shape", "returned a list of 3; expected a list of 2 entries."),
    "not empty": ([TRUTH], 0, "shape", "returned a list of 1; expected an empty list."),
    "nothing": (None, 1, "type", "returned None"),
    "number": (1.5, 1, "type", "returned a float; expected a list with one entry."),
    "text": ("ab", 2, "type", "returned a str; expected a list of 2 entries."),
    "dictionary": ({0: 1, 1: 2}, 2, "type", "returned a dict; expected a list of 2 entries."),
    "generator": ((k for k in (1, 2)), 2, "type", "returned a generator; expected a list"),
}


@pytest.mark.parametrize(("got", "count", "kind", "message"), NO_LISTS.values(), ids=NO_LISTS)
def test_what_is_no_such_list_is_refused(got, count, kind, message):
    with pytest.raises(Mismatch, match=re.escape(f"{WHAT} {message}")) as caught:
        entries(got, count, WHAT)
    assert caught.value.kind == kind


CAUSES = {
    "a bare array": (lambda: entries(TRUTH, 1, WHAT), Cause("not-a-list")),
    "a bare number": (lambda: entries(1.5, 1, WHAT), Cause("not-a-list")),
    "a dictionary": (lambda: entries({}, 1, WHAT), None),
    "no list": (lambda: entries(None, 1, WHAT), Cause("missing-return")),
    "no array": (lambda: as_array(None, WHAT), Cause("missing-return")),
    "a changed array": (lambda: expect_unchanged(-TRUTH, TRUTH, WHAT), Cause("mutated")),
    "another value": (
        lambda: expect(TRUTH + 1, TRUTH, WHAT, otherwise=Cause("zeros")),
        Cause("zeros"),
    ),
    "another shape": (lambda: expect(TRUTH[0], TRUTH, WHAT, otherwise=Cause("zeros")), None),
    "another number": (
        lambda: expect_scalar(3.0, 1.0, WHAT, otherwise=Cause("sign")),
        Cause("sign"),
    ),
}


@pytest.mark.parametrize(("compare", "cause"), CAUSES.values(), ids=CAUSES)
def test_a_cause_stands_beside_the_texts_and_first_in_the_message(compare, cause):
    with pytest.raises(Mismatch) as caught:
        compare()
    mismatch = caught.value
    assert mismatch.cause == cause
    assert str(mismatch) == (f"{cause.sentence}\n" if cause else "") + mismatch.full
    assert mismatch.full.startswith(WHAT)
    assert mismatch.guarded.startswith(WHAT)


def test_further_entries_are_kept_where_they_are_optional():
    assert entries([1, 2, 3], 1, WHAT, at_least=True) == [1, 2, 3]
    with pytest.raises(Mismatch, match="returned a list of 0"):
        entries([], 1, WHAT, at_least=True)


def test_as_array_gives_a_plain_array():
    assert type(as_array([1, 2], WHAT)) is np.ndarray


def test_two_sources_that_agree_confirm_each_other():
    truth = confirmed(TRUTH, (TRUTH + 1e-10, 2e-10))
    np.testing.assert_array_equal(truth.value, TRUTH)
    assert truth.error == 2e-10


UNCONFIRMED = {
    "values": (TRUTH + 1e-3, 1e-4),
    "one value": (planted((1, 2), -0.5772), 1e-9),
    "shape": (TRUTH.T, 1.0),
    "broadcastable shape": (TRUTH[:1], 10.0),
    "NaN": (planted((0, 0), np.nan), 1e-9),
    "NaN as the error": (TRUTH, np.nan),
    "an infinite error": (TRUTH, np.inf),
    "an error as large as the truth": (TRUTH, 1.0),
}


@pytest.mark.parametrize("by", UNCONFIRMED.values(), ids=UNCONFIRMED)
def test_sources_that_do_not_agree_are_inconclusive(by):
    with pytest.raises(Inconclusive):
        confirmed(TRUTH, by)


def test_a_truth_that_is_no_number_is_inconclusive():
    missing = planted((0, 0), np.nan)
    with pytest.raises(Inconclusive):
        confirmed(missing, (missing, 1e-9))


def test_small_arrays_are_shown_whole():
    with pytest.raises(Mismatch) as caught:
        expect(np.array([[1.0, 2.5], [3.0, 4.0]]), [[1.0, 2.0], [3.0, 4.0]], "f()")
    assert "    got\n    [[1.  2.5]\n     [3.  4. ]]\n" in caught.value.full
    assert "    expected\n    [[1. 2.]\n     [3. 4.]]" in caught.value.full
    assert "[[" not in caught.value.guarded


@pytest.mark.parametrize("size", [1, 21])
def test_single_numbers_and_large_arrays_are_not(size):
    with pytest.raises(Mismatch) as caught:
        expect(np.full((1, size), 2.5), np.zeros((1, size)), "f()")
    assert "[[" not in caught.value.full
    assert "expected" in caught.value.full


def test_an_array_that_holds_none_is_a_missing_return():
    with pytest.raises(Mismatch, match="is a `return` missing") as caught:
        expect(np.asarray(None), 1.0, "f()")
    assert caught.value.cause == Cause("missing-return")
