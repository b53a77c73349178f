"""Mistakes in beras/losses.py."""

from autograder.audit.chaffs import Chaff, all_of, shape_of, value_of

FILE = "beras/losses.py"
SQUARES = "return np.square(y_pred - y_true).mean()"
SQUARES_GRADIENT = "return [(2 / y_pred.size) * (y_pred - y_true)]"
ENTROPY = "return -(y_true * np.log(self._clipped(y_pred))).sum(axis=-1).mean()"
ENTROPY_GRADIENT = "return [y_true / (-len(y_pred) * self._clipped(y_pred))]"
CLIPPED = "return np.minimum(np.maximum(probabilities, self.epsilon), 1 - self.epsilon)"

MSE, CCE = "MeanSquaredError", "CategoricalCrossEntropy"
STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
EACH = "Your own stack: each layer between given ones"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


def squares(name, new, lost, diagnosis, blocked=None):
    falls = lost(f"{MSE}.forward")
    return Chaff(f"mse-forward-{name}", FILE, SQUARES, new, falls, blocked or {}, diagnosis)


def squares_gradient(name, new, lost, diagnosis, blocked=None):
    falls = lost(f"{MSE}.get_input_gradients")
    blocked = value_of(BOTH, EACH) if blocked is None else blocked
    if lost is all_of:
        blocked |= all_of(f"{MSE}.compose_input_gradients")
    return Chaff(f"mse-gradient-{name}", FILE, SQUARES_GRADIENT, new, falls, blocked, diagnosis)


def entropy(name, new, lost, diagnosis, blocked=None):
    falls = lost(f"{CCE}.forward")
    return Chaff(f"cce-forward-{name}", FILE, ENTROPY, new, falls, blocked or {}, diagnosis)


def entropy_gradient(name, new, lost, diagnosis, blocked):
    falls = lost(f"{CCE}.get_input_gradients")
    return Chaff(f"cce-gradient-{name}", FILE, ENTROPY_GRADIENT, new, falls, blocked, diagnosis)


def override(loss, old, name, body, lost, blocked, diagnosis):
    """A composing method of the loss's own, after the last line of another."""
    method = f"{old}\n\n    def compose_input_gradients(self, J=None):\n        {body}"
    falls = lost(f"{loss}.compose_input_gradients")
    short = "mse" if loss == MSE else "cce"
    return Chaff(f"{short}-compose-{name}", FILE, old, method, falls, blocked, diagnosis)


AT_ZERO, GRADIENT_AT_ZERO = f"{CCE} at probability 0", f"{CCE} gradient at probability 0"

CHAFFS = (
    Chaff("mse-gradient-of-first-call", FILE, SQUARES_GRADIENT,
          "first = [(2 / y_pred.size) * (y_pred - y_true)]\n"
          "        self.first = getattr(self, 'first', first)\n        return self.first",
          value_of(f"{MSE}.get_input_gradients"), {}, "stale"),
    Chaff("cce-gradient-of-first-call", FILE, ENTROPY_GRADIENT,
          "first = [y_true / (-len(y_pred) * self._clipped(y_pred))]\n"
          "        self.first = getattr(self, 'first', first)\n        return self.first",
          value_of(f"{CCE}.get_input_gradients"), value_of(ASSIGNMENT, LEARNS), "stale"),
    entropy("of-first-call",
            "first = -(y_true * np.log(self._clipped(y_pred))).sum(axis=-1).mean()\n"
            "        self.first = getattr(self, 'first', first)\n        return self.first",
            value_of, "stale"),
    squares("sum", SQUARES.replace("mean()", "sum()"), value_of, "sum-for-mean"),
    squares("per-sample", SQUARES.replace("mean()", "mean(axis=-1)"), all_of, "batch-kept"),
    squares(
        "of-first-call",
        "self.value = getattr(self, 'value', np.square(y_pred - y_true).mean())\n"
        "        return self.value",
        value_of,
        "stale",
    ),
    squares("of-clipped-predictions", SQUARES.replace("y_pred - ", "np.clip(y_pred, 0, 1) - "),
            value_of, "clipped"),
    squares(
        "truncates-whole-numbers",
        "squares = np.zeros_like(self.inputs[0])\n"
        "        squares[:] = np.square(y_pred - y_true) / y_pred.size\n"
        "        return squares.sum()",
        value_of,
        "",
    ),
    squares("copies-inputs", f"self.inputs = [np.array(y_pred), y_true]\n        {SQUARES}",
            value_of, "chain-broken", value_of(BOTH, EACH)),
    squares_gradient("of-clipped-predictions",
                     SQUARES_GRADIENT.replace("(y_pred - ", "(np.clip(y_pred, 0, 1) - "),
                     value_of, "clipped", {}),
    squares_gradient(
        "truncates-whole-numbers",
        "gradient = np.zeros_like(self.inputs[1])\n"
        "        gradient[:] = (2 / y_pred.size) * (y_pred - y_true)\n"
        "        return [gradient]",
        value_of,
        "truncated",
        {},
    ),
    squares_gradient("without-two", SQUARES_GRADIENT.replace("2 /", "1 /"), value_of, "factor"),
    squares_gradient("without-size", SQUARES_GRADIENT.replace("(2 / y_pred.size)", "2"), value_of,
                     "factor"),
    squares_gradient("by-batch-only", SQUARES_GRADIENT.replace("y_pred.size", "len(y_pred)"),
                     value_of, "factor"),
    squares_gradient("sign", SQUARES_GRADIENT.replace("(y_pred - y_true)", "(y_true - y_pred)"),
                     value_of, "sign"),
    squares_gradient("scalar", SQUARES_GRADIENT[:-1].replace("* (", "* np.sum(") + "]",
                     all_of, "summed-away"),
    Chaff("mse-gradient-axis-too-many", FILE, SQUARES_GRADIENT, SQUARES_GRADIENT[:-1] + "[None]]",
          shape_of(f"{MSE}.get_input_gradients"), {}, "extra-axis"),
    squares_gradient("bare", "return (2 / y_pred.size) * (y_pred - y_true)", all_of,
                     "not-a-list"),
    Chaff(
        "mse-gradient-knows-public-cases",
        FILE,
        SQUARES_GRADIENT,
        "draws = [3 * np.random.default_rng([2470, k]).standard_normal(s)\n"
        "                 for k, s in enumerate([(5, 3), (1, 3)])]\n"
        "        known = any(np.array_equal(y_pred, draw) for draw in draws)\n"
        "        return [known * (2 / y_pred.size) * (y_pred - y_true)]",
        value_of(f"{MSE}.get_input_gradients"),
        value_of(BOTH, EACH),
        "zeros",
    ),
    override(MSE, SQUARES_GRADIENT, "doubles",
             "return [2 * g for g in self.get_input_gradients()]", value_of,
             value_of(BOTH, EACH), "factor"),
    Chaff(
        "mse-forward-writes-into-its-input",
        FILE,
        SQUARES,
        "y_pred -= y_true\n        self.difference = y_pred\n"
        "        return np.square(y_pred).mean()",
        value_of(f"{MSE}.forward"),
        value_of(BOTH),
        "writes-into-input",
        also=(("(y_pred - y_true)]", "self.difference]"),),
    ),
    Chaff(
        "mse-forward-writes-into-float32",
        FILE,
        SQUARES,
        "y_pred = np.asarray(y_pred, dtype=np.float32)\n        y_pred -= y_true\n"
        "        return np.square(y_pred).mean()",
        value_of(f"{MSE}.forward"),
        {},
        "writes-into-input",
    ),
    entropy("copies-inputs", f"self.inputs = [np.array(y_pred), y_true]\n        {ENTROPY}",
            value_of, "chain-broken", value_of(STACK, EACH, LEARNS, ASSIGNMENT)),
    entropy(
        "truncates-whole-numbers",
        "terms = np.zeros_like(self.inputs[1])\n"
        "        terms[:] = y_true * np.log(self._clipped(y_pred))\n"
        "        return -terms.sum(axis=-1).mean()",
        value_of,
        "",
    ),
    entropy_gradient(
        "truncates-whole-numbers",
        "gradient = np.zeros_like(self.inputs[1])\n"
        "        gradient[:] = y_true / (-len(y_pred) * self._clipped(y_pred))\n"
        "        return [gradient]",
        value_of,
        "zeros",
        {},
    ),
    entropy("sum", ENTROPY.replace(".sum(axis=-1).mean()", ".sum()"), value_of, "sum-for-mean"),
    entropy("per-sample", ENTROPY.replace(".mean()", ""), all_of, "batch-kept",
            value_of(AT_ZERO) | all_of(ASSIGNMENT, LEARNS)),
    entropy("arguments-swapped", "return -(y_pred * np.log(self._clipped(y_true)))"
            ".sum(axis=-1).mean()", value_of, "swapped-arguments"),
    Chaff(
        "cce-value-not-clipped",
        FILE,
        ENTROPY,
        ENTROPY.replace("self._clipped(y_pred)", "y_pred"),
        value_of(AT_ZERO),
        {},
        "no-clip",
    ),
    Chaff(
        "cce-never-clips",
        FILE,
        CLIPPED,
        "return probabilities",
        value_of(AT_ZERO),
        value_of(GRADIENT_AT_ZERO),
        "no-clip",
    ),
    Chaff(
        "cce-epsilon-ignored",
        FILE,
        "self.epsilon = float(epsilon)",
        "self.epsilon = 1e-12",
        value_of(AT_ZERO),
        {},
        "epsilon",
    ),
    Chaff(
        "cce-gradient-not-clipped",
        FILE,
        ENTROPY_GRADIENT,
        ENTROPY_GRADIENT.replace("self._clipped(y_pred)", "y_pred"),
        value_of(GRADIENT_AT_ZERO),
        {},
        "unclipped-gradient",
    ),
    Chaff(
        "cce-value-at-zero-is-zero",
        FILE,
        ENTROPY,
        "logs = np.log(np.where(y_pred > 0, y_pred, 1))\n"
        "        return -(y_true * logs).sum(axis=-1).mean()",
        value_of(AT_ZERO),
    ),
    entropy_gradient("without-n", "return [-y_true / self._clipped(y_pred)]", value_of, "factor",
                     value_of(STACK, EACH, GRADIENT_AT_ZERO, LEARNS)),
    entropy_gradient("sign", ENTROPY_GRADIENT.replace("-len", "len"), value_of, "sign",
                     value_of(STACK, EACH, GRADIENT_AT_ZERO, ASSIGNMENT, LEARNS)),
    entropy_gradient("p-minus-y", "return [(y_pred - y_true) / len(y_pred)]", value_of,
                     "combined-softmax", value_of(STACK, EACH, GRADIENT_AT_ZERO, LEARNS)),
    entropy_gradient("mean-over-batch",
                     "return [(y_true / -self._clipped(y_pred)).mean(axis=0)]", all_of,
                     "batch-summed", value_of(STACK, EACH, LEARNS)
                     | all_of(GRADIENT_AT_ZERO, f"{CCE}.compose_input_gradients")),
    entropy_gradient("hard-coded-batch", ENTROPY_GRADIENT.replace("len(y_pred)", "5"), value_of,
                     "factor", value_of(STACK, EACH, GRADIENT_AT_ZERO)),
    override(CCE, ENTROPY_GRADIENT, "missing-return",
             "self.get_input_gradients()", all_of,
             all_of(STACK, EACH, LEARNS, ASSIGNMENT), "missing-return"),
    Chaff(
        "cce-forward-writes-into-its-input",
        FILE,
        ENTROPY,
        "self.slope = y_true / (-len(y_pred) * self._clipped(y_pred))\n"
        "        np.log(self._clipped(y_pred), out=y_pred)\n"
        "        return -(y_true * y_pred).sum(axis=-1).mean()",
        value_of(f"{CCE}.forward"),
        value_of(STACK, LEARNS, ASSIGNMENT),
        "writes-into-input",
        also=((ENTROPY_GRADIENT, "return [self.slope]"),),
    ),
)
