"""Checks of beras/core.py."""

import numpy as np
import pytest

from autograder.homework.checks.calls import chain_broken, lost_link
from autograder.homework.checks.methods import run
from autograder.truth.comparison import Mismatch, entries, expect, expect_each, written
from autograder.truth.diagnosis import Cause

item = pytest.mark.item


def expect_same(got, want, what):
    """Raise `Mismatch` unless a plain value is what it has to be."""
    if got is not want:
        raise Mismatch("value", f"{what} is {got!r}; expected {want!r}.")


@item("Tensor and Variable")
@pytest.mark.parametrize("kind", ["Tensor", "Variable"])
def test_tensor(beras, kind):
    """A Tensor is an array with a flag `trainable`, which starts as True."""
    tensor = getattr(beras, kind)([[1.0, 2.0], [3.0, 4.0]])
    expect(tensor, [[1.0, 2.0], [3.0, 4.0]], kind)
    expect_same(isinstance(tensor, np.ndarray), True, f"isinstance({kind}(...), np.ndarray)")
    expect_same(tensor.trainable, True, f"{kind}(...).trainable")


@item("Tensor and Variable")
@pytest.mark.parametrize("kind", ["Tensor", "Variable"])
def test_assign(beras, kind):
    """`assign`, if there is one, writes new values in place."""
    tensor = getattr(beras, kind)([[1.0, 2.0], [3.0, 4.0]])
    if not hasattr(tensor, "assign"):
        return  # some editions have none, or on Variable alone
    row = tensor[0]
    run(tensor.assign, [[5.0, 6.0], [7.0, 8.0]])
    expect(tensor, [[5.0, 6.0], [7.0, 8.0]], f"{kind} after assign")
    expect(row, [5.0, 6.0], f"a view of the {kind} after assign")


@item("Tensor and Variable")
def test_tensor_of_a_tensor(beras):
    """`Tensor(t)` is t itself, or a view of it: it shows whatever is written into t."""
    tensor = beras.Tensor([1.0, 2.0, 3.0])
    again = beras.Tensor(tensor)
    tensor[:] = [4.0, 5.0, 6.0]
    expect(again, [4.0, 5.0, 6.0], "Tensor(t) after a change of t")


@item("Callable and Diffable")
def test_call(beras, given, problems):
    """Calling a layer stores `inputs`, in forward's order, and `outputs`, with the result."""
    for problem in problems:
        a, b = problem.normal(2, 3), problem.normal(2, 3)
        layer = given.Combine()
        y = layer(b=b, a=a)
        expect(y, 2.0 * a - 3.0 * b, "layer(x)", problem)
        inputs = entries(layer.inputs, 2, "layer.inputs")
        entries(layer.outputs, 1, "layer.outputs")
        expect_each(inputs, (a, b), "layer.inputs", problem)
        before = list(map(given.Shift(0.0), (a, b)))
        if lost := lost_link(layer, before, layer(*before)):
            raise chain_broken(Cause("call-breaks-chain", f"self.{lost[0]}"))


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
def test_trainable(beras, given, drawn, edition):
    """`trainable` is True if any weight is; setting it to False or True sets every weight."""
    values = some_values(drawn)
    weights, count = [beras.Tensor([value]) for value in values], len(values)
    holder = given.Holder(*weights)
    for weight in weights[:-1]:
        weight.trainable = False
    written(holder.trainable, "trainable")  # else the class that a stub returns is true
    expect_same(bool(holder.trainable), True, f"trainable with one free weight of {count}")
    for flag in (False, True) if edition.thaws else (False,):
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
