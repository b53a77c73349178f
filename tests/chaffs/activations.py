"""Mistakes in beras/activations.py."""

from autograder.audit.chaffs import Chaff, all_of, shape_of, value_of

FILE = "beras/activations.py"
LEAKY = "return np.maximum(x, 0) + self.alpha * np.minimum(x, 0)"
LEAKY_SLOPE = "return [positive + self.alpha * (1 - positive)]"
RELU = "return np.maximum(as_float(x), 0)"
RELU_SLOPE = "return [(x > 0).astype(x.dtype)]"
SIGMOID = "return np.where(x >= 0, x.dtype.type(1), shrunk) / (1 + shrunk)"
SIGMOID_SLOPE = "return [y * (1 - y)]"
EXPONENTIALS = "exponentials = np.exp(x - x.max(axis=-1, keepdims=True))"
QUOTIENT = "return exponentials / exponentials.sum(axis=-1, keepdims=True)"
JACOBIAN = "return [y[:, :, np.newaxis] * (identity - y[:, np.newaxis, :])]"
PRODUCT = "return [y * (upstream - (upstream * y).sum(axis=-1, keepdims=True))]"

STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
EACH = "Your own stack: each layer between given ones"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


LEAKY_LOCAL, LEAKY_COMPOSED = "LeakyReLU.get_input_gradients", "LeakyReLU.compose_input_gradients"
RELU_LOCAL, RELU_COMPOSED = "ReLU.get_input_gradients", "ReLU.compose_input_gradients"
SIGMOID_LOCAL, SIGMOID_COMPOSED = "Sigmoid.get_input_gradients", "Sigmoid.compose_input_gradients"
SOFTMAX_LOCAL, SOFTMAX_COMPOSED = "Softmax.get_input_gradients", "Softmax.compose_input_gradients"
EXTREMES, NO_WEIGHTS = "Softmax at extreme inputs", "Activations have no weight gradients"


def edit(falls, name, old, new, diagnosis="", blocked=None):
    (item,) = falls
    short = item.partition(".")[0].partition(" ")[0].lower()
    return Chaff(f"{short}-{name}", FILE, old, new, falls, blocked or {}, diagnosis)


def keeps_copies(name, old, blocked=None):
    new = f"self.inputs = [np.array(x)]\n        {old}"
    blocked = value_of(EACH) | (blocked or {})
    return edit(value_of(f"{name}.forward"), "forward-copies-inputs", old, new, "chain-broken", blocked)


def leaky_slope(name, new, lost, diagnosis="", blocked=None):
    return edit(lost(LEAKY_LOCAL), f"gradient-{name}", LEAKY_SLOPE, new, diagnosis, blocked)


def relu_slope(name, new, diagnosis="", blocked=None):
    return edit(value_of(RELU_LOCAL), f"gradient-{name}", RELU_SLOPE, new, diagnosis, blocked)


def sigmoid(name, new, diagnosis="", blocked=None):
    falls = value_of("Sigmoid.forward")
    return edit(falls, f"forward-{name}", SIGMOID, new, diagnosis, blocked)


def sigmoid_slope(name, new, lost, diagnosis, blocked):
    falls, blocked = lost(SIGMOID_LOCAL), lost(SIGMOID_COMPOSED) | blocked
    return edit(falls, f"gradient-{name}", SIGMOID_SLOPE, new, diagnosis, blocked)


def jacobian(name, new, lost, diagnosis="", blocked=None):
    return edit(lost(SOFTMAX_LOCAL), f"jacobian-{name}", JACOBIAN, new, diagnosis, blocked)


def product(name, new, lost, diagnosis, blocked):
    return edit(lost(SOFTMAX_COMPOSED), f"compose-{name}", PRODUCT, new, diagnosis, blocked)


def override(falls, name, old, body, diagnosis, blocked=None):
    """A composing method of the layer's own, after the last line of another."""
    method = f"{old}\n\n    def compose_input_gradients(self, J=None):\n        {body}"
    return edit(falls, f"compose-{name}", old, method, diagnosis, blocked)


CHAFFS = (
    edit(
        all_of("LeakyReLU.forward"),
        "forward-if-on-array",
        LEAKY,
        "return x if x > 0 else self.alpha * x",
        "",
        all_of(LEAKY_LOCAL, LEAKY_COMPOSED, NO_WEIGHTS, EACH),
    ),
    edit(
        value_of("LeakyReLU.forward"),
        "forward-alpha-ignored",
        "self.alpha = float(alpha)",
        "self.alpha = 0.3",
        "alpha",
        value_of(LEAKY_LOCAL, LEAKY_COMPOSED),
    ),
    edit(value_of("LeakyReLU.forward"), "forward-default-alpha", "alpha=0.3", "alpha=0.03", "alpha",
         value_of(EACH)),
    leaky_slope("of-relu", "return [positive]", value_of, "alpha", value_of(LEAKY_COMPOSED, EACH)),
    leaky_slope(
        "first-sample-only", "return [(positive + self.alpha * (1 - positive))[:1]]", all_of, "",
        value_of(LEAKY_COMPOSED, EACH),
    ),
    leaky_slope("bare", LEAKY_SLOPE.replace("[", "").replace("]", ""), all_of, "not-a-list",
                all_of(LEAKY_COMPOSED) | value_of(EACH)),
    leaky_slope("nan-at-zero", "return [(positive + self.alpha * (1 - positive)) * (x / x)]", value_of),
    leaky_slope("axis-too-many", "return [(positive + self.alpha * (1 - positive))[None]]", shape_of,
                "extra-axis", all_of(LEAKY_COMPOSED, EACH)),
    leaky_slope("axis-too-many-and-sign", "return [(-positive - self.alpha * (1 - positive))[None]]",
                all_of, "sign", all_of(LEAKY_COMPOSED, EACH)),
    leaky_slope(
        "diagonal-matrices",
        "slope = positive + self.alpha * (1 - positive)\n"
        "        return [slope[:, :, None] * np.eye(x.shape[1])]",
        all_of,
        "jacobian-for-slopes",
    ),
    edit(
        value_of("LeakyReLU.forward"),
        "forward-writes-into-its-input",
        LEAKY,
        "x[x < 0] *= self.alpha\n        return x",
        "writes-into-input",
    ),
    edit(
        value_of("LeakyReLU.forward"),
        "forward-truncates-whole-numbers",
        LEAKY,
        "y = np.array(self.inputs[0])\n        y[x < 0] = self.alpha * x[x < 0]\n        return y",
        "truncated",
    ),
    keeps_copies("LeakyReLU", LEAKY),
    edit(value_of("ReLU.forward"), "forward-absolute", RELU, "return np.abs(as_float(x))"),
    edit(
        value_of("ReLU.forward"),
        "forward-writes-into-float64-only",
        RELU,
        "return np.maximum(x, 0, out=np.asarray(x, dtype=np.float64))",
        "writes-into-input",
    ),
    keeps_copies("ReLU", RELU),
    relu_slope("is-forward", "return [np.maximum(x, 0)]", "is-output",
               value_of(RELU_COMPOSED, EACH)),
    relu_slope("of-the-first-sample", "return [(0 * x + x[:1] > 0).astype(x.dtype)]", "zeros",
               value_of(RELU_COMPOSED, EACH)),
    relu_slope("divides-zero-by-zero", "return [np.maximum(x, 0) / x]"),
    relu_slope("of-zero-is-two", "return [(x > 0).astype(x.dtype) + 2 * (x == 0)]"),
    sigmoid(
        "twice-as-steep",
        "return np.where(x >= 0, 1, shrunk**2) / (1 + shrunk**2)",
        blocked=value_of(SIGMOID_LOCAL, SIGMOID_COMPOSED, EACH),
    ),
    sigmoid(
        "clips-in-place",
        "np.clip(x, -500, 500, out=x)\n        return 1 / (1 + np.exp(-x))",
        "writes-into-input",
    ),
    keeps_copies("Sigmoid", SIGMOID),
    Chaff(
        "sigmoid-off-the-tape",
        FILE,
        SIGMOID,
        f"{SIGMOID}\n\n    def __call__(self, x):\n        self.inputs = [x]\n"
        "        self.outputs = [Tensor(self.forward(x))]\n        return self.outputs[0]",
        value_of(EACH),
        {},
        "zeros",
        also=(("import Diffable, as_float", "import Diffable, Tensor, as_float"),),
    ),
    sigmoid("overflows", "return np.exp(x) / (1 + np.exp(x))", "overflow"),
    sigmoid_slope("is-y", "return [y]", value_of, "is-output", value_of(EACH)),
    sigmoid_slope("sign", "return [y * (y - 1)]", value_of, "sign", value_of(EACH)),
    sigmoid_slope(
        "of-first-call",
        "self.first = getattr(self, 'first', y)\n        return [self.first * (1 - self.first)]",
        value_of,
        "stale",
        {},
    ),
    edit(
        value_of(SIGMOID_LOCAL),
        "gradient-overflows",
        SIGMOID_SLOPE,
        "e = np.exp(-as_float(self.inputs[0]))\n        return [e / (1 + e) ** 2]",
        "overflow",
    ),
    edit(
        value_of(SIGMOID_LOCAL),
        "gradient-copies-inputs",
        SIGMOID_SLOPE,
        f"self.inputs = np.array(self.inputs)\n        {SIGMOID_SLOPE}",
        "chain-broken",
        value_of(SIGMOID_COMPOSED),
    ),
    sigmoid_slope("writes-into-y", "y *= 1 - y\n        return [y]", all_of, "changed-answer", {}),
    override(
        value_of(SIGMOID_COMPOSED), "j-ignored", SIGMOID_SLOPE, "return self.get_input_gradients()",
        "j-ignored", value_of(EACH),
    ),
    override(
        value_of(RELU_COMPOSED), "adds-j", RELU_SLOPE,
        "local = self.get_input_gradients()[0]\n"
        "        return [local if J is None or J[0] is None else np.asarray(J[0]) + local]",
        "", value_of(EACH, ASSIGNMENT),
    ),
    edit(
        all_of(NO_WEIGHTS),
        "no-weight-gradients-none",
        "def get_weight_gradients(self):",
        "def get_weight_gradients(self):\n        return None\n\n    def unused(self):",
        "missing-return",
    ),
    edit(
        value_of(EXTREMES),
        "unstable",
        EXPONENTIALS,
        "exponentials = np.exp(x)",
        "overflow",
    ),
    edit(
        value_of(EXTREMES),
        "shifted-by-whole-batch",
        EXPONENTIALS,
        "exponentials = np.exp(x - x.max())",
        "whole-batch-max",
    ),
    edit(
        value_of("Softmax.forward"),
        "forward-over-columns",
        QUOTIENT,
        "return exponentials / exponentials.sum(axis=0)",
        "wrong-axis",
        value_of(
            EXTREMES, SOFTMAX_LOCAL, SOFTMAX_COMPOSED, STACK, BOTH, EACH, ASSIGNMENT, LEARNS
        ),
    ),
    edit(
        value_of("Softmax.forward"),
        "forward-shifts-in-place",
        EXPONENTIALS,
        "x -= x.max(axis=-1, keepdims=True)\n        exponentials = np.exp(x)",
        "writes-into-input",
    ),
    keeps_copies("Softmax", QUOTIENT, value_of(STACK, BOTH, LEARNS, ASSIGNMENT)),
    jacobian(
        "overflows",
        "e = np.exp(as_float(self.inputs[0]))\n"
        "        y = e / e.sum(axis=-1, keepdims=True)\n"
        f"        {JACOBIAN}",
        value_of,
        "overflow",
    ),
    jacobian(
        "diagonal-only",
        "return [y[:, :, np.newaxis] * identity * (1 - y[:, np.newaxis, :])]",
        value_of,
        "diagonal-only",
    ),
    jacobian(
        "off-diagonal-sign",
        "return [y[:, :, None] * np.where(identity, 1 - y[:, None, :], y[:, None, :])]",
        value_of,
        "off-diagonal-sign",
    ),
    jacobian("sign", JACOBIAN.replace("[y[", "[-y["), value_of, "sign"),
    jacobian("slope", "return [y * (1 - y)]", all_of, "diagonal-only"),
    jacobian(
        "summed-over-batch",
        "jacobians = y[:, :, np.newaxis] * (identity - y[:, np.newaxis, :])\n"
        "        return [jacobians.sum(axis=0)]",
        all_of,
        "batch-summed",
    ),
    jacobian(
        "of-stacked-outputs",
        f"y = np.array(self.outputs)\n        identity = np.eye(y.shape[1])\n        {JACOBIAN}",
        all_of,
        "list-as-array",
    ),
    jacobian("list-of-matrices", "return list(" + JACOBIAN[len("return [") : -1] + ")", all_of),
    jacobian("hard-coded-classes", JACOBIAN.replace("identity", "np.eye(4)"), all_of),
    product("j-elementwise", "return [upstream * y * (1 - y)]", value_of, "diagonal-only",
            value_of(STACK, BOTH, EACH)),
    product("j-ignored", "return self.get_input_gradients()", all_of, "j-ignored",
            all_of(STACK, BOTH, EACH, ASSIGNMENT, LEARNS)),
    product("sign", PRODUCT.replace("[y", "[-y"), value_of, "sign",
            value_of(STACK, BOTH, EACH, ASSIGNMENT, LEARNS)),
)
