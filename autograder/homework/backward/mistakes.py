"""Mistakes of the backward edition: what shows in an exception, and what is said of each."""

from __future__ import annotations

import re

from autograder.homework import sentences
from autograder.homework.mistakes import list_as_array, name_not_found
from autograder.raised import Raised
from autograder.truth.diagnosis import Cause

_NO_TENSOR = re.compile(
    r"'(numpy\.\w+|float|int|list|tuple)' object has no attribute "
    r"'(backward|name|grad|requires_grad)'"
)
"""Of what is no Tensor and is used like one."""

_BY_FUNCTION = {"__call__": "not-a-tensor", "backward": "plain-input"}
"""The mistake by the function in which that happened; anywhere else a loss has no way back."""

_HANDED_ON = {
    r"J is an array of shape \S.*, in no list$": "bare-upstream",
    r"J is a list in a list$": "list-in-list",
    r"J\[0\] has shape \S.*; the output has shape \S": "misshapen-upstream",
}
"""What given layers say of the J that they were handed, and the mistake of whoever did that."""

_NO_LOSS = "backward without a gradient starts from a loss"
"""How a given Tensor begins where it is handed no gradient, and is no loss."""

_NONE = re.compile(r"'NoneType'|from dtype\('O'\)")
"""Of a computation with None: the second where NumPy makes an array of it."""

_USE_GRADS = ("backward", "step", "batch_step", "fit")

_HERE_CALLED = {
    **dict.fromkeys(("weights", "trainable_variables", "trainable_weights"), "parameters"),
    **{"trainable": "requires_grad", "apply_gradients": "step"},
}
"""Names of the tape edition, and what they are called here."""


def explain(raised: Raised) -> Cause | None:
    """The mistake behind an exception, if its text and place give it away."""
    where = raised.frames[-1].function if raised.frames else ""
    if raised.base == "AttributeError" and _NO_TENSOR.match(raised.message):
        return Cause(_BY_FUNCTION.get(where, "no-way-back"))
    if where in _USE_GRADS and _NONE.search(raised.message):
        return Cause("none-grad")
    if where == "__init__" and raised.message == "'Sequential' object is not iterable":
        return Cause("no-list-of-parameters")
    found = name_not_found(raised, _HERE_CALLED)
    return found or _handed_on(raised) or list_as_array(raised)


def _handed_on(raised: Raised) -> Cause | None:
    """What was wrong with the gradient that one layer handed to another."""
    caller = [frame.function for frame in raised.frames[-2:-1]]
    if raised.message.startswith(_NO_LOSS) and caller == ["backward"]:
        return Cause("none-upstream")
    named = (Cause(name) for said, name in _HANDED_ON.items() if re.match(said, raised.message))
    return next(named, None)


_OF_THE_TAPE = ("not-recorded", "not-restored", "overwrites", "outside-tape", "model-on-tape")

SENTENCES = {
    **{name: text for name, text in sentences.SENTENCES.items() if name not in _OF_THE_TAPE},
    "chain-broken": "{fact}: leave it alone. backward follows the very objects of a call, and a "
    "copy breaks the chain.",
    "left-frozen": "Evaluation left parameters frozen: set `requires_grad` back to what it was, "
    "or do not touch it.",
    "rebound": "The parameter did not change: is there a `p = p - step`, which makes a new "
    "array? Change the array that the optimizer holds, in place.",
    "untrained": "The parameters did not change: is `backward()`, with its parentheses, called "
    "on the loss of `model(x)`, outside of no_grad, and zero_grad before it?",
    "layers-unseen": "The model calls `layer.forward(x)`, which leaves no way back: call "
    "`layer(x)`.",
    "loss-unseen": "The model calls the `forward` of its loss, which leaves no way back: call "
    "the loss itself.",
    "no-gradient": "No gradient arrived here: backward has to fill the grad of each parameter, "
    "and to call the backward of each input.",
    "bare-upstream": "A gradient was passed on without its list: the backward of an input and "
    "the compose methods take `[gradient]`.",
    "list-in-list": "A gradient was passed on in one list too many: `grad` is a list already, "
    "and the compose methods return lists.",
    "misshapen-upstream": "A layer was passed a gradient unlike its output in shape: pass each "
    "input its own entry of `compose_input_gradients(grad)`.",
    "none-upstream": "An input was passed None: pass it its own entry of "
    "`compose_input_gradients(grad)`, in a list.",
    "local-handed-on": "An input was passed its local gradient: `compose_input_gradients(grad)` "
    "multiplies it by the upstream gradient.",
    "own-upstream": "A layer passed on its own upstream gradient: pass each input its own entry "
    "of `compose_input_gradients(grad)`.",
    "first-for-all": "Each input was passed the gradient of the first: pass each its own.",
    "of-the-input": "This is the gradient of the layer's input, not of its parameter.",
    "none-grad": "Something in this line is None: `grad` is None until backward stores a first "
    "gradient there, and step skips a parameter without one.",
    "no-list-of-parameters": "The optimizer got the model itself: pass it `model.parameters`.",
    "frozen-filled": "This parameter is frozen: backward has to leave its grad as it was.",
    "stepped-without": "This parameter has no gradient: step has to leave it as it is.",
    "adds-up": "This still holds the gradient of the previous batch: call zero_grad first.",
    "plain-input": "An input may be a plain array, such as a batch of images: that is no Tensor "
    "and has no backward, so check before you call it.",
    "not-a-tensor": "forward returned a plain array or number: it has to return a Tensor, which "
    "carries the way back.",
    "no-way-back": "This has no `backward`: it is a plain array or number, or was computed by "
    "`forward`, not by a call.",
}
"""As in the tape edition, but for what is about the tape."""
