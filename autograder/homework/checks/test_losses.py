"""Checks of beras/losses.py: MeanSquaredError, CategoricalCrossEntropy."""

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.calls import expect_left_alone, far_out
from autograder.homework.checks.trial import Trial
from autograder.truth import differences
from autograder.truth.comparison import (
    Mismatch,
    as_array,
    confirmed,
    entries,
    expect,
    expect_entry,
    expect_scalar,
    expect_shape,
    without_axis,
)
from autograder.truth.diagnosis import Cause

item = pytest.mark.item

LOSSES = {
    "MeanSquaredError": (oracles.mean_squared_error, oracles.mean_squared_error_gradient),
    "CategoricalCrossEntropy": (oracles.cross_entropy, oracles.cross_entropy_gradient),
}
"""Function and gradient of each loss."""

WITHOUT_UPSTREAM = ([], [None], [[None]])
"""Arguments of `compose_input_gradients` that say so; given code may take one of them only."""

MANY = 300
"""More samples than a byte counts."""

OTHER_EPSILONS = tuple(10.0**-k for k in range(4, 17))
"""What else stands for epsilon where the argument is not used."""


def for_each(method):
    """One case of a check for each loss, each an item of its own."""
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=item(f"{name}.{method}")) for name in LOSSES]
    )


class LossTrial(Trial):
    """A loss of the student's, called on random predictions and targets."""

    optional_entries = True  # one for the target is optional and not looked at

    def __init__(self, beras, problem, name):
        draw = problem.probabilities
        if name == "MeanSquaredError":  # any numbers, negative and beyond 1
            draw = lambda: problem.normal(problem.batch, problem.units, scale=3.0)  # noqa: E731
        prediction, other = draw(), draw()
        target = draw() if name == "MeanSquaredError" else problem.one_hot()
        self.prediction, self.target = prediction, target
        inputs = {"the prediction": prediction, "the target": target}
        others = (other, target)  # swapped, the same pair has the same squares
        super().__init__(beras, problem, name, getattr(beras, name)(), inputs, others)

    def true_forward(self, prediction, target):
        """The loss."""
        return LOSSES[self.name][0](prediction, target)

    def forward_suspects(self):
        """What typical mistakes answer in place of the loss."""
        p, y = self.prediction, self.target
        yield "stale", self.true_forward(*self.others)
        if self.name == "MeanSquaredError":
            yield "sum-for-mean", ((p - y) ** 2).sum()
            yield "root", np.sqrt(self.true_forward(p, y))
            yield "mean-squared", (p - y).mean() ** 2
            for clipped in (p.clip(0.0, 1.0) - y, p.clip(0.0, 1.0) - y.clip(0.0, 1.0)):
                yield "clipped", (clipped**2).mean()
        else:
            yield "sum-for-mean", len(p) * self.true_forward(p, y)
            yield "log-of-zero", np.nan
            for base in 2.0, 10.0:
                yield "other-logarithm", self.true_forward(p, y) / np.log(base)
            yield "swapped-arguments", self.true_forward(y, p)
            yield "labels-not-used", -np.log(p).sum(axis=-1).mean()

    def gradient_suspects(self):
        """What typical mistakes answer in place of the gradient."""

        def derive(forward):
            return differences.gradient(forward, self.prediction, stacked=False).value

        yield from self.own_forward(derive, calls=6 * self.prediction.size)
        p, y = self.prediction, self.target
        yield "stale", LOSSES[self.name][1](*self.others)
        if self.name == "MeanSquaredError":
            clipped = LOSSES[self.name][1](p.clip(0.0, 1.0), y)
            yield "clipped", clipped
            yield "clipped", clipped * (p == p.clip(0.0, 1.0))
        else:
            for n in 1, len(p):
                yield "labels-ignored", -1.0 / p / n
                yield "combined-softmax", (p - y) / n
                yield "other-argument", -np.log(p) / n

    def truth(self):
        """The gradient with respect to the prediction, from two sources."""
        function, gradient = LOSSES[self.name]
        estimate = differences.gradient(lambda p: function(p, self.target), self.prediction)
        return confirmed(gradient(self.prediction, self.target), estimate)


@for_each("forward")
def test_forward(beras, given, problems, drawn, name):
    """The loss is one number: a mean over the batch. A call does not change its arguments."""
    function, _ = LOSSES[name]
    for problem in problems:
        trial = LossTrial(beras, problem, name)
        want = float(function(trial.prediction, trial.target))
        what = f"{name}.forward(y_pred, y_true)"
        expect_scalar(trial.y, want, what, problem, suspects=trial.forward_suspects)
    if not problems.hidden:
        expect_loss_of_many(beras, name, drawn)
        expect_left_alone(beras, given, name, getattr(beras, name)(), *clipped(name, drawn))


def clipped(name, drawn):
    """Predictions and labels at which whatever a loss clips is clipped."""
    far_labels = np.array([[3.0, -1.0, 0.5], [0.0, 2.0, -4.0]])
    is_squared = name == "MeanSquaredError"
    return (far_out(drawn), far_labels) if is_squared else certain_and_wrong(drawn)


def expect_loss_of_many(beras, name, drawn):
    """Raise `Mismatch` unless a loss is a mean in a large batch too, also over whole numbers."""
    prediction, target = many(name, drawn)
    if name == "MeanSquaredError":
        prediction = np.rint(prediction).astype(int)
    want = float(LOSSES[name][0](prediction, target))
    got = getattr(beras, name)()(np.array(prediction), np.array(target))
    expect_scalar(got, want, f"{name}.forward(y_pred, y_true)", f"batch size {MANY}")


def expect_gradient_of_many(beras, name, drawn):
    """Raise `Mismatch` unless the gradient is right in a large batch, for labels of integers."""
    prediction, target = many(name, drawn)
    loss, what = getattr(beras, name)(), f"{name}.get_input_gradients()[0]"
    loss(np.array(prediction), np.array(target))
    (got, *_) = entries(loss.get_input_gradients(), 1, what, at_least=True)
    expect_entry(got, LOSSES[name][1](prediction, target), what, f"batch size {MANY}")


def many(name, drawn):
    """Predictions and labels `(300, 4)`; the labels are integers."""
    rng = drawn.first.rng
    if name == "MeanSquaredError":
        return 1000.0 * rng.standard_normal((MANY, 4)), rng.integers(-1000, 1000, (MANY, 4))
    return rng.uniform(0.1, 0.9, (MANY, 4)), np.eye(4, dtype=int)[rng.integers(4, size=MANY)]


@for_each("get_input_gradients")
def test_input_gradients(beras, problems, drawn, name):
    """The gradient with respect to y_pred has the shape of y_pred, and every entry is right."""
    for problem in problems:
        trial = LossTrial(beras, problem, name)
        truths, suspects = [trial.truth()], [trial.gradient_suspects]
        trial.expect("get_input_gradients()", truths, suspects=suspects)
    if not problems.hidden:
        expect_gradient_of_many(beras, name, drawn)


@for_each("compose_input_gradients")
def test_backpropagation_starts_here(beras, problems, name):
    """compose_input_gradients() with no upstream gradient is get_input_gradients() itself."""
    for problem in problems:
        trial = LossTrial(beras, problem, name)
        local, what = trial.gradient("get_input_gradients"), f"{name}.get_input_gradients()[0]"
        local = without_axis(local, trial.prediction.shape, what)
        expect_shape(local, trial.prediction.shape, what)
        expect_start(trial, local, problem)


def expect_start(trial, local, problem):
    """Raise `Mismatch`, or what the student's code raises, unless one way to start is right."""
    failures = []
    for upstream in WITHOUT_UPSTREAM:
        what = f"{trial.name}.compose_input_gradients({', '.join(map(str, upstream))})[0]"
        try:
            got = trial.gradient("compose_input_gradients", *upstream)
            return expect_entry(got, local, what, problem)
        except Exception as failure:
            failures.append(failure)
    raise next((f for f in failures if isinstance(f, Mismatch)), failures[0])


def certain_and_wrong(drawn):
    """Probabilities and labels; in the first row the probability of a wrong class is 1."""
    rng = drawn.first.rng
    rows, classes = rng.integers(2, 5), rng.integers(3, 7)
    prediction = rng.dirichlet(np.full(classes, 20.0), size=rows)
    target = np.eye(classes)[rng.integers(classes, size=rows)]
    prediction[0] = np.roll(target[0], 1)
    return prediction, target


def some_epsilon(drawn):
    """A number between 1e-9 and 1e-6, of two digits: what an implementation may choose itself."""
    return float(f"{10.0 ** -drawn.first.rng.uniform(6.0, 9.0):.1e}")


@item("CategoricalCrossEntropy at probability 0")
def test_value_at_zero(beras, drawn):
    """Cross-entropy clips: a probability of 0 for the true class gives a large, finite loss."""
    value = beras.CategoricalCrossEntropy()(*certain_and_wrong(drawn))
    got = as_array(value, "CategoricalCrossEntropy at probability 0")
    # The contract's default clip gives 14.4; another small epsilon is no mistake.
    if got.size != 1 or not 3.0 < float(got.reshape(())) < 400.0:
        cause = None if np.isfinite(got).all() else Cause("no-clip")
        raise Mismatch("finite", f"the loss of a certain, wrong prediction is {got}.", cause=cause)


@item("CategoricalCrossEntropy at probability 0")
def test_value_follows_epsilon(beras, drawn):
    """If there is a parameter `epsilon`, the loss at probability 0 is -log(epsilon)."""
    epsilon = some_epsilon(drawn)
    try:
        loss = beras.CategoricalCrossEntropy(epsilon=epsilon)
    except TypeError:
        return  # not every edition's given code has it
    got = loss(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]))
    what = f"CategoricalCrossEntropy(epsilon={epsilon}) at probability 0"
    expect_scalar(got, -np.log(epsilon), what, suspects=clipped_elsewhere)


def clipped_elsewhere():
    """The loss at probability 0 with other clips, or none."""
    yield "no-clip", np.inf
    for epsilon in OTHER_EPSILONS:
        yield "epsilon", -np.log(epsilon)


@item("CategoricalCrossEntropy gradient at probability 0")
def test_gradient_at_zero(beras, drawn):
    """The gradient uses the clipped probability too: large and finite where p is 0."""
    what = "CategoricalCrossEntropy.get_input_gradients()[0] at probability 0"
    loss, (p, y) = beras.CategoricalCrossEntropy(), certain_and_wrong(drawn)
    loss(np.array(p), np.array(y))
    got = as_array(entries(loss.get_input_gradients(), 1, what, at_least=True)[0], what)
    got = without_axis(got, y.shape, what)
    expect_shape(got, y.shape, what)
    (at_zero,) = got[0, y[0] == 1.0]
    if not np.isfinite(got).all() or not at_zero < -1e3:
        cause = None if np.isfinite(got).all() else Cause("unclipped-gradient")
        raise Mismatch("finite", f"{what} is {at_zero:.3g} for the true class.", cause=cause)
    beside = got[0, y[0] == 0.0]
    expect(beside, np.zeros(beside.shape), f"{what}, first row beside the true class")
    expect(got[1:], -y[1:] / p[1:] / len(p), f"{what}, rows after the first")
