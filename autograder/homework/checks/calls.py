"""What a call must leave alone: the arrays it is handed, and the layer's inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.truth.comparison import Mismatch, expect
from autograder.truth.diagnosis import Cause

FAR_OUT = np.array([[-1000.0, -0.5, 0.7], [0.0, 2.0, 1000.0]])
"""Inputs in whose way every clip, shift and `x[x < 0]` stands."""


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
    expect_chain(layer, outputs_of_others, y, "forward")


def _call(name: str, layer: Any, arrays: Sequence[object]) -> object:
    before = [np.array(array) for array in arrays]
    y = layer(*arrays)
    for place, (array, was) in enumerate(zip(arrays, before, strict=True)):
        if not np.array_equal(np.asarray(array), was):
            text = f"{name}.forward changed its argument number {place + 1} in place."
            raise Mismatch("value", text, cause=Cause("writes-into-input"))
    return y


def expect_chain(layer: Any, inputs: Sequence[object], y: object, who: str) -> None:
    """Raise `Mismatch` unless a layer holds the very objects of its last call, which gave `y`.

    `who` is the method to name if not.
    """
    for name, passed in ("inputs", inputs), ("outputs", [y]):
        if not holds(getattr(layer, name), passed):
            raise chain_broken(f"{who} replaced self.{name}")


def chain_broken(how: str) -> Mismatch:
    """What is raised where a layer no longer holds the objects of its last call."""
    text = "After a call, self.inputs and self.outputs must hold the very objects of that call."
    return Mismatch("value", text, cause=Cause("chain-broken", how))


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
