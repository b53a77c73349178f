"""Checks of beras/core.py, but for the way back."""

import numpy as np
import pytest

from autograder.truth.comparison import Mismatch, entries, expect, expect_each

item = pytest.mark.item


def expect_same(got, want, what):
    """Raise `Mismatch` unless a plain value is what it has to be."""
    if got is not want:
        raise Mismatch("value", f"{what} is {got!r}; expected {want!r}.")


@item("Tensor")
def test_tensor(beras):
    """A Tensor is an array with `requires_grad`, at first True, and `grad`, at first None."""
    tensor = beras.Tensor([[1.0, 2.0], [3.0, 4.0]])
    expect(tensor, [[1.0, 2.0], [3.0, 4.0]], "Tensor")
    expect_same(isinstance(tensor, np.ndarray), True, "isinstance(Tensor(...), np.ndarray)")
    expect_same(tensor.requires_grad, True, "Tensor(...).requires_grad")
    expect_same(tensor.grad, None, "Tensor(...).grad")


@item("Tensor")
def test_tensor_of_a_tensor(beras):
    """`Tensor(t)` is t itself, or a view of it: it shows whatever is written into t."""
    tensor = beras.Tensor([1.0, 2.0, 3.0])
    again = beras.Tensor(tensor)
    tensor[:] = [4.0, 5.0, 6.0]
    expect(again, [4.0, 5.0, 6.0], "Tensor(t) after a change of t")


@item("Tensor.no_grad")
def test_no_grad(beras):
    """Under `with Tensor.no_grad():` no tensor requires a gradient; afterwards they do again."""
    with beras.Tensor.no_grad():
        inside = beras.Tensor.requires_grad
    expect_same(inside, False, "Tensor.requires_grad under no_grad")
    expect_same(beras.Tensor.requires_grad, True, "Tensor.requires_grad after no_grad")


@item("Callable and Diffable")
def test_call(beras, given, problems):
    """Calling a layer stores `inputs`, as they were passed, and `outputs`, with the result."""
    for problem in problems:
        a, b = problem.normal(2, 3), problem.normal(2, 3)
        layer = given.Combine()
        y = layer(a, b=b)
        expect(y, 2.0 * a - 3.0 * b, "layer(a, b=b)", problem)
        inputs = entries(layer.inputs, 2, "layer.inputs")
        outputs = entries(layer.outputs, 1, "layer.outputs")
        expect_each(inputs, (a, b), "layer.inputs", problem)
        expect_same(outputs[0] is y, True, "layer.outputs[0] is layer(a, b=b)")
