"""Mistakes in beras/losses.py."""

from autograder.audit.chaffs import Chaff

FILE = "beras/losses.py"
SQUARES = "return np.square(y_pred - y_true).mean()"
SQUARES_GRADIENT = "return [(2 / y_pred.size) * (y_pred - y_true)]"
ENTROPY = "return -(y_true * np.log(self._clipped(y_pred))).sum(axis=-1).mean()"
ENTROPY_GRADIENT = "return [y_true / (-len(y_pred) * self._clipped(y_pred))]"
CLIPPED = "return np.minimum(np.maximum(probabilities, self.epsilon), 1 - self.epsilon)"

MSE, CCE = "MeanSquaredError", "CategoricalCrossEntropy"
STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


def squares(name, new, diagnosis="", blocked=None):
    falls = {f"{MSE}.forward": 1}
    return Chaff(f"mse-forward-{name}", FILE, SQUARES, new, falls, blocked or {}, diagnosis)


def squares_gradient(name, new, lost, diagnosis="", blocked=None):
    falls, blocked = {f"{MSE}.get_input_gradients": lost}, {BOTH: 1, **(blocked or {})}
    return Chaff(f"mse-gradient-{name}", FILE, SQUARES_GRADIENT, new, falls, blocked, diagnosis)


def entropy(name, new, diagnosis="", blocked=None):
    falls = {f"{CCE}.forward": 1}
    return Chaff(f"cce-forward-{name}", FILE, ENTROPY, new, falls, blocked or {}, diagnosis)


def entropy_gradient(name, new, lost, diagnosis="", blocked=None):
    falls = {f"{CCE}.get_input_gradients": lost}
    blocked = {STACK: 2} if blocked is None else blocked
    return Chaff(f"cce-gradient-{name}", FILE, ENTROPY_GRADIENT, new, falls, blocked, diagnosis)


def override(loss, old, name, body, blocked, diagnosis=""):
    """A composing method of the loss's own, after the last line of another."""
    method = f"{old}\n\n    def compose_input_gradients(self, J=None):\n        {body}"
    falls = {f"{loss}.compose_input_gradients": 1}
    short = "mse" if loss == MSE else "cce"
    return Chaff(f"{short}-compose-{name}", FILE, old, method, falls, blocked, diagnosis)


AT_ZERO, GRADIENT_AT_ZERO = f"{CCE} at probability 0", f"{CCE} gradient at probability 0"

CHAFFS = (
    squares("sum", SQUARES.replace("mean()", "sum()"), "sum-for-mean"),
    squares("per-sample", SQUARES.replace("mean()", "mean(axis=-1)"), "batch-kept"),
    squares(
        "of-first-call",
        "self.value = getattr(self, 'value', np.square(y_pred - y_true).mean())\n"
        "        return self.value",
        "stale",
    ),
    squares_gradient("without-two", SQUARES_GRADIENT.replace("2 /", "1 /"), 2, "factor"),
    squares_gradient("without-size", SQUARES_GRADIENT.replace("(2 / y_pred.size)", "2"), 2,
                     "factor"),
    squares_gradient("by-batch-only", SQUARES_GRADIENT.replace("y_pred.size", "len(y_pred)"), 2,
                     "factor"),
    squares_gradient("sign", SQUARES_GRADIENT.replace("(y_pred - y_true)", "(y_true - y_pred)"), 2,
                     "sign"),
    squares_gradient("scalar", SQUARES_GRADIENT[:-1].replace("* (", "* np.sum(") + "]", 3, "summed-away",
                     {f"{MSE}.compose_input_gradients": 1}),
    squares_gradient("bare", "return (2 / y_pred.size) * (y_pred - y_true)", 3, "not-a-list",
                     {f"{MSE}.compose_input_gradients": 1}),
    Chaff(
        "mse-gradient-knows-public-cases",
        FILE,
        SQUARES_GRADIENT,
        "draws = [np.random.default_rng([2470, k]).uniform(0.1, 0.9, s)\n"
        "                 for k, s in enumerate([(5, 3), (1, 3)])]\n"
        "        known = any(np.array_equal(y_pred, draw) for draw in draws)\n"
        "        return [known * (2 / y_pred.size) * (y_pred - y_true)]",
        {f"{MSE}.get_input_gradients": 2},
        {BOTH: 1},
        "zeros",
    ),
    override(MSE, SQUARES_GRADIENT, "doubles",
             "return [2 * g for g in self.get_input_gradients()]", {BOTH: 1}, "factor"),
    Chaff(
        "mse-forward-writes-into-its-input",
        FILE,
        SQUARES,
        "y_pred -= y_true\n        self.difference = y_pred\n"
        "        return np.square(y_pred).mean()",
        {BOTH: 1},
        also=(("(y_pred - y_true)]", "self.difference]"),),
    ),
    entropy("sum", ENTROPY.replace(".sum(axis=-1).mean()", ".sum()"), "sum-for-mean"),
    entropy("per-sample", ENTROPY.replace(".mean()", ""), "batch-kept",
            {AT_ZERO: 1, ASSIGNMENT: 1, LEARNS: 1}),
    entropy("arguments-swapped", "return -(y_pred * np.log(self._clipped(y_true)))"
            ".sum(axis=-1).mean()", "swapped-arguments"),
    Chaff(
        "cce-value-not-clipped",
        FILE,
        ENTROPY,
        ENTROPY.replace("self._clipped(y_pred)", "y_pred"),
        {AT_ZERO: 1},
        {},
        "no-clip",
    ),
    Chaff(
        "cce-never-clips",
        FILE,
        CLIPPED,
        "return probabilities",
        {AT_ZERO: 1},
        {GRADIENT_AT_ZERO: 1},
        "no-clip",
    ),
    Chaff(
        "cce-epsilon-ignored",
        FILE,
        "self.epsilon = float(epsilon)",
        "self.epsilon = 1e-12",
        {AT_ZERO: 1},
        {},
        "epsilon",
    ),
    Chaff(
        "cce-gradient-not-clipped",
        FILE,
        ENTROPY_GRADIENT,
        ENTROPY_GRADIENT.replace("self._clipped(y_pred)", "y_pred"),
        {GRADIENT_AT_ZERO: 1},
        {},
        "unclipped-gradient",
    ),
    Chaff(
        "cce-value-at-zero-is-zero",
        FILE,
        ENTROPY,
        "logs = np.log(np.where(y_pred > 0, y_pred, 1))\n"
        "        return -(y_true * logs).sum(axis=-1).mean()",
        {AT_ZERO: 1},
    ),
    entropy_gradient("without-n", "return [-y_true / self._clipped(y_pred)]", 2, "factor",
                     {STACK: 2, GRADIENT_AT_ZERO: 1, LEARNS: 1}),
    entropy_gradient("sign", ENTROPY_GRADIENT.replace("-len", "len"), 2, "sign",
                     {STACK: 2, GRADIENT_AT_ZERO: 1, LEARNS: 1}),
    entropy_gradient("p-minus-y", "return [(y_pred - y_true) / len(y_pred)]", 2,
                     "combined-softmax", {STACK: 2, GRADIENT_AT_ZERO: 1, LEARNS: 1}),
    entropy_gradient("mean-over-batch",
                     "return [(y_true / -self._clipped(y_pred)).mean(axis=0)]", 3, "batch-summed",
                     {STACK: 2, GRADIENT_AT_ZERO: 1, f"{CCE}.compose_input_gradients": 1, LEARNS: 1}),
    entropy_gradient("hard-coded-batch", ENTROPY_GRADIENT.replace("len(y_pred)", "5"), 2, "factor",
                     {STACK: 2, GRADIENT_AT_ZERO: 1}),
    override(CCE, ENTROPY_GRADIENT, "missing-return",
             "self.get_input_gradients()", {STACK: 2, LEARNS: 1, ASSIGNMENT: 1},
             "missing-return"),
    Chaff(
        "cce-forward-writes-into-its-input",
        FILE,
        ENTROPY,
        "self.slope = y_true / (-len(y_pred) * self._clipped(y_pred))\n"
        "        np.log(self._clipped(y_pred), out=y_pred)\n"
        "        return -(y_true * y_pred).sum(axis=-1).mean()",
        {STACK: 2},
        {LEARNS: 1},
        also=((ENTROPY_GRADIENT, "return [self.slope]"),),
    ),
)
