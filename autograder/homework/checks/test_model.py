"""Checks of beras/model.py, over given layers, optimizer, loss and accuracy."""

from contextlib import contextmanager, suppress
from functools import partial

import numpy as np
import pytest

from autograder.homework.checks.methods import comes_out_of, run
from autograder.homework.checks.metrics import metric, metrics_and_predictions
from autograder.truth.comparison import (
    Mismatch,
    as_array,
    cause_of,
    entries,
    expect,
    expect_scalar,
    expect_shape,
    name_cause,
    written,
)
from autograder.truth.diagnosis import Cause

item = pytest.mark.item

RATE = 0.01
ROWS = 12
NAMES = ("w1", "b1", "w2", "b2")


def expect_number(got, truth, what, suspects):
    """`expect_scalar` of a metric, which some give as a list of many."""
    try:
        expect_scalar(got, truth, what, suspects=suspects)
    except Mismatch as mismatch:
        if np.size(as_array(got, what)) > 1:
            name_cause(mismatch, Cause("per-batch"))
        raise


UNSEEN = {
    (False, "uncalled"): "layers-unseen",
    (True, "uncalled"): "loss-unseen",
    (False, "closed"): "outside-tape",
    (True, "closed"): "outside-tape",
    (False, "model"): "model-on-tape",
}
"""Causes, by whether it is the loss that no way leads back from, and by what `unseen` says."""


def true_loss(outputs, y):
    """What `MeanDistance` says."""
    return float((((outputs - y) ** 2).sum() + outputs.sum()) / len(y))


class Setting:
    """A compiled model of two affine layers with a square between, and data to train it on."""

    def __init__(self, given, words, compiled, problem):
        m, r = problem.features, 3
        self.w1, self.w2 = problem.normal(m, 4, scale=0.5), problem.normal(4, r, scale=0.5)
        self.layers = [
            given.Affine(self.w1, np.zeros(4)),
            given.Square(),
            given.Affine(self.w2, np.zeros(r)),
        ]
        self.given, self.words, self.loss = given, words, given.MeanDistance()
        self.model, self.optimizer = compiled(
            self.layers, given.Descent, RATE, self.loss, given.Agreement()
        )
        # 0.5: with N(0, 1) one training in a thousand diverges, through no fault of the student's.
        self.x = problem.normal(ROWS, m, scale=0.5)
        self.y = np.eye(r)[problem.rng.integers(r, size=ROWS)]

    def outputs(self):
        """What the model should answer, before any training."""
        return (self.x @ self.w1) ** 2 @ self.w2

    def metrics(self, rows=slice(None)):
        """Loss and accuracy before any training, over some of the rows."""
        outputs, y = self.outputs()[rows], self.y[rows]
        agree = np.argmax(outputs, axis=1) == np.argmax(y, axis=1)
        return true_loss(outputs, y), float(agree.mean())

    def untrained(self):
        """All weights as they were: w1, b1, w2, b2."""
        return [self.w1, np.zeros(4), self.w2, np.zeros(self.w2.shape[1])]

    def trained(self):
        """All weights after one step of gradient descent on the whole batch."""
        hidden = self.x @ self.w1
        slope = (2.0 * (self.outputs() - self.y) + 1.0) / ROWS
        back = slope @ self.w2.T * 2.0 * hidden
        gradients = self.x.T @ back, back.sum(axis=0), (hidden**2).T @ slope, slope.sum(axis=0)
        return [w - RATE * g for w, g in zip(self.untrained(), gradients, strict=True)]

    def losses(self):
        """The loss before and after that step."""
        w1, b1, w2, b2 = self.trained()
        after = (self.x @ w1 + b1) ** 2 @ w2 + b2
        return true_loss(self.outputs(), self.y), true_loss(after, self.y)

    def expect_weights(self, want, what, if_changed=None):
        """Raise `Mismatch` unless the layers' weights are `want`: w1, b1, w2, b2.

        `if_changed` is the cause where a weight should have stayed as it was.
        """
        for name, weight, exact, start in zip(
            NAMES, self.weights(), want, self.untrained(), strict=True
        ):
            moved = not np.array_equal(exact, start)
            suspects = partial(wrong_steps, start, exact) if moved else None
            otherwise = None if moved else if_changed
            expect(weight, exact, f"{name} after {what}", suspects=suspects, otherwise=otherwise)

    def weights(self):
        """The layers' own weights as they are now: w1, b1, w2, b2."""
        return self.weights_of(self.layers[0], self.layers[2])

    def weights_of(self, *things):
        """Those of some layers, or of the model."""
        return [w for thing in things for w in getattr(thing, self.words["weights"])]

    def flags(self):
        """Which of them may be trained."""
        return [bool(getattr(w, self.words["flag"])) for w in self.weights()]

    def expect_flags(self, flags, what):
        """Raise `Mismatch` unless the flags are what they were before."""
        if self.flags() != flags:
            flag, flags_now = self.words["flag"], self.flags()
            text = f"after {what} the flags `{flag}` of the weights are {flags_now}."
            raise Mismatch(
                "value", f"{text} Before, they were {flags}.", cause=Cause("left-frozen")
            )

    def expect_trains(self, what, other=None):
        """Raise `Mismatch` unless a step still moves the weights as it should.

        Where training is known to be wrong, `other` is a new model: then it should do the same.
        """
        try:
            wanted = self.trained() if other is None else other.stepped()
        except Exception:
            return  # nothing trains, which another check tells
        for name, weight, want in zip(NAMES, self.stepped(), wanted, strict=True):
            expect(weight, np.asarray(want), f"{name} after {what}, then batch_step(x, y)")

    def stepped(self):
        """The weights after one step of the student's."""
        run(self.model.batch_step, self.x, self.y)
        return self.weights()

    @contextmanager
    def way_blamed(self):
        """Name why nothing is trained where no way leads back, around a step and its judging."""
        try:
            yield
        except Exception as failure:
            cause = cause_of(failure)
            on_the_way = comes_out_of(failure, self.words["walk"]) or self.optimizer.steps > 0
            stays = cause is not None and cause.name == "untrained"
            if stays or (on_the_way and not isinstance(failure, Mismatch)):
                self._name_unseen(failure)
            raise

    def _name_unseen(self, failure):
        """Name with a failure what ran and left no way back, if anything did."""
        parts = ((self.layers[0], False), (self.layers[2], False), (self.loss, True))
        with suppress(Exception):
            whys = [(is_loss, str(self.given.unseen(part, self.model))) for part, is_loss in parts]
            if named := [UNSEEN[why] for why in whys if why in UNSEEN]:
                name_cause(failure, Cause(named[0]))

    def expect_metrics(self, got, what, batch_size=ROWS):
        """Raise `Mismatch` unless `got` holds the loss and the accuracy from before training."""
        for place, key in enumerate(("loss", "acc")):
            suspects = partial(self.wrong_metrics, place, batch_size)
            expect_number(
                metric(got, key, what), self.metrics()[place], f'{what}["{key}"]', suspects
            )

    def wrong_metrics(self, place, batch_size):
        """What typical mistakes make of the loss (place 0) or the accuracy (1)."""
        yield "last-batch", self.metrics(slice(-batch_size, None))[place]
        yield "sum-for-mean", ROWS // batch_size * self.metrics()[place]
        yield "sum-for-mean", ROWS * self.metrics()[place]


def wrong_steps(before, after):
    """What typical mistakes make of a weight that a training step moves."""
    yield "untrained", before
    yield "sign", 2.0 * before - after
    yield "twice", 2.0 * after - before


@item("{model}")
def test_chain(given, words, compiled, problems):
    """model(x) chains the layers; `{weights}` is the layers' {weights}, in order."""
    for problem in problems.some:
        setting = Setting(given, words, compiled, problem)
        rows = f"{ROWS} rows, {problem.features} features, 3 outputs"
        expect(setting.model(setting.x), setting.outputs(), "model(x)", rows)
        name = words["weights"]
        want = setting.weights_of(*setting.layers)
        got = list(written(getattr(setting.model, name), f"model.{name}"))
        if len(got) != len(want) or any(a is not b for a, b in zip(got, want, strict=False)):
            raise Mismatch("value", f"model.{name} must list its layers' own {name}, in order.")


@item("{model}.batch_step")
def test_training_step(given, words, compiled, problems):
    """A training step returns loss and accuracy, and moves the weights down the gradient."""
    for problem in problems.some:
        setting = Setting(given, words, compiled, problem)
        what = "batch_step(x, y, training=True)"
        with setting.way_blamed():
            got = setting.model.batch_step(setting.x, setting.y, training=True)
            metrics, _ = metrics_and_predictions(got, what)
            setting.expect_metrics(metrics, what)
            setting.expect_weights(setting.trained(), what)


@item("{model}.batch_step")
def test_training_is_the_default(given, words, compiled, problems):
    """batch_step(x, y) trains."""
    setting = Setting(given, words, compiled, problems.first)
    with setting.way_blamed():
        run(setting.model.batch_step, setting.x, setting.y)
        setting.expect_weights(setting.trained(), "batch_step(x, y)")


@item("{model}.batch_step")
def test_step_without_training(given, words, compiled, problems):
    """With training=False nothing changes; the metrics come with predictions, or alone."""
    setting, what = (
        Setting(given, words, compiled, problems.first),
        "batch_step(x, y, training=False)",
    )
    flags = setting.flags()
    got = setting.model.batch_step(setting.x, setting.y, training=False)
    metrics, predictions = metrics_and_predictions(got, what)
    setting.expect_metrics(metrics, what)
    if predictions is not None:
        expect(predictions, setting.outputs(), f"the predictions of {what}")
    setting.expect_weights(setting.untrained(), what, Cause("trains"))
    setting.expect_flags(flags, what)


@item("{model}.fit")
def test_fit(given, words, compiled, problems):
    """fit returns a dictionary of lists, one entry per epoch or per batch, and lowers the loss."""
    for batch_size in (4, 5):
        setting = Setting(given, words, compiled, problems.first)
        what = f"fit(x, y, epochs=2, batch_size={batch_size})"
        history = setting.model.fit(setting.x, setting.y, epochs=2, batch_size=batch_size)
        for key in ("loss", "acc"):
            expect_history(metric(history, key, what), batch_size, f'{what}["{key}"]')
        expect_steps(int(setting.optimizer.steps), batch_size, what)
        after = as_array(setting.model(setting.x), "model(x)")
        expect_shape(after, setting.y.shape, "model(x)")
        before, _ = setting.metrics()
        loss = true_loss(after, setting.y)
        if not loss < before:
            cause = Cause("untrained") if np.array_equal(after, setting.outputs()) else None
            raise Mismatch("value", f"{what} did not lower the loss.", cause=cause)


@item("{model}.fit")
def test_fit_one_batch(given, words, compiled, problems):
    """fit on a single batch is one training step, whichever order it takes the rows in."""
    setting = Setting(given, words, compiled, problems.first)
    what = f"fit(x, y, epochs=1, batch_size={ROWS})"
    history = written(setting.model.fit(setting.x, setting.y, epochs=1, batch_size=ROWS), what)
    setting.expect_weights(setting.trained(), what)
    expect_loss(metric(history, "loss", what), setting, f'{what}["loss"]')


@item("{model}.fit")
def test_fit_reaches_every_row(given, words, compiled, problems):
    """fit trains on all rows: batch k begins at row k * batch_size."""
    setting = Setting(given, words, compiled, problems.first)
    setting.x[:-4] = 0.0  # of these rows w1 has no gradient
    what = "fit(x, y, epochs=6, batch_size=4)"
    run(setting.model.fit, setting.x, setting.y, epochs=6, batch_size=4)
    if np.array_equal(np.asarray(setting.weights()[0]), setting.w1):
        raise Mismatch("value", f"{what} never trained on the last 4 of {ROWS} rows.")


def expect_loss(values, setting, what):
    """Raise `Mismatch` unless the one loss of a step is that before it, or after it.

    Two digits are enough: a history is for people, who may have rounded it.
    """
    (got,) = entries(values, 1, what)
    loss = as_array(got, what)
    near = [np.allclose(loss, true, rtol=0.01, atol=0.01) for true in setting.losses()]
    if loss.size != 1 or not any(near):
        head = f"{what} is not the loss of the only batch."
        before, after = setting.losses()
        full = f"{head}\n    got {loss}; before the step it was {before:.4g}, after it {after:.4g}"
        raise Mismatch("value", full, head)


def expect_steps(steps, batch_size, what):
    """Raise `Mismatch` unless the optimizer was called once per batch."""
    full, with_rest = ROWS // batch_size, -(-ROWS // batch_size)
    if steps not in (2 * full, 2 * with_rest):
        raise Mismatch("value", f"{what} took {steps} training steps; one per batch is right.")


def expect_history(values, batch_size, what):
    """Raise `Mismatch` unless `values` lists a finite number per epoch or per batch."""
    if not isinstance(written(values, what), (list, tuple, np.ndarray)):
        raise Mismatch("type", f"{what} is no list.")
    numbers = [as_array(value, what) for value in values]
    if any(number.size != 1 for number in numbers):
        raise Mismatch("shape", f"{what} must list single numbers.")
    epochs, full, with_rest = 2, ROWS // batch_size, -(-ROWS // batch_size)
    if len(numbers) not in (epochs, epochs * full, epochs * with_rest):
        text = f"{what} has {len(numbers)} numbers; one per epoch or one per batch is right."
        raise Mismatch("shape", text)
    if not np.isfinite(numbers).all():
        raise Mismatch("finite", f"{what} is {numbers}.")


@item("{model}.evaluate")
def test_evaluate(given, words, compiled, problems, is_excused):
    """evaluate covers all batches, not the last alone, and changes no weight or flag."""
    setting, what = Setting(given, words, compiled, problems.first), "evaluate(x, y, batch_size=4)"
    flags = setting.flags()
    got = setting.model.evaluate(setting.x, setting.y, batch_size=4)
    metrics, predictions = metrics_and_predictions(got, what)
    setting.expect_weights(
        setting.untrained(), what, Cause("trains")
    )  # else the metrics are wrong too
    setting.expect_metrics(metrics, what, batch_size=4)
    if predictions is not None:
        outputs = setting.outputs()
        last = lambda: [("last-batch", outputs[-4:])]  # noqa: E731
        expect(predictions, outputs, f"the predictions of {what}", suspects=last)
    excused = is_excused(f"{words['model']}.batch_step")
    try:
        another = Setting(given, words, compiled, problems.first) if excused else None
        setting.expect_trains(what, another)
    except Exception:  # a frozen model may also raise on the way back
        setting.expect_flags(flags, what)  # which says more
        raise
