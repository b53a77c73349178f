"""What a call must leave alone: the arrays it is handed, and the layer's inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.truth.comparison import Mismatch, expect
from autograder.truth.diagnosis import Cause

FAR_OUT = np.array([[-1000.0, -0.5, 0.7], [0.0, 2.0, 1000.0]])


def far_out(drawn: Any) -> npt.NDArray[Any]:
    """Inputs `(2, 3)` in whose way every clip, shift and `x[x < 0]` stands."""
    return np.asarray(FAR_OUT * drawn.first.rng.uniform(1.0, 2.0, FAR_OUT.shape))


def expect_left_alone(
    beras: Any, given: Any, name: str, layer: Any, *inputs: npt.NDArray[Any]
) -> None:
    """Raise `Mismatch` if calling a student's layer changes its inputs, or puts others in place.

    `name` is its class, for messages. It is called on plain arrays in float64, on Tensors in
    float32 and on what another layer returned: a `forward` that converts its input changes only
    what needs no conversion.
    """
    _call(name, layer, [given.plain(np.array(value)) for value in inputs])
    _call(name, layer, [beras.Tensor(np.array(value, np.float32)) for value in inputs])
    outputs_of_others = list(map(given.Shift(0.0), map(np.array, inputs)))
    y = _call(name, layer, outputs_of_others)
    expect_chain(given, layer, outputs_of_others, y)


def _call(name: str, layer: Any, arrays: Sequence[object]) -> object:
    before = [np.array(array) for array in arrays]
    y = layer(*arrays)
    for place, (array, was) in enumerate(zip(arrays, before, strict=True)):
        if not np.array_equal(np.asarray(array), was):
            text = f"{name}.forward changed its argument number {place + 1} in place."
            raise Mismatch("value", text, cause=Cause("writes-into-input"))
    return y


def expect_chain(
    given: Any, layer: Any, inputs: Sequence[object], y: object, name: str = ""
) -> None:
    """Raise `Mismatch` unless a layer holds the very objects of its last call, which gave `y`.

    Nothing is raised where given layers lose theirs too: then `Diffable` is to blame, and told so.
    `name` is the layer's class, where the message should say it.
    """
    lost = lost_link(layer, inputs, y)
    if lost and not diffable_breaks_chain(given):
        raise chain_broken(_blame(layer, inputs, *lost, name))


def lost_link(
    layer: Any, inputs: Sequence[object], y: object
) -> tuple[str, Sequence[object]] | None:
    """The first of `inputs` and `outputs` that lost the objects of a call, and those; or None."""
    links: tuple[tuple[str, Sequence[object]], ...] = (("inputs", inputs), ("outputs", [y]))
    return next((link for link in links if not holds(getattr(layer, link[0]), link[1])), None)


def diffable_breaks_chain(given: Any) -> bool:
    """Whether a given layer loses the objects of its call: then it is no layer's doing."""
    layer = given.Shift(0.0)
    x = given.Shift(0.0)(np.ones((1, 1)))
    return lost_link(layer, [x], layer(x)) is not None


def _blame(
    layer: Any, inputs: Sequence[object], name: str, passed: Sequence[object], owner: str
) -> Cause | None:
    """Whose doing a lost link is: that of `forward`, or else of the layer's own `__call__`."""
    try:
        setattr(layer, name, list(passed))
        _forward(layer)(*inputs)
        kept = holds(getattr(layer, name), passed)
    except Exception:
        return None  # forward does not run alone: whose doing it is cannot be told
    if kept:
        return Cause("call-breaks-chain", f"self.{name}")
    return Cause("chain-broken", f"{owner}{'.' * bool(owner)}forward replaced self.{name}")


def _forward(layer: Any) -> Any:
    """What a call of a layer calls, under either name."""
    try:
        return layer.forward
    except AttributeError:
        return layer.call


def chain_broken(cause: Cause | None) -> Mismatch:
    """What is raised where a layer no longer holds the objects of its last call."""
    text = "After a call, self.inputs and self.outputs must hold the very objects of that call."
    return Mismatch("value", text, cause=cause)


def holds(kept: object, passed: Sequence[object]) -> bool:
    """Whether a layer's `inputs` or `outputs` are still a list of these very objects."""
    held = list(kept) if isinstance(kept, (list, tuple)) else []
    # Numbers cross a boundary by value: which object they are cannot be told.
    pairs = [(a, b) for a, b in zip(held, passed, strict=False) if isinstance(b, np.ndarray)]
    return len(held) == len(passed) and all(a is b for a, b in pairs)


def agrees(got: object, truth: npt.ArrayLike) -> bool:
    """Whether an answer is right; who is to blame if not is for another check to say."""
    try:
        expect(got, truth, "")
    except Mismatch:
        return False
    return True
