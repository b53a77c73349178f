"""Checks of beras/core.py and of the package as a whole."""

import numpy as np
import pytest

from autograder.homework.contract import MODULES
from autograder.truth.comparison import Mismatch, entries, expect, expect_each
from autograder.truth.diagnosis import Cause

item = pytest.mark.item


def expect_same(got, want, what):
    """Raise `Mismatch` unless a plain value is what it has to be."""
    if got is not want:
        raise Mismatch("value", f"{what} is {got!r}; expected {want!r}.")


@item("Package")
def test_package(modules):
    """Every module of beras imports, and offers the public names of the contract."""
    missing = []
    for home, names in MODULES.items():
        if lacking := [name for name in names if not modules.has(name)]:
            missing.append(f"{', '.join(lacking)} (beras/{home}.py)")
    if missing:
        raise Mismatch("type", f"not found: {', '.join(missing)}.")


@item("Tensor and Variable")
@pytest.mark.parametrize("kind", ["Tensor", "Variable"])
def test_tensor(beras, kind):
    """A Tensor is an array with a flag `trainable`; `assign` writes its new values in place."""
    tensor = getattr(beras, kind)([[1.0, 2.0], [3.0, 4.0]])
    expect(tensor, [[1.0, 2.0], [3.0, 4.0]], kind)
    expect_same(isinstance(tensor, np.ndarray), True, f"isinstance({kind}(...), np.ndarray)")
    row = tensor[0]
    tensor.assign([[5.0, 6.0], [7.0, 8.0]])
    expect(tensor, [[5.0, 6.0], [7.0, 8.0]], f"{kind} after assign")
    expect(row, [5.0, 6.0], f"a view of the {kind} after assign")


@item("Tensor and Variable")
def test_tensor_flag(beras):
    """`Tensor(t)` is t itself; views and results of arithmetic inherit `trainable`."""
    tensor = beras.Tensor([1.0, 2.0, 3.0])
    expect_same(tensor.trainable, True, "Tensor(...).trainable")
    expect_same(beras.Tensor(tensor) is tensor, True, "Tensor(t) is t")
    for flag in (False, True):
        tensor.trainable = flag
        expect_same(tensor[1:].trainable, flag, "trainable of a view")
        expect_same((tensor + 1.0).trainable, flag, "trainable of a sum")


@item("Callable and Diffable")
def test_call(beras, given, problems):
    """Calling a layer gives a Tensor and keeps `inputs` and `outputs`, in forward's order."""
    for problem in problems:
        a, b = problem.normal(2, 3), problem.normal(2, 3)
        layer = given.Combine()
        y = layer(b=b, a=a)
        expect(y, 2.0 * a - 3.0 * b, "layer(x)", problem)
        expect_same(y.trainable, True, "layer(x).trainable")
        inputs = entries(layer.inputs, 2, "layer.inputs")
        outputs = entries(layer.outputs, 1, "layer.outputs")
        expect_each(inputs, (a, b), "layer.inputs", problem)
        expect_each(outputs, (2.0 * a - 3.0 * b,), "layer.outputs", problem)


@item("Weighted.trainable_variables")
def test_trainable_variables(beras, given, problems):
    """`trainable_variables` and `non_trainable_variables` split the weights by flag, in order."""
    values, flags = [1.0, 2.0, 3.0, 4.0], [True, False, True, False]
    if problems.hidden:
        rng = problems.first.rng
        values, flags = rng.uniform(1.0, 9.0, 6).tolist(), rng.permuted([True] * 4 + [False] * 2)
    weights = [beras.Tensor([value]) for value in values]
    holder = given.Holder(*weights)
    for weight, flag in zip(weights, flags, strict=True):
        weight.trainable = bool(flag)
    for name, kind in (("trainable_variables", True), ("non_trainable_variables", False)):
        want = [value for value, flag in zip(values, flags, strict=True) if flag == kind]
        expect_weights(getattr(holder, name), want, name)


@item("Weighted.trainable")
def test_trainable(beras, given, drawn):
    """`trainable` is True if any weight is; setting it sets every weight, and sets it back."""
    values = some_values(drawn)
    weights, count = [beras.Tensor([value]) for value in values], len(values)
    holder = given.Holder(*weights)
    for weight in weights[:-1]:
        weight.trainable = False
    expect_same(bool(holder.trainable), True, f"trainable with one free weight of {count}")
    for flag in (False, True):
        holder.trainable = flag
        flags = [bool(weight.trainable) for weight in weights]
        if flags != [flag] * count:
            text = f"after `trainable = {flag}` the weights' flags are {flags}."
            raise Mismatch("value", text, cause=Cause("not-restored"))
        expect_same(bool(holder.trainable), flag, f"trainable after `trainable = {flag}`")


def some_values(drawn):
    """One number for each of some weights."""
    rng = drawn.first.rng
    return rng.uniform(1.0, 9.0, rng.integers(3, 8)).tolist()


def expect_weights(got, values, what):
    """Raise `Mismatch` unless `got` lists one-entry tensors with these values."""
    truths = [np.array([value]) for value in values]
    expect_each(entries(got, len(values), what), truths, what)
