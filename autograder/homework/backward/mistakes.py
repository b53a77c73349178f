"""Mistakes of the backward edition: what shows in an exception, and what is said of each."""

from __future__ import annotations

import re

from autograder.homework import sentences
from autograder.homework.mistakes import list_as_array
from autograder.raised import Raised
from autograder.truth.diagnosis import Cause

_NO_TENSOR = re.compile(
    r"'(numpy\.\w+|float|int|list|tuple)' object has no attribute '(backward|name|grad)'"
)
"""Of what is no Tensor and is used like one."""

_BY_FUNCTION = {"__call__": "not-a-tensor", "backward": "plain-input"}
"""The mistake by the function in which that happened; anywhere else a loss has no way back."""


def explain(raised: Raised) -> Cause | None:
    """The mistake behind an exception, if its text and place give it away."""
    if raised.base == "AttributeError" and _NO_TENSOR.match(raised.message):
        where = raised.frames[-1].function if raised.frames else ""
        return Cause(_BY_FUNCTION.get(where, "no-way-back"))
    return list_as_array(raised)


_OF_THE_TAPE = ("not-recorded", "not-restored", "overwrites", "outside-tape", "model-on-tape")

SENTENCES = {
    **{name: text for name, text in sentences.SENTENCES.items() if name not in _OF_THE_TAPE},
    "chain-broken": "{fact}: leave it alone. backward finds its way by the very objects of a "
    "call, and a copy leads nowhere.",
    "left-frozen": "Judging left parameters frozen: set `requires_grad` back to what it was, or "
    "leave it.",
    "rebound": "The parameter did not change: `p = p - step` makes a new array, so write into the "
    "one that the optimizer holds.",
    "untrained": "The parameters did not move: is `backward()` called, with its brackets, on the "
    "loss of `model(x)` itself, and zero_grad before it?",
    "layers-unseen": "The model runs its layers by their `forward`, which leaves no way back: "
    "write `layer(x)`.",
    "loss-unseen": "The loss is run by its `forward`, which leaves no way back: call the loss "
    "itself.",
    "no-gradient": "No gradient arrived here: backward has to fill the grad of each parameter and "
    "to call the backward of each input.",
    "frozen-filled": "This parameter is frozen: backward has to leave its grad as it was.",
    "stepped-without": "This parameter has no gradient: step has to leave it as it is.",
    "adds-up": "The gradient of the batch before is still in it: zero_grad has to come first.",
    "plain-input": "An input may be a plain array, such as a batch of images, which has no "
    "backward: ask before you call it.",
    "not-a-tensor": "forward answered a plain array or number: it has to return a Tensor, which "
    "carries the way back.",
    "no-way-back": "This has no `backward`: it is a plain array or number, or was computed by "
    "`forward`, not by a call.",
}
"""As in the tape edition, but for what is about the tape."""
