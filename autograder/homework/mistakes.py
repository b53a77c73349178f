"""Mistakes of Beras that show in what a student's code raised."""

from __future__ import annotations

import re

from autograder.raised import Raised
from autograder.truth.diagnosis import Cause

_LIST_AS_ARRAY = re.compile(
    r"unsupported operand type\(s\) for .*'list'|'[<>]=?' not supported .*'list'"
    r"|bad operand type for .*'list'|can't multiply sequence by non-int"
    r"|list indices must be integers or slices, not (tuple|list|ndarray|Tensor)"
    r"|'list' object has no attribute|can only concatenate list"
    r"|only integer scalar arrays can be converted to a scalar index"
)

_LISTS = "self.inputs, self.outputs and J are lists"

_ID = re.compile(r"\d{7,}")
"""What `id` gives, and no index of a list."""


def explain(raised: Raised) -> Cause | None:
    """The mistake behind an exception, if its text and place give it away."""
    if raised.base == "KeyError" and _ID.fullmatch(raised.message):
        return Cause("not-recorded")
    return list_as_array(raised)


def list_as_array(raised: Raised) -> Cause | None:
    """The mistake where a gradient method took a list for an array."""
    by_gradient = any("gradient" in frame.function for frame in raised.frames)
    if by_gradient and raised.base in ("TypeError", "AttributeError"):
        is_list = _LIST_AS_ARRAY.match(raised.message)
        return Cause("list-as-array", _LISTS) if is_list else None
    return None
