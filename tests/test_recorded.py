"""Where nothing is trained because no tape saw the layers, the report says what ran them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from autograder.homework.checks import test_model
from autograder.homework.checks.problems import hidden_problems, public_problems
from autograder.truth.comparison import cause_of
from tests.imported import ask, with_class


def layers_by_forward(self, x):
    for layer in self.layers:
        x = layer.forward(x)
    return x


def call_and_record(self, x):
    y = self.forward(x)
    if type(self).tapes.gradient_tape is not None:
        type(self).tapes.gradient_tape.previous_layers[id(y)] = self
    return y


def step_with(before, inside, judge=lambda self, y, loss: None):
    """A training step that runs `before` before the tape is opened and `inside` under it."""

    def batch_step(self, x, y, training=True):
        predictions = before(self, x)
        with self.new_tape() as tape:
            predictions, loss = inside(self, x, y, predictions)
        judge(self, y, loss)
        metrics = {"loss": float(loss), "acc": float(self.acc_fn(predictions, y))}
        if not training:
            return metrics, predictions
        weights = self.trainable_variables
        self.optimizer.apply_gradients(weights, tape.gradient(loss, weights))
        return metrics

    return batch_step


def nothing(self, x):
    return None


def run_and_compare(self, x, y, predictions):
    predictions = self(x)
    return predictions, self.loss_fn(predictions, y)


def compare_by_forward(self, x, y, predictions):
    predictions = self(x)
    return predictions, self.loss_fn.forward(predictions, y)


def compare(self, x, y, predictions):
    return predictions, self.loss_fn(predictions, y)


MODELS = {
    "layers-unseen": {"forward": layers_by_forward},
    "loss-unseen": {"batch_step": step_with(nothing, compare_by_forward)},
    "outside-tape": {"batch_step": step_with(lambda self, x: self(x), compare)},
    "model-on-tape": {
        "__call__": call_and_record,
        "get_input_gradients": lambda self: [],
        "compose_input_gradients": lambda self, J=None: [],
        "get_weight_gradients": lambda self: [],
        "compose_weight_gradients": lambda self, J=None: [],
        "outputs": property(lambda self: self.layers[-1].outputs),
        "inputs": (),
    },
}
"""What a model does, by the cause that must be named."""


def zeros(right):
    def gradient(self, target, sources):
        try:
            return right(self, target, sources)
        except ValueError:
            return [np.zeros_like(source) for source in sources]

    return gradient


def none(right):
    def gradient(self, target, sources):
        try:
            found = right(self, target, sources)
        except ValueError:
            return None
        return found if any(map(np.any, found)) else None

    return gradient


def raising(right):
    def gradient(self, target, sources):
        found = right(self, target, sources)
        if not all(map(np.any, found)):
            raise KeyError(id(sources[0]))
        return found

    return gradient


TAPES = {"raises or gives zeros": lambda right: right, "zeros": zeros, "none": none,
         "an id that is not there": raising}  # fmt: skip


def failure_of(beras, methods, tape, problems):
    """What the check of a training step raises, with such a model and such a tape."""
    package = with_class(beras, "GradientTape", gradient=TAPES[tape](beras.GradientTape.gradient))
    methods = {"new_tape": package.GradientTape, "tapes": beras.Diffable, **methods}
    methods["batch_step"] = methods.get("batch_step", step_with(nothing, run_and_compare))
    package = with_class(package, "SequentialModel", **methods)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        ask(test_model.test_training_step, package, problems=problems)
    return caught.value


@pytest.mark.parametrize("problems", [public_problems(), hidden_problems(3)])
@pytest.mark.parametrize("tape", TAPES)
@pytest.mark.parametrize(("cause", "methods"), MODELS.items(), ids=MODELS)
def test_what_no_tape_saw_is_named(beras, cause, methods, tape, problems):
    assert cause_of(failure_of(beras, methods, tape, problems)).name == cause


@pytest.mark.parametrize("tape", TAPES)
def test_a_step_that_the_tape_saw_trains(beras, tape):
    with pytest.raises(pytest.fail.Exception):
        failure_of(beras, {}, tape, public_problems())


def own_fault(self, y, loss):
    return self.history


OTHERS = {
    "a fault of its own": {
        "forward": layers_by_forward,
        "batch_step": step_with(nothing, run_and_compare, own_fault),
    },
    "no step at all": {"batch_step": lambda self, x, y, training=True: self.metrics(x, y)},
}


@pytest.mark.parametrize("methods", OTHERS.values(), ids=OTHERS)
def test_what_fails_before_the_tape_is_asked_is_not_blamed_on_it(beras, methods):
    assert cause_of(failure_of(beras, methods, "zeros", public_problems())) is None


def test_weights_that_stay_for_another_reason_are_untrained(beras):
    without = SimpleNamespace(apply_gradients=lambda *_: None)
    methods = {"compile": lambda self, _, loss, acc: vars(self).update(
        optimizer=without, loss_fn=loss, acc_fn=acc)}  # fmt: skip
    cause = cause_of(failure_of(beras, methods, "zeros", public_problems()))
    assert cause.name == "untrained"
