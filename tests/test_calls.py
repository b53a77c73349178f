"""What a call must leave alone is found out, and who is to blame if it does not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from autograder.homework.checks.calls import FAR_OUT, agrees, expect_left_alone, holds
from autograder.truth.comparison import Mismatch
from autograder.truth.diagnosis import Cause


class Tensor(np.ndarray):
    """An array of a class of its own, which shares the memory of what it is made of."""

    def __new__(cls, values):
        return np.asarray(values).view(cls)


class Twice:
    """A layer as it should be."""

    def __call__(self, *inputs):
        self.inputs = list(inputs)
        self.outputs = [self.forward(*inputs)]
        return self.outputs[0]

    def forward(self, x, *others):
        return 2.0 * np.asarray(x)


class WritesIntoFloat64(Twice):
    def forward(self, x, *others):
        np.asarray(x, dtype=np.float64)[...] *= 2.0
        return x


class WritesIntoFloat32(Twice):
    def forward(self, x, *others):
        np.asarray(x, dtype=np.float32)[...] *= 2.0
        return x


class WritesIntoTensors(Twice):
    def forward(self, x, *others):
        if isinstance(x, Tensor):
            x *= 2.0
        return np.array(x)


class WritesIntoLabels(Twice):
    def forward(self, x, *others):
        others[-1][...] = 0.0
        return 2.0 * np.asarray(x)


class ClipsFarOut(Twice):
    def forward(self, x, *others):
        return np.clip(x, -500.0, 500.0, out=np.asarray(x))


class CopiesInputs(Twice):
    def forward(self, x, *others):
        self.inputs = [np.array(x), *others]
        return 2.0 * np.asarray(x)


class StacksInputs(Twice):
    def forward(self, x, *others):
        self.inputs = np.array([x, *others])
        return 2.0 * np.asarray(x)


class CopiesOutputsLater(Twice):
    def __call__(self, *inputs):
        y = super().__call__(*inputs)
        self.outputs = [np.array(y)]
        return y


class ReturnsCopies(Twice):
    def __call__(self, *inputs):
        return super().__call__(*inputs).copy()


class CopiesWhatItTakes(Twice):
    def __call__(self, *inputs):
        y = super().__call__(*inputs)
        self.inputs = list(map(np.array, inputs))
        return y


class CopiesInputsByCall(Twice):
    """A layer of an edition in which `call` is what `forward` is elsewhere."""

    forward = property()

    def __call__(self, *inputs):
        self.inputs = list(inputs)
        self.outputs = [self.call(*inputs)]
        return self.outputs[0]

    def call(self, x, *others):
        self.inputs = [np.array(x), *others]
        return 2.0 * np.asarray(x)


class NeedsItsCall(Twice):
    """Its forward does not run alone, so nobody can tell whose doing it is."""

    def __call__(self, *inputs):
        self.scale = 2.0
        super().__call__(*inputs)
        del self.scale
        return self.outputs[0].copy()

    def forward(self, x, *others):
        return self.scale * np.asarray(x)


def ask(layer, *inputs, given_layer=Twice):
    given = SimpleNamespace(plain=np.array, Shift=lambda by: given_layer())
    expect_left_alone(SimpleNamespace(Tensor=Tensor), given, "Twice", layer, *inputs)


def cause_of(layer, *inputs):
    with pytest.raises(Mismatch) as caught:
        ask(layer, *inputs)
    assert caught.value.kind == "value"
    return caught.value.cause


@pytest.mark.parametrize("inputs", [(FAR_OUT,), (FAR_OUT, FAR_OUT)])
def test_a_layer_that_leaves_all_alone_passes(inputs):
    ask(Twice(), *inputs)


@pytest.mark.parametrize(
    "layer", [WritesIntoFloat64, WritesIntoFloat32, WritesIntoTensors, ClipsFarOut]
)
def test_whatever_is_written_into_is_noticed(layer):
    assert cause_of(layer(), FAR_OUT).name == "writes-into-input"


def test_the_last_argument_is_watched_too():
    assert cause_of(WritesIntoLabels(), FAR_OUT, FAR_OUT).name == "writes-into-input"


@pytest.mark.parametrize(
    ("layer", "name", "fact"),
    [
        (CopiesInputs, "chain-broken", "forward replaced self.inputs"),
        (StacksInputs, "chain-broken", "forward replaced self.inputs"),
        (CopiesInputsByCall, "chain-broken", "forward replaced self.inputs"),
        (CopiesOutputsLater, "call-breaks-chain", "self.outputs"),
        (ReturnsCopies, "call-breaks-chain", "self.outputs"),
        (CopiesWhatItTakes, "call-breaks-chain", "self.inputs"),
    ],
)
def test_other_objects_in_place_of_those_of_the_call_are_noticed(layer, name, fact):
    assert cause_of(layer(), FAR_OUT, FAR_OUT) == Cause(name, fact)


def test_where_forward_does_not_run_alone_nobody_is_blamed():
    assert cause_of(NeedsItsCall(), FAR_OUT) is None


@pytest.mark.parametrize("given_layer", [ReturnsCopies, CopiesWhatItTakes])
def test_what_given_layers_do_as_well_is_no_layers_doing(given_layer):
    ask(given_layer(), FAR_OUT, given_layer=given_layer)


def test_numbers_may_be_other_objects_of_the_same_value():
    assert holds([FAR_OUT, float("1.5")], (FAR_OUT, float("1.50")))
    assert not holds([FAR_OUT], [FAR_OUT, 2.0])
    assert not holds(np.array([FAR_OUT]), [FAR_OUT])


def test_an_answer_agrees_or_not():
    assert agrees([1.0, 2.0], [1.0, 2.0])
    assert not agrees([1.0, 2.5], [1.0, 2.0])
    assert not agrees([1.0, np.nan], [1.0, 2.0])
    assert not agrees(None, [1.0, 2.0])
