"""Mistakes in beras/layers.py."""

from autograder.audit.chaffs import Chaff, all_of, shape_of, value_of

FILE = "beras/layers.py"
FORWARD = "x @ self._w_for(x) + np.asarray(self.b, dtype=x.dtype)"
LOCAL_INPUT = "return [self._w_for(as_float(self.inputs[0]))]"
LOCAL_WEIGHTS = "return [x[:, :, np.newaxis], np.ones(self.b.shape, dtype=x.dtype)]"
COMPOSED_INPUT = "return [upstream @ self._w_for(upstream).T]"
COMPOSED_WEIGHTS = "return [as_float(self.inputs[0]).T @ upstream, upstream.sum(axis=0)]"

STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
LINEAR = "Your own stack: two Dense layers are one"
EACH = "Your own stack: each layer between given ones"
ALL_STACKS = value_of(STACK, BOTH, LINEAR, EACH)
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
UNTRAINED = value_of(STACK, BOTH, LINEAR, LEARNS)


def forward(name, new, lost, diagnosis, blocked=ALL_STACKS):
    falls = lost("Dense.forward")
    return Chaff(f"dense-forward-{name}", FILE, FORWARD, new, falls, blocked, diagnosis)


def local_input(name, new, lost, diagnosis):
    falls = lost("Dense.get_input_gradients")
    name = f"dense-input-gradient-{name}"
    return Chaff(name, FILE, LOCAL_INPUT, new, falls, {}, diagnosis)


def local_weights(name, new, lost, diagnosis):
    falls = lost("Dense.get_weight_gradients")
    name = f"dense-weight-gradient-{name}"
    return Chaff(name, FILE, LOCAL_WEIGHTS, new, falls, {}, diagnosis)


def composed_input(name, new, lost, diagnosis, blocked):
    falls = lost("Dense.compose_input_gradients")
    name = f"dense-compose-input-{name}"
    return Chaff(name, FILE, COMPOSED_INPUT, new, falls, blocked, diagnosis)


def composed_weights(name, new, lost, diagnosis, blocked):
    falls = lost("Dense.compose_weight_gradients")
    name = f"dense-compose-weight-{name}"
    return Chaff(name, FILE, COMPOSED_WEIGHTS, new, falls, blocked, diagnosis)


def initializer(name, old, new, diagnosis="", also=()):
    falls = value_of("Dense initializers")
    return Chaff(f"dense-initializer-{name}", FILE, old, new, falls, {}, diagnosis, also)


CHAFFS = (
    forward("without-bias", "x @ self._w_for(x)", value_of, "no-bias"),
    forward("truncated", f"np.trunc({FORWARD})", value_of, "truncated"),
    forward("half-precision", f"({FORWARD}).astype(np.float16)", value_of, "precision",
            value_of(STACK, BOTH, LINEAR, EACH, ASSIGNMENT)),
    forward("mean-over-batch", f"({FORWARD}).mean(axis=0)", all_of, "batch-summed",
            value_of(STACK, BOTH, EACH) | all_of(LINEAR, LEARNS, ASSIGNMENT)),
    forward("missing-return", f"None if x is None else print({FORWARD})", all_of,
            "missing-return", value_of(BOTH) | all_of(STACK, LINEAR, EACH, LEARNS, ASSIGNMENT)),
    forward(
        "keeps-first-answer",
        f"self.__dict__.setdefault('kept', {FORWARD})",
        value_of,
        "stale",
        all_of(LEARNS, ASSIGNMENT),
    ),
    Chaff(
        "dense-forward-copies-inputs",
        FILE,
        f"return {FORWARD}",
        f"self.inputs = [np.array(x)]\n        return {FORWARD}",
        value_of("Dense.forward"),
        value_of(LINEAR, EACH),
        "chain-broken",
    ),
    Chaff(
        "dense-forward-centres-its-input",
        FILE,
        f"return {FORWARD}",
        f"y = {FORWARD}\n        x -= x.mean()\n        return y",
        value_of("Dense.forward"),
        value_of("Dense.get_weight_gradients", "Dense.compose_weight_gradients", STACK, BOTH, LINEAR),
        "writes-into-input",
    ),
    local_input("transposed", LOCAL_INPUT[:-1] + ".T]", all_of, "transposed"),
    local_input("sign", LOCAL_INPUT.replace("[self", "[-self"), value_of, "sign"),
    local_input("is-the-input", "return [as_float(self.inputs[0])]", all_of, "is-input"),
    local_input("bare", "return self._w_for(as_float(self.inputs[0]))", all_of, "not-a-list"),
    local_input("missing-return", LOCAL_INPUT[len("return ") :], all_of, "missing-return"),
    local_input(
        "writes-into-its-input",
        "x = np.asarray(self.inputs[0])\n        x *= 2\n        return [self._w_for(x)]",
        all_of,
        "mutated",
    ),
    local_input(
        "another-answer-later",
        "self.asked = getattr(self, 'asked', 0) + 1\n"
        "        return [self._w_for(as_float(self.inputs[0])) * self.asked]",
        all_of,
        "changed-answer",
    ),
    local_weights("is-x", LOCAL_WEIGHTS.replace("x[:, :, np.newaxis]", "x"), all_of, "missing-axis"),
    local_weights(
        "is-x-times-w",
        LOCAL_WEIGHTS.replace("x[:, :, np.newaxis]", "x @ self._w_for(x)"),
        all_of,
        "is-output",
    ),
    local_weights(
        "summed-over-batch",
        LOCAL_WEIGHTS.replace("x[:, :, np.newaxis]", "x.sum(axis=0)[:, np.newaxis]"),
        all_of,
        "batch-summed",
    ),
    local_weights("bias-zero", LOCAL_WEIGHTS.replace("np.ones", "np.zeros"), value_of, "zeros"),
    local_weights("bias-is-b", "return [x[:, :, np.newaxis], np.array(self.b)]", value_of, ""),
    local_weights(
        "swapped",
        "return [np.ones(self.b.shape, dtype=x.dtype), x[:, :, np.newaxis]]",
        all_of,
        "order",
    ),
    local_weights(
        "of-first-call",
        "self.first = getattr(self, 'first', x)\n"
        "        return [self.first[:, :, np.newaxis], np.ones(self.b.shape)]",
        value_of,
        "stale",
    ),
    composed_input("sign", COMPOSED_INPUT.replace("[up", "[-up"), value_of, "sign",
                   value_of(LINEAR, EACH)),
    composed_input(
        "batch-summed", COMPOSED_INPUT[:-1].replace("upstream @", "upstream.sum(axis=0) @") + "]",
        all_of,
        "batch-summed",
        all_of(LINEAR) | value_of(EACH),
    ),
    composed_input("j-ignored", "return self.get_input_gradients()", all_of, "j-ignored",
                   all_of(LINEAR, EACH, ASSIGNMENT)),
    composed_input(
        "transposed", "return [self._w_for(upstream) @ upstream.T]", all_of, "transposed",
        all_of(LINEAR, EACH, ASSIGNMENT),
    ),
    composed_weights(
        "mean-for-sum",
        "return [as_float(self.inputs[0]).T @ upstream / len(upstream), upstream.mean(axis=0)]",
        value_of,
        "mean-for-sum",
        UNTRAINED,
    ),
    composed_weights(
        "bias-kept-per-sample", "return [as_float(self.inputs[0]).T @ upstream, upstream]",
        all_of,
        "batch-kept",
        all_of(STACK, ASSIGNMENT, LEARNS),
    ),
    composed_weights(
        "transposed",
        "return [upstream.T @ as_float(self.inputs[0]), upstream.sum(axis=0)]",
        all_of,
        "transposed",
        all_of(STACK, BOTH, LINEAR, LEARNS, ASSIGNMENT),
    ),
    composed_weights(
        "of-stacked-inputs",
        "return [np.array(self.inputs).T @ upstream, upstream.sum(axis=0)]",
        all_of,
        "list-as-array",
        all_of(STACK, BOTH, LINEAR, LEARNS, ASSIGNMENT),
    ),
    composed_weights(
        "j-ignored",
        "x = as_float(self.inputs[0])\n"
        "        return [x.T @ np.ones_like(upstream), np.ones_like(upstream).sum(axis=0)]",
        value_of,
        "j-ignored",
        UNTRAINED | value_of(ASSIGNMENT),
    ),
    local_input("axis-too-many", LOCAL_INPUT[:-1] + "[None]]", shape_of, "extra-axis"),
    local_weights("axis-too-many", LOCAL_WEIGHTS.replace("[x[", "[x[None, "), shape_of, "extra-axis"),
    Chaff(
        "dense-gradient-moves-the-bias",
        FILE,
        LOCAL_INPUT,
        f"self.b += 1\n        {LOCAL_INPUT}",
        all_of("Dense.get_input_gradients"),
        {},
        "mutated",
    ),
    Chaff(
        "dense-weights-are-copies",
        FILE,
        "return [self.w, self.b]",
        "return [Variable(np.array(self.w)), Variable(np.array(self.b))]",
        value_of("Dense.compose_weight_gradients"),
        UNTRAINED | all_of(ASSIGNMENT),
    ),
    Chaff(
        "dense-layers-share-their-input",
        FILE,
        "return x @ self._w_for(x)",
        "Dense.x = x\n        return x @ self._w_for(x)",
        all_of(LINEAR),
        all_of(ASSIGNMENT),
        also=(("as_float(self.inputs[0]).T @ upstream", "Dense.x.T @ upstream"),),
    ),
    Chaff(
        "dense-adds-its-gradients-up",
        FILE,
        COMPOSED_WEIGHTS,
        "dw, db = getattr(self, 'sums', (0.0, 0.0))\n"
        "        self.sums = dw + as_float(self.inputs[0]).T @ upstream, db + upstream.sum(axis=0)\n"
        "        return list(self.sums)",
        all_of("Dense.compose_weight_gradients"),
        {},
        "changed-answer",
    ),
    initializer(
        "bias-random",
        "Variable(np.zeros(output_size, dtype=dtype))",
        "Variable(np.random.normal(size=output_size))",
        "random-bias",
    ),
    initializer(
        "standard-deviation-is-variance",
        "np.random.normal(0.0, np.sqrt(variance), shape)",
        "np.random.normal(0.0, variance, shape)",
        "deviation",
    ),
    initializer(
        "xavier-fan-in-only", '"xavier": lambda m, r: _normal(2 / (m + r)',
        '"xavier": lambda m, r: _normal(1 / m',
        "wrong-fan",
    ),
    initializer(
        "kaiming-fan-out", '_normal(2 / m, (m, r))', "_normal(2 / r, (m, r))", "wrong-fan"
    ),
    initializer("normal-by-fan", "w = np.random.normal(0.0, 1.0, (", "w = np.random.normal(0.0, 1.0 / input_size, ("),
    Chaff(
        "dense-initializer-zero-bias-like-w",
        FILE,
        "Variable(np.zeros(output_size, dtype=dtype))",
        "Variable(np.zeros_like(w) if initializer == 'zero' else np.zeros(output_size, dtype=dtype))",
        all_of("Dense initializers"),
    ),
    initializer("zero-is-random", "np.zeros((m, r))", "np.random.normal(size=(m, r))"),
    initializer(
        "unknown-name-passes",
        "w = INITIALIZERS[initializer](",
        "w = INITIALIZERS.get(initializer, INITIALIZERS['zero'])(",
        also=(("if initializer not in INITIALIZERS:", "if initializer is None:"),),
    ),
)
