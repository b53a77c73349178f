"""Checks of beras/model.py, over given layers, optimizer, loss and accuracy."""

import numpy as np
import pytest

from autograder.comparison import Mismatch, as_array, expect, expect_scalar

item = pytest.mark.item

RATE = 0.01
ROWS = 12


class Setting:
    """A compiled model of two affine layers with a square between, and data to train it on."""

    def __init__(self, beras, given, problem):
        m, r = problem.features, 3
        self.w1, self.w2 = problem.normal(m, 4, scale=0.5), problem.normal(4, r, scale=0.5)
        self.layers = [
            given.Affine(self.w1, np.zeros(4)),
            given.Square(),
            given.Affine(self.w2, np.zeros(r)),
        ]
        self.model = beras.SequentialModel(self.layers)
        self.model.compile(given.Descent(RATE), given.MeanDistance(), given.Agreement())
        self.x, self.y = problem.normal(ROWS, m), np.eye(r)[problem.rng.integers(r, size=ROWS)]

    def outputs(self):
        """What the model should answer, before any training."""
        return (self.x @ self.w1) ** 2 @ self.w2

    def metrics(self):
        """Loss and accuracy before any training."""
        outputs = self.outputs()
        agree = np.argmax(outputs, axis=1) == np.argmax(self.y, axis=1)
        return float(((outputs - self.y) ** 2).sum() / ROWS), float(agree.mean())

    def trained_w2(self):
        """The second layer's weights after one step of gradient descent on the whole batch."""
        slope = 2.0 * (self.outputs() - self.y) / ROWS
        return self.w2 - RATE * ((self.x @ self.w1) ** 2).T @ slope

    def expect_weights(self, w2, what):
        """Raise `Mismatch` unless the second layer's weights are `w2`."""
        expect(self.layers[2].weights[0], w2, what)

    def expect_metrics(self, got, what):
        """Raise `Mismatch` unless `got` holds the loss and the accuracy from before training."""
        loss, accuracy = self.metrics()
        expect_scalar(entry(got, "loss", what), loss, f'{what}["loss"]')
        expect_scalar(entry(got, "acc", what), accuracy, f'{what}["acc"]')


def entry(metrics, key, what):
    """The metric under `key`; "accuracy" is as right as "acc"."""
    if not isinstance(metrics, dict):
        kind = type(metrics).__name__
        raise Mismatch("kind", f"{what} returned a {kind}; expected a dictionary of metrics.")
    for name in (key, "accuracy") if key == "acc" else (key,):
        if name in metrics:
            return metrics[name]
    raise Mismatch("kind", f'{what} has no entry "{key}"; it has {sorted(map(str, metrics))}.')


def split(got, what):
    """Metrics and predictions of an answer that may be the metrics alone."""
    if isinstance(got, (tuple, list)) and len(got) == 2:
        return got
    entry(got, "loss", what)
    return got, None


@item("SequentialModel")
def test_chain(beras, given, problems):
    """model(x) chains the layers; `weights` is the layers' weights, in order."""
    for problem in problems.some:
        setting = Setting(beras, given, problem)
        expect(setting.model(setting.x), setting.outputs(), "model(x)", problem)
        want = [w for layer in setting.layers for w in layer.weights]
        got = list(setting.model.weights)
        if len(got) != len(want) or any(a is not b for a, b in zip(got, want, strict=False)):
            raise Mismatch("value", "model.weights must list its layers' own weights, in order.")


@item("SequentialModel.batch_step")
def test_training_step(beras, given, problems):
    """A training step returns loss and accuracy, and moves the weights down the gradient."""
    for problem in problems.some:
        setting = Setting(beras, given, problem)
        what = "batch_step(x, y, training=True)"
        metrics, _ = split(setting.model.batch_step(setting.x, setting.y, training=True), what)
        setting.expect_metrics(metrics, what)
        setting.expect_weights(setting.trained_w2(), f"a weight after {what}")


@item("SequentialModel.batch_step")
def test_training_is_the_default(beras, given, problems):
    """batch_step(x, y) trains."""
    setting = Setting(beras, given, problems.first)
    setting.model.batch_step(setting.x, setting.y)
    setting.expect_weights(setting.trained_w2(), "a weight after batch_step(x, y)")


@item("SequentialModel.batch_step")
def test_frozen_weights(beras, given, problems):
    """Weights whose flag `trainable` is False stay as they are."""
    setting = Setting(beras, given, problems.first)
    setting.layers[0].trainable = False
    setting.model.batch_step(setting.x, setting.y, training=True)
    expect(setting.layers[0].weights[0], setting.w1, "a frozen weight after batch_step")
    setting.expect_weights(setting.trained_w2(), "a weight beside frozen ones after batch_step")


@item("SequentialModel.batch_step")
def test_step_without_training(beras, given, problems):
    """With training=False nothing changes, and metrics come with predictions, or alone."""
    setting = Setting(beras, given, problems.first)
    what = "batch_step(x, y, training=False)"
    got = setting.model.batch_step(setting.x, setting.y, training=False)
    metrics, predictions = split(got, what)
    setting.expect_metrics(metrics, what)
    if predictions is not None:
        expect(predictions, setting.outputs(), f"the predictions of {what}")
    setting.expect_weights(setting.w2, f"a weight after {what}")


@item("SequentialModel.fit")
def test_fit(beras, given, problems):
    """fit returns a dictionary of lists, one entry per epoch or per batch, and lowers the loss."""
    for batch_size in (4, 5):
        setting = Setting(beras, given, problems.first)
        what = f"fit(x, y, epochs=2, batch_size={batch_size})"
        history = setting.model.fit(setting.x, setting.y, epochs=2, batch_size=batch_size)
        for key in ("loss", "acc"):
            expect_history(entry(history, key, what), batch_size, f'{what}["{key}"]')
        after = np.asarray(setting.model(setting.x))
        before, _ = setting.metrics()
        if not float(((after - setting.y) ** 2).sum() / ROWS) < before:
            raise Mismatch("value", f"{what} did not lower the loss.")


def expect_history(values, batch_size, what):
    """Raise `Mismatch` unless `values` lists a finite number per epoch or per batch."""
    if not isinstance(values, (list, tuple, np.ndarray)):
        raise Mismatch("kind", f"{what} is no list.")
    numbers = [as_array(value, what).item() for value in values if np.size(value) == 1]
    epochs, full, with_rest = 2, ROWS // batch_size, -(-ROWS // batch_size)
    if len(numbers) not in (epochs, epochs * full, epochs * with_rest):
        text = f"{what} has {len(numbers)} numbers; one per epoch or one per batch is right."
        raise Mismatch("shape", text)
    if not np.isfinite(numbers).all():
        raise Mismatch("finite", f"{what} is {numbers}.")


@item("SequentialModel.evaluate")
def test_evaluate(beras, given, problems):
    """evaluate covers all batches, not the last alone, and trains nothing."""
    setting = Setting(beras, given, problems.first)
    what = "evaluate(x, y, batch_size=4)"
    metrics, predictions = split(setting.model.evaluate(setting.x, setting.y, batch_size=4), what)
    setting.expect_metrics(metrics, what)
    if predictions is not None:
        expect(predictions, setting.outputs(), f"the predictions of {what}")
    setting.expect_weights(setting.w2, f"a weight after {what}")
