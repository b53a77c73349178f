"""Mistakes of Beras that show in what a student's code raised."""

from __future__ import annotations

import re
from collections.abc import Mapping

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

_NO_NAME = re.compile(r"name '(\w+)' is not defined")
_NO_ATTRIBUTE = re.compile(
    r"'(?!Adam|RMSProp|\w*Optimizer)[A-Z]\w*' object has no attribute '(\w+)'"
)
"""Not of an optimizer: that may lack a name of the student's own."""

_OF_THE_OBJECT = frozenset(
    "inputs outputs w b weights parameters get_input_gradients get_weight_gradients "
    "compose_input_gradients compose_weight_gradients".split()
)
"""What a layer has, and nobody defines outside of one."""

HERE_CALLED = {
    **{"parameters": "weights", "requires_grad": "trainable"},
    "backward": "tape.gradient(loss, weights)",
}
"""Names of another edition, or of PyTorch, and what they are called in the tape edition."""


def explain(raised: Raised) -> Cause | None:
    """The mistake behind an exception, if its text and place give it away."""
    if raised.base == "KeyError" and _ID.fullmatch(raised.message):
        return Cause("not-recorded")
    return name_not_found(raised, HERE_CALLED) or list_as_array(raised)


def name_not_found(raised: Raised, here_called: Mapping[str, str]) -> Cause | None:
    """The mistake behind a name that is not found: no `self.`, or it has another name here."""
    missing = _NO_NAME.match(raised.message) if raised.base == "NameError" else None
    if missing and missing[1] in _OF_THE_OBJECT:
        return Cause("self-forgotten", missing[1])
    lacking = _NO_ATTRIBUTE.match(raised.message) if raised.base == "AttributeError" else None
    if lacking and lacking[1] in here_called:
        return Cause("other-name", f"`{lacking[1]}` is called `{here_called[lacking[1]]}`")
    return None


def list_as_array(raised: Raised) -> Cause | None:
    """The mistake where a gradient method took a list for an array."""
    by_gradient = any("gradient" in frame.function for frame in raised.frames)
    if by_gradient and raised.base in ("TypeError", "AttributeError"):
        is_list = _LIST_AS_ARRAY.match(raised.message)
        return Cause("list-as-array", _LISTS) if is_list else None
    return None
