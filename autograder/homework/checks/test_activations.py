"""Checks of beras/activations.py: LeakyReLU, ReLU, Sigmoid, Softmax."""

from functools import partial

import numpy as np
import pytest

from autograder.homework import oracles
from autograder.homework.checks.calls import agrees, expect_left_alone, far_out
from autograder.homework.checks.trial import Trial
from autograder.truth import differences
from autograder.truth.comparison import (
    Mismatch,
    Truth,
    as_array,
    confirmed,
    entries,
    expect,
    expect_entry,
    without_axis,
)
from autograder.truth.diagnosis import Cause

item = pytest.mark.item

ALPHA = 0.2
ELEMENTWISE = {
    "LeakyReLU": (
        lambda x: oracles.leaky_relu(x, ALPHA),
        lambda x: oracles.leaky_relu_slope(x, ALPHA),
    ),
    "ReLU": (oracles.leaky_relu, oracles.leaky_relu_slope),
    "Sigmoid": (oracles.sigmoid, oracles.sigmoid_slope),
}
"""Function and slope of each elementwise activation."""

FUNCTIONS = {name: function for name, (function, _) in ELEMENTWISE.items()} | {
    "Softmax": oracles.softmax
}

OTHER_ALPHAS = (0.0, 0.01, 0.3)
"""What else stands for alpha where the argument is not used."""

EXTREMES = np.array([[-1e4, -1000.0, -40.0, 0.0, 40.0, 1000.0, 1e4]])
LOGITS = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])


def for_each(method):
    """One case of a check for each elementwise activation, each an item of its own."""
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=item(f"{name}.{method}")) for name in ELEMENTWISE]
    )


def make(beras, name):
    """A new activation layer."""
    return beras.LeakyReLU(alpha=ALPHA) if name == "LeakyReLU" else getattr(beras, name)()


class ActivationTrial(Trial):
    """An activation of the student's, called on random inputs."""

    def __init__(self, beras, problem, name):
        self.x = problem.inputs()
        self.upstream = problem.normal(*self.x.shape)
        inputs, others = {"the input": self.x}, (problem.inputs(),)
        super().__init__(beras, problem, name, make(beras, name), inputs, others)

    def true_forward(self, x):
        """The activation's value."""
        return FUNCTIONS[self.name](x)

    def forward_suspects(self):
        """What typical mistakes answer in place of y."""
        (other,) = self.others
        yield "stale", self.true_forward(other)
        if self.name == "Sigmoid":
            yield "mirrored", self.true_forward(-self.x)
        if self.name == "LeakyReLU":
            for alpha in OTHER_ALPHAS:
                yield "alpha", oracles.leaky_relu(self.x, alpha)
        if self.name == "Softmax":
            for shift in np.zeros(1), self.x.max(axis=-1, keepdims=True):
                exponentials = np.exp(self.x - shift)
                yield "wrong-axis", exponentials / exponentials.sum(axis=0)
                yield "wrong-axis", exponentials / exponentials.sum()

    def gradient_suspects(self, local, chain=lambda slope: slope):
        """What typical mistakes answer in place of `chain(local(x))`."""
        (other,) = self.others
        yield "stale", chain(local(other))
        yield "j-ignored", local(self.x)
        yield "is-output", self.true_forward(self.x)
        yield "is-input", self.x
        if self.name == "LeakyReLU":
            for alpha in OTHER_ALPHAS:
                yield "alpha", chain(oracles.leaky_relu_slope(self.x, alpha))
            yield "slope-times-x", chain(np.where(self.x > 0, 1.0, ALPHA * self.x))

    def derived(self, upstream):
        """The student's own forward, differenced: see `own_forward`."""

        def derive(forward):
            return differences.gradient(forward, self.x, upstream, stacked=False).value

        return self.own_forward(derive, calls=6 * self.x.size)

    def elementwise_suspects(self, slope, upstream):
        """The suspects of `upstream * slope(x)`."""
        yield from self.derived(upstream)
        yield from self.gradient_suspects(slope, lambda local: upstream * local)
        if self.name == "Sigmoid":
            yield "x-for-y", upstream * self.x * (1.0 - self.x)

    def jacobian_suspects(self):
        """The suspects of Softmax's local gradient."""

        def derive(forward):
            found = differences.jacobian(forward, self.x, stacked=False).value
            return np.einsum("bibj->bij", found)  # samples do not depend on each other

        yield from self.own_forward(derive, calls=6 * self.x.size)
        yield from self.gradient_suspects(oracles.softmax_jacobian)
        y = oracles.softmax(self.x)
        yield "no-delta", -y[:, :, None] * y[:, None, :]
        yield "x-for-y", oracles.jacobian_of_softmax(self.x)

    def product_suspects(self):
        """The suspects of J times Softmax's local gradient."""
        jacobian, J = oracles.softmax_jacobian(self.x), self.upstream
        diagonal = np.einsum("bii->bi", jacobian)
        product = lambda local: np.einsum("bij,bj->bi", local, J)  # noqa: E731
        yield from self.derived(J)
        yield from self.gradient_suspects(oracles.softmax_jacobian, product)
        yield "x-for-y", product(oracles.jacobian_of_softmax(self.x))
        yield "j-elementwise", J[:, :, None] * jacobian
        yield "j-elementwise", J[:, None, :] * jacobian
        yield "diagonal-only", J * diagonal
        yield "off-diagonal-sign", 2.0 * J * diagonal - product(jacobian)


@for_each("forward")
def test_forward(beras, given, problems, drawn, name):
    """The activation's value, entry by entry. A call does not change its arguments."""
    function, _ = ELEMENTWISE[name]
    for problem in problems:
        trial = ActivationTrial(beras, problem, name)
        suspects = trial.forward_suspects
        expect(trial.y, function(trial.x), f"{name}.forward(x)", problem, suspects=suspects)
    if not problems.hidden:
        expect_left_alone(beras, given, name, make(beras, name), far_out(drawn))


@item("LeakyReLU.forward")
def test_default_alpha(beras, drawn):
    """LeakyReLU() has alpha = 0.3, for integers too, and 0 stays 0."""
    x = drawn.first.rng.integers(2, 50, (1, 3)) * [-1, 0, 1]
    y, what = beras.LeakyReLU()(np.array(x)), f"LeakyReLU()({x.tolist()})"
    expect(y, oracles.leaky_relu(x, 0.3), what, otherwise=Cause("alpha"))


@item("Sigmoid.forward")
def test_sigmoid_extremes(beras, drawn):
    """Sigmoid is right at any finite x: 0 at -1000, 1 at 1000."""
    x = extremes(drawn)
    what = f"Sigmoid()({x.tolist()})"
    suspects = lambda: [("overflow", np.exp(x) / (1.0 + np.exp(x)))]  # noqa: E731
    expect(beras.Sigmoid()(np.array(x)), oracles.sigmoid(x), what, suspects=suspects)


@item("Sigmoid.get_input_gradients")
def test_sigmoid_slope_extremes(beras, drawn, is_excused):
    """The slope of sigmoid is right at any finite x: 1/4 at 0, and 0 far away from it."""
    x, layer = extremes(drawn), beras.Sigmoid()
    if not agrees(layer(np.array(x)), oracles.sigmoid(x)) and is_excused("Sigmoid.forward"):
        return  # forward is to blame, and told so
    what = f"Sigmoid.get_input_gradients()[0] at {x.tolist()}"
    (got,) = entries(layer.get_input_gradients(), 1, what)
    slope = lambda x: np.exp(x) / (1.0 + np.exp(x)) ** 2  # noqa: E731
    wrong = {"overflow": slope, "x-for-y": lambda x: x * (1.0 - x)}
    suspects = lambda: [(kind, f(at)) for kind, f in wrong.items() for at in (x, -x)]  # noqa: E731
    expect_entry(got, oracles.sigmoid_slope(x), what, suspects=suspects)


def extremes(drawn):
    """Inputs `(1, 7)` where exp overflows, and where a sigmoid is flat."""
    return np.rint(EXTREMES * drawn.first.rng.uniform(1.0, 2.0, EXTREMES.shape))


@for_each("get_input_gradients")
def test_input_gradients(beras, problems, name):
    """The local gradient of an elementwise activation is its slope, shaped like x."""
    function, slope = ELEMENTWISE[name]
    for problem in problems:
        trial = ActivationTrial(beras, problem, name)
        truth = confirmed(slope(trial.x), differences.gradient(function, trial.x))
        suspects = partial(trial.elementwise_suspects, slope, np.ones(trial.x.shape))
        trial.expect("get_input_gradients()", [truth], suspects=[suspects])


@pytest.mark.parametrize(
    ("name", "alpha"),
    [
        pytest.param("LeakyReLU", ALPHA, marks=item("LeakyReLU.get_input_gradients")),
        pytest.param("ReLU", 0.0, marks=item("ReLU.get_input_gradients")),
    ],
)
def test_kink(beras, drawn, name, alpha):
    """At exactly 0 any slope from 0 to 1 is right, and nothing else is."""
    layer, x = make(beras, name), drawn.first.rng.integers(1, 50, (1, 3)) * [-0.5, 0.0, 0.5]
    layer(np.array(x))
    what = f"{name}.get_input_gradients()[0] at {x.tolist()}"
    (got,) = entries(layer.get_input_gradients(), 1, what)
    slope = without_axis(as_array(got, what), (1, 3), what)
    middle = float(np.clip(slope[0, 1], 0.0, 1.0)) if slope.shape == (1, 3) else alpha
    expect(slope, [[alpha, middle, 1.0]], what)


@for_each("compose_input_gradients")
def test_compose_input_gradients(beras, problems, name):
    """compose_input_gradients([upstream]) is upstream times the slope, entry by entry."""
    function, slope = ELEMENTWISE[name]
    for problem in problems:
        trial = ActivationTrial(beras, problem, name)
        estimate = differences.gradient(function, trial.x, trial.upstream)
        truth = confirmed(trial.upstream * slope(trial.x), estimate)
        suspects, J = partial(trial.elementwise_suspects, slope, trial.upstream), [trial.upstream]
        trial.expect("compose_input_gradients([upstream])", [truth], J, suspects=[suspects])


@item("Softmax.forward")
def test_softmax(beras, given, problems, drawn):
    """Softmax turns each row into probabilities, over the last axis."""
    for problem in problems:
        trial = ActivationTrial(beras, problem, "Softmax")
        truth, suspects = oracles.softmax(trial.x), trial.forward_suspects
        expect(trial.y, truth, "Softmax.forward(x)", problem, suspects=suspects)
    if not problems.hidden:
        expect_left_alone(beras, given, "Softmax", beras.Softmax(), far_out(drawn))


@item("Softmax at extreme inputs")
def test_softmax_extremes(beras, problems):
    """Softmax is right at any finite x, also when the rows of a batch differ by thousands."""
    for x in far_apart(some_logits(problems)):
        y, suspects = beras.Softmax()(np.array(x)), partial(shifted, x)
        expect(y, oracles.softmax(x), f"Softmax()({x.tolist()})", suspects=suspects)


def some_logits(problems):
    """Logits `(2, 3)`; where they are hidden a table must not do."""
    if not problems.hidden:
        return LOGITS
    return problems.first.rng.integers(-12, 13, (2, 3)) / 4.0  # exact in float32 too


def far_apart(rows):
    """Logits `(2, 3)` moved far from 0, to either side of it or to both."""
    apart = np.array([[0.0, 0.0, 5000.0], [-5000.0, 0.0, 1.0]])
    return rows + 5000.0, rows - 5000.0, rows + np.array([[5000.0], [-5000.0]]), apart


def shifted(x):
    """What softmax answers without a shift of each row by its own maximum."""
    for kind, shift in ("overflow", 0.0), ("whole-batch-max", np.max(x)):
        exponentials = np.exp(x - shift)
        sums = exponentials.sum(axis=-1, keepdims=True)
        yield kind, exponentials / sums
        yield kind, exponentials / (sums + 1e-12)  # which turns 0 / 0 into rows of zeros


def shifted_jacobians(x):
    """The Jacobians of what softmax answers without such a shift."""
    for kind, y in shifted(x):
        yield kind, oracles.jacobian_of_softmax(y)


@item("Softmax.get_input_gradients")
def test_softmax_input_gradients(beras, problems):
    """The local gradient is one Jacobian per sample: [b, i, j] = y_i (delta_ij - y_j)."""
    for problem in problems:
        trial = ActivationTrial(beras, problem, "Softmax")
        estimate = differences.row_jacobians(oracles.softmax, trial.x)
        y = oracles.softmax(trial.x)  # delta - y cancels where a row is nearly certain
        truth = confirmed(oracles.softmax_jacobian(trial.x), estimate, terms=y)
        trial.expect("get_input_gradients()", [truth], suspects=[trial.jacobian_suspects])


@item("Softmax.get_input_gradients")
def test_softmax_jacobian_extremes(beras, drawn, is_excused):
    """Each sample's Jacobian is right at any finite x, even where one probability is 1."""
    for x in far_apart(some_logits(drawn)):
        layer = beras.Softmax()
        right = agrees(layer(np.array(x)), oracles.softmax(x))
        if not right and is_excused("Softmax at extreme inputs"):
            return  # forward is to blame, and told so
        what = f"Softmax.get_input_gradients()[0] at {x.tolist()}"
        (got,) = entries(layer.get_input_gradients(), 1, what)
        truth = Truth(oracles.softmax_jacobian(x), magnitude=1.0)
        expect_entry(got, truth, what, suspects=partial(shifted_jacobians, x))


@item("Softmax.compose_input_gradients")
def test_softmax_compose(beras, problems):
    """compose_input_gradients([upstream]): each row of upstream times its sample's Jacobian."""
    for problem in problems:
        trial = ActivationTrial(beras, problem, "Softmax")
        jacobians = oracles.softmax_jacobian(trial.x)
        product = np.einsum("bij,bj->bi", jacobians, trial.upstream)
        estimate = differences.gradient(oracles.softmax, trial.x, trial.upstream)
        y, size = oracles.softmax(trial.x), np.abs(trial.upstream)
        terms = y * (size + (size * y).sum(axis=-1, keepdims=True))  # J minus its mean cancels
        truth, J = confirmed(product, estimate, terms), [trial.upstream]
        suspects = [trial.product_suspects]
        trial.expect("compose_input_gradients([upstream])", [truth], J, suspects=suspects)


@item("Activations have no weight gradients")
def test_no_weight_gradients(beras, drawn):
    """Activations have no weights: both weight gradient methods return an empty list."""
    x = drawn.of_many.inputs()
    for name in (*ELEMENTWISE, "Softmax"):
        layer = make(beras, name)
        layer(x)
        expect_none(layer.get_weight_gradients(), f"{name}.get_weight_gradients()")
        expect_none(
            layer.compose_weight_gradients([x]), f"{name}.compose_weight_gradients([upstream])"
        )


def expect_none(got, what):
    """Raise `Mismatch` unless `got` is an empty list, tuple or array."""
    if got is None:
        raise Mismatch("type", f"{what} returned None.", cause=Cause("missing-return"))
    if not isinstance(got, (list, tuple, np.ndarray)) or len(got):
        raise Mismatch("type", f"{what} must return an empty list.")
