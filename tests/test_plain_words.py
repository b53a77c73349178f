"""What Python and NumPy say, held against what a student reads of it.

Each error is raised here, so that a version that words it otherwise is noticed.
"""

from __future__ import annotations

import math
import operator
from abc import ABC, abstractmethod

import numpy as np
import pytest

from autograder.outcomes import Verdict
from autograder.raised import ImportFailure, Raised
from autograder.report import plain_words, sentences

A, B, ROW = np.ones((5, 4)), np.ones((5, 3)), np.ones(5)


class Layer:
    def forward(x):  # noqa: N805
        return x

    @property
    def weights(self):
        return self.weights

    def unset(self, chosen=False):
        if chosen:
            later = 1
        return later


def without_return():
    return None


def subtract_from_integers():
    p = np.array([1, 2])
    p -= 0.5 * p


def add_a_batch():
    total = np.ones(3)
    total += B


def no_numpy():
    return eval("np.exp(1)", {})


CASES = {
    "a forgotten return": (lambda: without_return() + A, "ends without `return`"),
    "a forgotten return, asked": (lambda: without_return().shape, "ends without `return`"),
    "a forgotten return, indexed": (lambda: without_return()[0], "ends without `return`"),
    "a list minus a number": (lambda: [A] - 1.0, "take its entry first"),
    "a list times a number": (lambda: [A] * 2.0, "take its entry first"),
    "a list with two indices": (lambda: operator.getitem([A], (0, 1)), "take its entry first"),
    "a list has no shape": (lambda: [A].shape, "take its entry first"),
    "float of an array": (lambda: float(A), "takes one number and got a whole array"),
    "math of an array": (lambda: math.exp(A), "takes one number and got a whole array"),
    "a number with entries": (lambda: operator.getitem(1.0, 0), "This is one number"),
    "a NumPy number with entries": (lambda: A.sum()[0], "This is one number"),
    "a method for its result": (lambda: A.sum[0], "the parentheses `()` are missing"),
    "a method in a sum": (lambda: A.sum + 1, "the parentheses `()` are missing"),
    "a product without its sign": (lambda: A(B), "is an operator missing"),
    "an array as a key": (lambda: {A: 1}, "use its `id(...)`"),
    "shapes that do not meet": (
        lambda: A - B,
        "(5, 4) and (5, 3) from the last axis on: 4 meets 3",
    ),
    "a lost axis": (lambda: A / ROW, "`keepdims=True`"),
    "a batch in place of its sum": (add_a_batch, "is a sum over the batch missing?"),
    "shapes not aligned": (lambda: np.dot(A, A), "columns in A (4 here) as rows in B (5)"),
    "matmul": (lambda: A @ A, "columns in A (4 here) as rows in B (5)"),
    "an entry that is not there": (
        lambda: A[7],
        "has 5 entries, counted from 0: there is no entry 7",
    ),
    "another shape": (lambda: A.reshape(3, 5), "as many entries as the array has: 20"),
    "rows of several lengths": (lambda: np.array([[1, 2], [3]]), "rows of different lengths"),
    "an axis too many": (lambda: ROW.sum(axis=1), "this array has 1: there is no axis 1"),
    "an index too many": (lambda: ROW[0, 1], "names 2 axes, but this array has 1"),
    "floats as an index": (lambda: A[np.array([1.0])], "`.astype(int)`"),
    "if on an array": (lambda: A if A > 0 else 0, "`np.where`"),
    "max of an array and a number": (lambda: max(A, 0), "`np.maximum`"),
    "unpacking": (lambda: [0 for w, b in [[A]]], "names left of `=` is 2"),
    "integers": (subtract_from_integers, "The array holds integers"),
    "the class for the object": (lambda: Layer.inputs, "`Layer` is the class"),
    "never set": (lambda: Layer().inputs, "`self.inputs = ...`, with self"),
    "self is missing": (lambda: Layer().forward(A), "is `self` the first parameter"),
    "no NumPy": (no_numpy, "`import numpy as np` is missing"),
    "set in a branch": (lambda: Layer().unset(), "in a branch that did not run"),
    "a property of itself": (lambda: Layer().weights, "calls itself without end"),
    "a tab among spaces": (lambda: compile("if 1:\n\tx\n        y", "", "exec"), "Tabs and spaces"),
    "no body": (lambda: compile("def f():\nx", "", "exec"), "is a body missing?"),
    "too deep": (lambda: compile("x\n  y", "", "exec"), "indented deeper"),
    "no level": (lambda: compile("if 1:\n    x\n  y", "", "exec"), "that no line above has"),
}


def facts(failure):
    base = next(c for c in type(failure).__mro__ if c.__module__ == "builtins")
    return Raised(type(failure).__name__, base.__name__, str(failure))


@pytest.mark.parametrize(("mistake", "part"), CASES.values(), ids=CASES)
def test_an_error_is_told_in_plain_words(mistake, part):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        mistake()
    told = plain_words.explained(facts(caught.value))
    assert part in told
    assert bool(part) == bool(told)


CIRCULAR = (
    "cannot import name 'Diffable' from partially initialized module 'beras.core' (most likely due "
    "to a circular import) (beras/core.py)"
)


def test_a_circular_import_is_told_with_the_file():
    told = sentences.not_imported(
        ImportFailure("beras/core.py", Raised("ImportError", "ImportError", CIRCULAR))
    )
    assert "Two modules import each other, so `beras.core` is needed" in told


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("ValueError", "something of NoneType"),
        ("TypeError", "f() takes 1 positional argument but 3 were given"),
        ("ValueError", "operands could not be broadcast together with shapes (2,) (3,) <b>x</b>"),
        ("AttributeError", "type object '<b>' has no attribute 'x'"),
        ("Exception", "maximum recursion depth exceeded"),
    ],
)
def test_nothing_is_said_where_it_is_not_sure(base, message):
    assert plain_words.explained(Raised(base, base, message)) == ""


def test_the_words_stand_below_the_error():
    raised = Raised("TypeError", "TypeError", "unhashable type: 'list'")
    lines = sentences.failure(Verdict("error", raised=raised)).splitlines()
    assert lines[0] == "Your code raised TypeError: unhashable type: 'list'"
    assert "cannot be a key" in lines[1]


def test_an_abstract_class_names_what_it_lacks():
    class Base(ABC):
        @abstractmethod
        def forward(self): ...

    with pytest.raises(TypeError) as caught:
        type("Dense", (Base,), {})()
    assert "lacks `forward`" in sentences.failure(Verdict("error", raised=facts(caught.value)))
