"""Mistakes in beras/activations.py."""

from autograder.audit.chaffs import Chaff

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

LEAKY_GRADIENTS = {
    "LeakyReLU.get_input_gradients": 1,
    "LeakyReLU.compose_input_gradients": 1,
}
STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
STACKS = {STACK: 2, BOTH: 1}
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


def edit(item, name, old, new, lost, diagnosis="", blocked=None):
    short = item.partition(".")[0].partition(" ")[0].lower()
    return Chaff(f"{short}-{name}", FILE, old, new, {item: lost}, blocked or {}, diagnosis)


def leaky(name, new, diagnosis="", old=LEAKY, blocked=None):
    return edit("LeakyReLU.forward", f"forward-{name}", old, new, 1, diagnosis, blocked)


def leaky_slope(name, new, lost, diagnosis="", composed=0):
    blocked = {"LeakyReLU.compose_input_gradients": composed} if composed else {}
    item = "LeakyReLU.get_input_gradients"
    return edit(item, f"gradient-{name}", LEAKY_SLOPE, new, lost, diagnosis, blocked)


def relu_slope(name, new, diagnosis="", composed=1):
    blocked = {"ReLU.compose_input_gradients": composed} if composed else {}
    item = "ReLU.get_input_gradients"
    return edit(item, f"gradient-{name}", RELU_SLOPE, new, 1, diagnosis, blocked)


def sigmoid(name, new, diagnosis="", blocked=None):
    return edit("Sigmoid.forward", f"forward-{name}", SIGMOID, new, 1, diagnosis, blocked)


def sigmoid_slope(name, new, lost, diagnosis="", composed=1):
    blocked = {"Sigmoid.compose_input_gradients": composed} if composed else {}
    item = "Sigmoid.get_input_gradients"
    return edit(item, f"gradient-{name}", SIGMOID_SLOPE, new, lost, diagnosis, blocked)


def softmax(name, old, new, diagnosis="", extremes=1, more=None):
    blocked = {
        **({"Softmax at extreme inputs": extremes} if extremes else {}),
        "Softmax.get_input_gradients": 3,
        "Softmax.compose_input_gradients": 3,
        **STACKS,
        **(more or {}),
    }
    return edit("Softmax.forward", f"forward-{name}", old, new, 2, diagnosis, blocked)


def jacobian(name, new, lost, diagnosis="", composed=0):
    item = "Softmax.get_input_gradients"
    blocked = {"Softmax.compose_input_gradients": composed} if composed else {}
    return edit(item, f"jacobian-{name}", JACOBIAN, new, lost, diagnosis, blocked)


def product(name, new, lost, diagnosis="", more=None):
    item = "Softmax.compose_input_gradients"
    return edit(item, f"compose-{name}", PRODUCT, new, lost, diagnosis,
                {**STACKS, **(more or {})})


def override(kind, layer, name, old, body, lost, diagnosis):
    """A composing method of the layer's own, after the last line of another."""
    method = f"{old}\n\n    def compose_{kind}_gradients(self, J=None):\n        {body}"
    item = f"{layer}.compose_{kind}_gradients"
    return edit(item, f"compose-{name}", old, method, lost, diagnosis)


CHAFFS = (
    leaky(
        "if-on-array",
        "return x if x > 0 else self.alpha * x",
        blocked={
            "LeakyReLU.get_input_gradients": 2,
            "LeakyReLU.compose_input_gradients": 2,
            "Activations have no weight gradients": 1,
        },
    ),
    leaky(
        "alpha-ignored",
        "self.alpha = 0.3",
        "alpha",
        "self.alpha = float(alpha)",
        LEAKY_GRADIENTS,
    ),
    leaky("default-alpha", "alpha=0.03", "alpha", "alpha=0.3"),
    leaky_slope("of-relu", "return [positive]", 1, "alpha", 1),
    leaky_slope(
        "first-sample-only", "return [(positive + self.alpha * (1 - positive))[:1]]", 2, "", 1
    ),
    leaky_slope("bare", LEAKY_SLOPE.replace("[", "").replace("]", ""), 2, "not-a-list", 2),
    leaky_slope("zero-at-zero", "return [positive + self.alpha * (x < 0)]", 1),
    leaky_slope(
        "diagonal-matrices",
        "slope = positive + self.alpha * (1 - positive)\n"
        "        return [slope[:, :, None] * np.eye(x.shape[1])]",
        2,
        "extra-axis",
    ),
    edit("ReLU.forward", "forward-absolute", RELU, "return np.abs(as_float(x))", 1),
    relu_slope("is-forward", "return [np.maximum(x, 0)]", "is-output"),
    relu_slope("of-zero-is-two", "return [(x > 0).astype(x.dtype) + 2 * (x == 0)]", composed=0),
    sigmoid(
        "twice-as-steep",
        "return np.where(x >= 0, 1, shrunk**2) / (1 + shrunk**2)",
        blocked={"Sigmoid.get_input_gradients": 1, "Sigmoid.compose_input_gradients": 1},
    ),
    sigmoid("overflows", "return np.exp(x) / (1 + np.exp(x))", "overflow"),
    sigmoid_slope("is-y", "return [y]", 1, "is-output"),
    sigmoid_slope("sign", "return [y * (y - 1)]", 1, "sign"),
    sigmoid_slope(
        "of-first-call",
        "self.first = getattr(self, 'first', y)\n        return [self.first * (1 - self.first)]",
        1,
        "stale",
    ),
    sigmoid_slope("writes-into-y", "y *= 1 - y\n        return [y]", 2, "changed-answer", 2),
    override(
        "input", "Sigmoid", "j-ignored", SIGMOID_SLOPE, "return self.get_input_gradients()", 1,
        "j-ignored",
    ),
    override(
        "input", "Sigmoid", "needs-j", SIGMOID_SLOPE,
        "return [np.asarray(J[0]) * self.get_input_gradients()[0]]", 2, "",
    ),
    override(
        "input", "LeakyReLU", "ones-for-none", LEAKY_SLOPE,
        "local = self.get_input_gradients()[0]\n"
        "        return [local[None] if J is None or J[0] is None else np.asarray(J[0]) * local]",
        2, "extra-axis",
    ),
    override(
        "input", "ReLU", "adds-j", RELU_SLOPE,
        "local = self.get_input_gradients()[0]\n"
        "        return [local if J is None or J[0] is None else np.asarray(J[0]) + local]",
        1, "",
    ),
    override(
        "input", "ReLU", "none-without-upstream", RELU_SLOPE,
        "if J is None or J[0] is None:\n            return None\n"
        "        return [np.asarray(J[0]) * self.get_input_gradients()[0]]",
        1, "missing-return",
    ),
    edit(
        "Activations have no weight gradients",
        "no-weight-gradients-none",
        "def get_weight_gradients(self):",
        "def get_weight_gradients(self):\n        return None\n\n    def unused(self):",
        1,
        "missing-return",
    ),
    edit(
        "Softmax at extreme inputs",
        "unstable",
        EXPONENTIALS,
        "exponentials = np.exp(x)",
        1,
        "overflow",
    ),
    edit(
        "Softmax at extreme inputs",
        "shifted-by-whole-batch",
        EXPONENTIALS,
        "exponentials = np.exp(x - x.max())",
        1,
        "whole-batch-max",
    ),
    softmax("over-columns", QUOTIENT, "return exponentials / exponentials.sum(axis=0)",
            "wrong-axis", more={LEARNS: 1}),
    jacobian(
        "diagonal-only",
        "return [y[:, :, np.newaxis] * identity * (1 - y[:, np.newaxis, :])]",
        3,
        "diagonal-only",
    ),
    jacobian(
        "off-diagonal-sign",
        "return [y[:, :, None] * np.where(identity, 1 - y[:, None, :], y[:, None, :])]",
        3,
        "off-diagonal-sign",
    ),
    jacobian("sign", JACOBIAN.replace("[y[", "[-y["), 3, "sign"),
    jacobian("slope", "return [y * (1 - y)]", 4, "diagonal-only"),
    jacobian(
        "summed-over-batch",
        "jacobians = y[:, :, np.newaxis] * (identity - y[:, np.newaxis, :])\n"
        "        return [jacobians.sum(axis=0)]",
        4,
        "batch-summed",
    ),
    jacobian("list-of-matrices", "return list(" + JACOBIAN[len("return [") : -1] + ")", 4,
             "", 4),
    jacobian("hard-coded-classes", JACOBIAN.replace("identity", "np.eye(4)"), 4, ""),
    product("j-elementwise", "return [upstream * y * (1 - y)]", 3, "diagonal-only"),
    product("j-ignored", "return self.get_input_gradients()", 4, "j-ignored",
            {ASSIGNMENT: 1, LEARNS: 1}),
    product("sign", PRODUCT.replace("[y", "[-y"), 3, "sign", {LEARNS: 1}),
)
