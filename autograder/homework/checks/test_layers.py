"""Checks of beras/layers.py: the layer `x @ w + b`, whatever an edition calls it."""

from contextlib import suppress
from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.calls import expect_left_alone, far_out
from autograder.homework.checks.trial import Trial, no_weights, with_weights
from autograder.homework.oracles import initializer_variance, variance_bound
from autograder.truth import differences
from autograder.truth.comparison import (
    Mismatch,
    Truth,
    axes_last,
    confirmed,
    expect,
    expect_each,
    expect_shape,
    name_cause,
    without_axis,
    written,
)
from autograder.truth.diagnosis import Cause

item = pytest.mark.item


class DenseTrial(Trial):
    """The student's layer, of the class named `name`, with random weights, on random inputs."""

    def __init__(self, beras, problem, name):
        self.upstream, self.x = problem.upstream(), problem.inputs()
        self.w = problem.normal(problem.features, problem.units)
        self.b = problem.normal(problem.units)
        layer = with_weights(getattr(beras, name)(*self.w.shape), self.w, self.b)
        others = (problem.inputs(),)
        super().__init__(beras, problem, name, layer, {"the input": self.x}, others)

    def true_forward(self, x):
        """x @ w + b."""
        return oracles.dense(x, self.w, self.b)

    def weights(self):
        b = self.b.reshape(np.shape(np.asarray(self.layer.b)))
        return [("w", self.layer.w, self.w), ("b", self.layer.b, b)]

    def forward_suspects(self):
        """What typical mistakes answer in place of y."""
        (other,) = self.others
        yield "stale", self.true_forward(other)
        yield "no-bias", self.x @ self.w

    def input_suspects(self):
        """What typical mistakes answer in place of the local gradient of x."""
        yield "is-input", self.x
        yield "is-output", self.true_forward(self.x)

    def weight_suspects(self):
        """What typical mistakes answer in place of the local gradient of w."""
        (other,) = self.others
        yield "stale", other[:, :, None]
        yield "transposed", self.x.T
        yield "is-output", self.true_forward(self.x)
        yield "is-output", self.x @ self.w

    def vjp_suspects(self, wrt):
        """What typical mistakes answer in place of `true_vjp(wrt)`."""
        yield from self._own_vjp(wrt)
        (other,), J, n = self.others, self.upstream, len(self.x)
        if wrt == "x":
            yield "j-ignored", self.w
            if self.w.shape[0] == self.w.shape[1]:
                yield "j-wrong-side", J @ self.w
        if wrt == "w":
            yield "stale", other.T @ J
            yield "mean-for-sum", self.x.T @ J / n
            yield "j-ignored", self.x[:, :, None]
            yield "j-ignored", np.broadcast_to(self.x.sum(axis=0)[:, None], self.w.shape)
        if wrt == "b":
            for row in J.mean(axis=0), J.mean(axis=0, keepdims=True):
                yield "mean-for-sum", row
                yield "j-ignored", np.ones(row.shape)
                yield "j-ignored", np.full(row.shape, n)

    def _own_vjp(self, wrt):
        values = {"x": self.x, "w": self.w, "b": self.b}

        def derive(forward):
            def at(value):
                point = {**values, wrt: value}
                with_weights(self.layer, point["w"], point["b"])
                return forward(point["x"])

            return differences.gradient(at, values[wrt], self.upstream, stacked=False).value

        return self.own_forward(derive, calls=6 * values[wrt].size)

    def true_vjp(self, wrt):
        """Gradient of `sum(upstream * y)` with respect to "x", "w" or "b", from two sources."""
        values = {"x": self.x, "w": self.w, "b": self.b}
        exact = {
            "x": self.upstream @ self.w.T,
            "w": self.x.T @ self.upstream,
            "b": self.upstream.sum(axis=0),
        }
        size = np.abs(self.upstream)
        terms = {
            "x": size @ np.abs(self.w).T,
            "w": np.abs(self.x).T @ size,
            "b": size.sum(axis=0),
        }
        forward = lambda value: oracles.dense(**{**values, wrt: value})  # noqa: E731
        estimate = differences.gradient(forward, values[wrt], self.upstream)
        return confirmed(exact[wrt], estimate, terms[wrt])


@item("{layer}.forward")
def test_forward(beras, given, words, problems, drawn):
    """{layer} computes x @ w + b. A call does not change its arguments."""
    for problem in problems:
        trial = DenseTrial(beras, problem, words["layer"])
        truth = oracles.dense(trial.x, trial.w, trial.b)
        what, suspects = f"{trial.name}.forward(x)", trial.forward_suspects
        expect(trial.y, truth, what, problem, suspects=suspects)
    if not problems.hidden:
        name, layer = words["layer"], getattr(beras, words["layer"])(3, 2)
        expect_left_alone(beras, given, name, layer, far_out(drawn))


@item("{layer} initializers")
@pytest.mark.parametrize("family", ["normal", "xavier", "kaiming"])
def test_initializers(beras, words, family, drawn):
    """Random initializers have the variance that their paper gives them; the bias starts at 0."""
    for name in initializers(beras, words, family):
        wide, tall = (expect_draws(beras, words, name, m, r) for m, r in wide_and_tall(drawn))
        if name == "normal":
            expect_variance(wide**2, tall**2, 5000, name, "the same for two shapes")


def initializers(beras, words, family):
    """The initializers of a family: its uniform form where given code does not refuse it."""
    yield family
    if family == "normal":
        return
    try:
        getattr(beras, words["layer"])(4, 3, initializer=f"{family} uniform")
    except AssertionError:
        return  # four names only are in the given assert of some editions
    yield f"{family} uniform"


def wide_and_tall(drawn):
    """Two shapes, so that a wrong fan shows: 1/m, 1/r and 2/(m+r) are far apart."""
    rng = drawn.first.rng
    return drawn_shape(rng, (180, 260), (60, 90)), drawn_shape(rng, (45, 65), (220, 280))


def drawn_shape(rng, *ranges):
    """A shape whose sides lie in these ranges."""
    return tuple(int(rng.integers(*sides)) for sides in ranges)


def expect_draws(beras, words, name, m, r):
    """Raise `Mismatch` unless a new layer starts as its initializer says; returns the spread."""
    layer = getattr(beras, words["layer"])(m, r, initializer=name)
    what = f'{words["layer"]}({m}, {r}, initializer="{name}")'
    w, b = weight(layer, "w", what), weight(layer, "b", what)
    expect_shape(w, (m, r), f"{what}.w")
    expect_bias(b, r, what)
    spread = float(np.std(w))
    if not 0.0 < spread < np.inf or not is_random(w.ravel() / spread):
        raise Mismatch("value", f"{what}: the weights are not random numbers around 0.")
    if name != "normal":
        expect_variance(spread**2, initializer_variance(name, m, r), w.size, name, (m, r))
    return spread


def weight(layer, name, what):
    """A weight of a new layer, as a plain array; `Mismatch` where nobody has made one yet."""
    array = written(getattr(layer, name), f"{what}.{name}")
    if array is None:
        raise no_weights(f"{what}.{name}")
    return np.asarray(array, dtype=float)


def expect_bias(b, r, what):
    """Raise `Mismatch` unless the bias of a new layer has its shape and is 0."""
    if b.shape not in ((r,), (1, r)):
        raise Mismatch("shape", f"{what}.b has shape {b.shape}; expected ({r},) or (1, {r}).")
    expect(b, np.zeros(b.shape), f"{what}.b", otherwise=Cause("random-bias"))


def is_random(draws):
    """Whether numbers of variance 1 could be independent draws around 0."""
    bound = 7.0 / np.sqrt(draws.size)
    neighbours = float(np.mean(draws[1:] * draws[:-1]))
    distinct = len(np.unique(draws)) > 0.9 * draws.size  # float32 draws may coincide
    return distinct and abs(np.mean(draws)) < bound and abs(neighbours) < bound


def expect_variance(got, want, count, name, where):
    """Raise `Mismatch` when a variance is off by more than chance gives once in 10^9."""
    bound = variance_bound(count)
    if abs(got / want - 1.0) > bound:
        text = f'initializer "{name}", {where}: variance {got:.3g}; expected {want:.3g}.'
        causes = [c for c, k in variances(want, where).items() if abs(got / k - 1.0) <= bound]
        raise Mismatch("value", text, cause=causes[0] if len(causes) == 1 else None)


def variances(want, shape):
    """Variances that typical mistakes give to the weights of a layer `(m, r)`, by their causes."""
    if not isinstance(shape, tuple):
        return {}
    m, r = shape
    fans = {"m": m, "r": r, "(m + r)": m + r, "(m r)": m * r}
    numbers = {f"{k} / {fan}": k / size for fan, size in fans.items() for k in (1, 2, 3, 6)}
    known = {Cause("wrong-fan", text): k for text, k in numbers.items()}
    return {**known, Cause("deviation"): want**2}


@item("{layer} initializers")
def test_zero_initializer(beras, words, drawn):
    """The initializer "zero" gives weights of shape (m, r) and a bias that are all 0."""
    m, r = drawn_shape(drawn.first.rng, (2, 6), (6, 10))
    layer = getattr(beras, words["layer"])(m, r, initializer="zero")
    what = f'{words["layer"]}({m}, {r}, initializer="zero")'
    expect(weight(layer, "w", what), np.zeros((m, r)), f"{what}.w")
    expect_bias(weight(layer, "b", what), r, what)


@item("{layer} initializers")
def test_unknown_initializer(beras, words, drawn):
    """Any other name of an initializer is an error."""
    make = getattr(beras, words["layer"])
    make(4, 3)
    name = f"no such initializer as {drawn.first.rng.integers(10**6)}"
    try:
        make(4, 3, initializer=name)
    except Exception:
        return
    raise Mismatch("value", f'{words["layer"]}(4, 3, initializer="{name}") raised no error.')


@item("{layer}.get_input_gradients")
def test_input_gradients(beras, words, problems):
    """The local gradient of x is w: shape (m, r), or (N, m, r), with entry [i, j] = dy_j/dx_i."""
    for problem in problems:
        trial = DenseTrial(beras, problem, words["layer"])
        forward = lambda x: oracles.dense(x, trial.w, trial.b)  # noqa: B023, E731
        rows = differences.row_jacobians(forward, trial.x)
        truth = confirmed(np.broadcast_to(trial.w, rows.value.shape), rows)
        suspects = [trial.input_suspects]
        trial.judge("get_input_gradients()", partial(expect_w, truth), suspects=suspects)


def expect_w(truth, got, what, problem, suspects):
    """Raise `Mismatch` unless the one answer is w, or for each sample w, which is the truth."""
    per_sample = got[0].shape[-3:] == truth.value.shape
    want = truth if per_sample else Truth(truth.value[0], truth.error)
    expect_each(got, [want], what, problem, suspects=suspects)


@item("{layer}.get_weight_gradients")
def test_weight_gradients(beras, words, problems):
    """The local gradients are x as (N, m, 1) or (N, m, r) for w, and ones like (N, r) for b."""
    for problem in problems:
        trial = DenseTrial(beras, problem, words["layer"])
        suspects = (trial.weight_suspects, None)
        judge = partial(expect_x_and_ones, trial.x)
        trial.judge("get_weight_gradients()", judge, count=2, suspects=suspects)


def expect_x_and_ones(x, got, what, problem, suspects):
    """Raise `Mismatch` unless the answers are x, for each column of w or for all, and ones."""
    try:
        expect_in_order(x, got, what, problem, suspects)
    except Mismatch as mismatch:
        with suppress(Mismatch), axes_last():
            expect_in_order(x, got[::-1], what, problem, ())
            name_cause(mismatch, Cause("order"))
        raise


def expect_in_order(x, got, what, problem, suspects):
    """The same, of answers that may come the other way round."""
    (dw, db), (n, m, r) = got, (problem.batch, problem.features, problem.units)
    columns = r if dw.shape[-3:] == (n, m, r) else 1
    want = np.broadcast_to(x[:, :, None], (n, m, columns))
    ones = broadcast(db, (n, r), f"{what}[1]", problem)
    expect_each((dw, ones), (want, np.ones((n, r))), what, problem, suspects=suspects)


def broadcast(array, shape, what, problem):
    """`array` broadcast to `shape`; a `Mismatch` in shape where that cannot be.

    Ones `(N, 1, r)` are right too: each sample's are shaped as a bias `(1, r)`.
    """
    per_sample = array.shape == (shape[0], 1, *shape[1:])
    array = array[:, 0] if per_sample else without_axis(array, shape, what, problem)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        text = f"{what} has shape {array.shape}, which does not broadcast to {shape}."
        raise Mismatch("shape", f"{text}\n    for {problem}") from None


@item("{layer}.compose_input_gradients")
def test_compose_input_gradients(beras, words, problems):
    """compose_input_gradients([upstream]) chains upstream and local gradient, shaped like x."""
    for problem in problems:
        trial = DenseTrial(beras, problem, words["layer"])
        suspects, J = [partial(trial.vjp_suspects, "x")], [trial.upstream]
        trial.expect(
            "compose_input_gradients([upstream])", [trial.true_vjp("x")], J, suspects=suspects
        )


@item("{layer}.compose_weight_gradients")
def test_compose_weight_gradients(beras, words, problems):
    """compose_weight_gradients([upstream]) sums over the batch; it is shaped like w and b."""
    for problem in problems:
        trial = DenseTrial(beras, problem, words["layer"])
        dw, db = trial.true_vjp("w"), trial.true_vjp("b")
        db = db._replace(value=db.value.reshape(np.shape(np.asarray(trial.layer.b))))
        suspects, J = [partial(trial.vjp_suspects, name) for name in "wb"], [trial.upstream]
        trial.expect("compose_weight_gradients([upstream])", [dw, db], J, suspects=suspects)


@item("{layer}.compose_weight_gradients")
def test_weights(beras, words, drawn):
    """`{weights}` holds the layer's own w and b, in that order: an update reaches the layer."""
    m, r = drawn_shape(drawn.first.rng, (2, 6), (6, 10))
    layer = getattr(beras, words["layer"])(m, r)
    got = list(getattr(layer, words["weights"]))
    if len(got) != 2 or got[0] is not layer.w or got[1] is not layer.b:
        what = f"{words['layer']}({m}, {r}).{words['weights']}"
        raise Mismatch("value", f"{what} must list the layer's own w and b.")
