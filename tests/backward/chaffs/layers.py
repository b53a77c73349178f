"""Mistakes in beras/layers.py: its mathematics is that of the other edition's layer."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/layers.py"
FORWARD, LOCAL_X, LOCAL_W = (
    f"Linear.{name}" for name in ("forward", "get_input_gradients", "get_weight_gradients")
)
COMPOSE_X, COMPOSE_W = "Linear.compose_input_gradients", "Linear.compose_weight_gradients"
INITIALIZERS = "Linear initializers"
WEIGHTS = "return [as_float(self.inputs[0]).T @ upstream, upstream.sum(axis=0)]"


STACK = "Your own stack: Linear, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
ONE, EACH = (
    "Your own stack: two Linear layers are one",
    "Your own stack: each layer between given ones",
)
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


def linear(name, old, new, falls, blocked=None, diagnosis=""):
    return Chaff(f"linear-{name}", FILE, old, new, falls, blocked or {}, diagnosis)


CHAFFS = (
    linear(
        "forward-without-bias",
        " + np.asarray(self.b, dtype=x.dtype)",
        "",
        value_of(FORWARD),
        value_of(STACK, BOTH, ONE, EACH),
        "no-bias",
    ),
    linear(
        "input-gradient-transposed",
        "return [self._w_for(as_float(self.inputs[0]))]",
        "return [self._w_for(as_float(self.inputs[0])).T]",
        all_of(LOCAL_X),
        {},
        "transposed",
    ),
    linear(
        "weight-gradient-without-axis",
        "x[:, :, np.newaxis]",
        "x",
        all_of(LOCAL_W),
        {},
        "missing-axis",
    ),
    linear(
        "bias-gradient-zeros",
        "np.ones(self.b.shape",
        "np.zeros(self.b.shape",
        value_of(LOCAL_W),
        {},
        "zeros",
    ),
    linear(
        "input-upstream-not-transposed",
        "upstream @ self._w_for(upstream).T",
        "upstream @ self._w_for(upstream)",
        all_of(COMPOSE_X, ONE),
        all_of(EACH, ASSIGNMENT),
    ),
    linear(
        "weight-gradient-mean",
        WEIGHTS,
        WEIGHTS.replace("upstream,", "upstream / len(upstream),"),
        value_of(COMPOSE_W),
        value_of(STACK, BOTH, ONE, LEARNS),
        "mean-for-sum",
    ),
    linear(
        "bias-not-summed",
        "upstream.sum(axis=0)]",
        "upstream]",
        all_of(COMPOSE_W),
        all_of(STACK, ASSIGNMENT, LEARNS),
        "batch-kept",
    ),
    linear(
        "weight-gradient-transposed",
        "as_float(self.inputs[0]).T @ upstream",
        "upstream.T @ as_float(self.inputs[0])",
        all_of(COMPOSE_W),
        all_of(STACK, BOTH, ONE, ASSIGNMENT, LEARNS),
        "transposed",
    ),
    linear(
        "weight-gradients-swapped",
        WEIGHTS,
        "return [upstream.sum(axis=0), as_float(self.inputs[0]).T @ upstream]",
        all_of(COMPOSE_W),
        all_of(STACK, BOTH, ONE, ASSIGNMENT, LEARNS),
        "order",
    ),
    linear(
        "xavier-twice-as-wide",
        "2 / (m + r)",
        "4 / (m + r)",
        value_of(INITIALIZERS),
        {},
        "wrong-fan",
    ),
    linear(
        "kaiming-by-the-outputs",
        "_normal(2 / m,",
        "_normal(2 / r,",
        value_of(INITIALIZERS),
        {},
        "wrong-fan",
    ),
    linear(
        "normal-by-the-variance",
        "np.random.normal(0.0, np.sqrt(variance), shape)",
        "np.random.normal(0.0, variance, shape)",
        value_of(INITIALIZERS),
        {},
        "deviation",
    ),
    linear("zero-gives-ones", "np.zeros((m, r))", "np.ones((m, r))", value_of(INITIALIZERS)),
)
