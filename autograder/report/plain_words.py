"""Errors of Python's and NumPy's in plain words: what the message means, where that is sure.

A message may hold whatever a submission wrote, so that only numbers and names are taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.raised import Raised
from autograder.shown import code

_TYPE = ("TypeError",)
_VALUE = ("ValueError",)
_INDEX = ("IndexError",)
_NONE = ("TypeError", "AttributeError")

Words = str | Callable[..., str]
"""A sentence, or what makes one of the groups of a match."""

_RULES: list[tuple[tuple[str, ...], str, Words]] = []


def explained(raised: Raised | None) -> str:
    """What the error means, in a sentence or two; empty where it is not known for sure."""
    for bases, pattern, words in _RULES:
        if not raised or raised.base not in bases:
            continue
        if match := re.search(pattern, raised.message, re.ASCII):  # compiled where one is needed
            return words if isinstance(words, str) else words(*match.groups())
    return ""


def _rule(bases: tuple[str, ...], pattern: str, words: Words) -> None:
    _RULES.append((bases, pattern, words))


# ---- None, lists and numbers in place of arrays ----

_rule(
    _NONE,
    r"\bNoneType\b",
    "Something in this line is None: the result of a function that ends without `return`, or an "
    "argument that was not passed.",
)
_rule(
    _NONE,
    r"^unsupported operand type\(s\) for .*'list'|^bad operand type for .*'list'"
    r"|^can't multiply sequence by non-int of type '(?:float|numpy\.float\d+)'"
    r"|^list indices must be integers or slices, not (?!str|float|NoneType)\w+"
    r"|^'list' object has no attribute '(?:shape|T|sum|mean|reshape|dot|astype|ndim|size|max)'",
    "A list is used like an array here: take its entry first, as in `a[0]`, or turn it into an "
    "array by `np.array(a)`.",
)
_rule(
    _TYPE,
    r"^only (?:length-1|size-1|0-dimensional) arrays can be converted",
    "`float`, `int` or a function of `math` takes one number and got a whole array: use NumPy's "
    "functions, such as `np.exp`, which take arrays.",
)
_rule(
    (*_TYPE, *_INDEX),
    r"^'(?:float|int|numpy\.float\d+|numpy\.int\d+)' object is not (?:subscriptable|iterable)"
    r"|^invalid index to scalar variable",
    "This is one number, but it is used as if it had entries.",
)
_rule(
    _TYPE,
    r"^'(?:method|function|builtin_function_or_method)' object is not (?:subscriptable|iterable)"
    r"|^unsupported operand type\(s\) for .*'(?:method|function|builtin_function_or_method)'",
    "A function was used in place of what it returns: the parentheses `()` are missing.",
)
_rule(
    _TYPE,
    r"^'([\w.]+)' object is not callable",
    lambda kind: (
        f"A {code(kind)} is called like a function here: is an operator missing before "
        "`(`, or is it a property, which has no `()`?"
    ),
)
_rule(
    _TYPE,
    r"^unhashable type: '([\w.]+)'",
    lambda kind: (
        f"A {code(kind)} cannot be a key of a dictionary or be in a set: use its `id(...)`, or its "
        "place in a list."
    ),
)


# ---- shapes ----


def _shape(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", text))


def _cannot_broadcast(one: str, other: str) -> str:
    a, b = _shape(one), _shape(other)
    pairs = list(zip(reversed(a), reversed(b), strict=False))
    bad = [(m, n) for m, n in pairs if m != n and 1 not in (m, n)]
    if not bad:
        return ""
    meet = " and ".join(f"{m} meets {n}" for m, n in bad)
    text = f"NumPy broadcasts {a} and {b} from the last axis on: {meet}, and neither is 1."
    short, long = sorted((a, b), key=len)
    lost_axis = len(short) == len(long) - 1 and short == long[:-1]
    return f"{text} Is `keepdims=True` missing in a sum?" if lost_axis else text


def _not_aligned(columns: str, rows: str) -> str:
    return (
        f"A @ B needs as many columns in A ({columns} here) as rows in B ({rows}): write both "
        "shapes down. Does one have to be transposed, or are the two swapped?"
    )


_SHAPE = r"(\([\d, ]{0,60}\))"
_rule(
    _VALUE,
    rf"^operands could not be broadcast together with shapes {_SHAPE} {_SHAPE} ?$",
    _cannot_broadcast,
)
_rule(
    _VALUE,
    rf"^non-broadcastable output operand with shape {_SHAPE} doesn't match the broadcast shape "
    rf"{_SHAPE}$",
    lambda out, full: (
        f"The result has the shape {_shape(full)}, and `+=` or `-=` writes it into an "
        f"array of shape {_shape(out)}: is a sum over the batch missing?"
    ),
)
_rule(
    _VALUE,
    r"^shapes \([\d,]+\) and \([\d,]+\) not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)$",
    _not_aligned,
)
_rule(
    _VALUE,
    r"^matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
    r"\S+ \(size (\d+) is different from (\d+)\)$",
    lambda rows, columns: _not_aligned(columns, rows),
)
_rule(
    _VALUE,
    r"^cannot reshape array of size (\d{1,12}) into shape \(([\d,]+)\)$",
    lambda size, shape: f"The new shape must have as many entries as the array has: {size}.",
)
_rule(
    _VALUE,
    r"^setting an array element with a sequence",
    "`np.array` got rows of different lengths, or an array where one number belongs.",
)
_rule(
    (*_VALUE, *_INDEX),
    r"^axis (-?\d{1,3}) is out of bounds for array of dimension (\d{1,3})$",
    lambda axis, count: (
        f"Axes are counted from 0, and this array has {count}: there is no axis {axis}."
    ),
)
_rule(
    _INDEX,
    r"^too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed$",
    lambda axes, asked: f"The index names {asked} axes, but this array has {axes}.",
)
_rule(
    _INDEX,
    r"^index (-?\d{1,12}) is out of bounds for axis (\d{1,3}) with size (\d{1,12})$",
    lambda index, axis, size: (
        f"Axis {axis} of this array has {size} entries, counted from 0: there is no entry {index}."
    ),
)
_rule(
    _INDEX,
    r"^arrays used as indices must be of integer",
    "An index array must hold integers: `.astype(int)` turns floats into integers.",
)
_rule(
    _VALUE,
    r"^The truth value of an array with more than one element is ambiguous",
    "`if`, `and`, `or`, `min` and `max` decide once, but this is a whole array: `np.where` and "
    "`np.maximum` decide for each entry.",
)
_rule(
    _VALUE,
    r"^not enough values to unpack \(expected (\d+), got (\d+)\)$",
    lambda names, values: (
        f"The number of names left of `=` is {names}, the number of values right of it {values}."
    ),
)
_rule(
    _TYPE,
    r"^Cannot cast ufunc '(\w+)' output from dtype\('float\d+'\) to dtype\('u?int\d+'\)",
    "The array holds integers, and `+=` or `-=` would put fractions into it: make it an array of "
    "floats.",
)


# ---- objects, classes and names ----

_rule(
    ("AttributeError",),
    r"^type object '(\w{1,40})' has no attribute '(\w{1,40})'$",
    lambda owner, name: (
        f"{code(owner)} is the class: the attribute of one object is {code(f'self.{name}')}."
    ),
)
_rule(
    ("AttributeError",),
    r"^'([A-Z]\w{1,40})' object has no attribute '(\w{1,40})'",
    lambda owner, name: (
        f"Nothing has set {code(name)} on this {code(owner)} so far. If the name is right, "
        f"`__init__` has to say {code(f'self.{name} = ...')}, with self."
    ),
)


def _self_is_missing(function: str, taken: str, given: str) -> str:
    if int(given) != int(taken) + 1:
        return ""
    return f"Python passes the object, too: is `self` the first parameter of `def {function}(...)`?"


_rule(
    _TYPE,
    r"^(?:\w{1,40}\.)?(\w{1,40})\(\) takes (\d{1,2}) positional arguments? but (\d{1,2}) "
    r"(?:was|were) given$",
    _self_is_missing,
)
_rule(("NameError",), r"^name 'np' is not defined", "`import numpy as np` is missing in this file.")
_rule(
    ("UnboundLocalError",),
    r"'(\w{1,40})'",
    lambda name: f"{code(name)} gets its value further down, or in a branch that did not run.",
)
_rule(
    ("RecursionError",),
    r"^maximum recursion depth exceeded",
    "A function calls itself without end: does a property return itself, as `weights` would with "
    "`return self.weights`?",
)


# ---- what keeps a file from importing ----

_rule(
    ("ImportError", "AttributeError"),
    r"partially initialized module '([\w.]{1,60})'.*circular import",
    lambda module: (
        f"Two modules import each other, so {code(module)} is needed before it is complete: "
        "remove one of the imports, or move it into the function that needs it."
    ),
)
_rule(
    ("IndentationError",),
    r"^expected an indented block",
    "The line after a `:` has to be indented, by four spaces: is a body missing?",
)
_rule(
    ("IndentationError",),
    r"^unexpected indent",
    "This line is indented deeper than the one before, which does not end in `:`.",
)
_rule(
    ("IndentationError",),
    r"^unindent does not match",
    "This line is indented by a number of spaces that no line above has.",
)
_rule(("TabError",), r"", "Tabs and spaces are mixed: indent with spaces only.")
