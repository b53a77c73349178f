"""Mistakes in beras/layers.py."""

from autograder.audit.chaffs import Chaff

FILE = "beras/layers.py"
FORWARD = "x @ self._w_for(x) + np.asarray(self.b, dtype=x.dtype)"
LOCAL_INPUT = "return [self._w_for(as_float(self.inputs[0]))]"
LOCAL_WEIGHTS = "return [x[:, :, np.newaxis], np.ones(self.b.shape, dtype=x.dtype)]"
COMPOSED_INPUT = "return [upstream @ self._w_for(upstream).T]"
COMPOSED_WEIGHTS = "return [as_float(self.inputs[0]).T @ upstream, upstream.sum(axis=0)]"

STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
LINEAR = "Your own stack: two Dense layers are one"
ALL_STACKS = {STACK: 2, BOTH: 1, LINEAR: 2}
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
UNTRAINED = {**ALL_STACKS, LEARNS: 1}
RAISES = {**UNTRAINED, ASSIGNMENT: 1}
COMPOSED = {"Dense.compose_input_gradients": 4}


def forward(name, new, lost=2, diagnosis="", blocked=ALL_STACKS):
    falls = {"Dense.forward": lost}
    return Chaff(f"dense-forward-{name}", FILE, FORWARD, new, falls, blocked, diagnosis)


def local_input(name, new, lost, diagnosis, blocked=None):
    falls = {"Dense.get_input_gradients": lost}
    name = f"dense-input-gradient-{name}"
    return Chaff(name, FILE, LOCAL_INPUT, new, falls, blocked or {}, diagnosis)


def local_weights(name, new, lost, diagnosis, blocked=None):
    falls = {"Dense.get_weight_gradients": lost}
    name = f"dense-weight-gradient-{name}"
    return Chaff(name, FILE, LOCAL_WEIGHTS, new, falls, blocked or {}, diagnosis)


def composed_input(name, new, lost, diagnosis, blocked=None):
    falls = {"Dense.compose_input_gradients": lost}
    name = f"dense-compose-input-{name}"
    return Chaff(name, FILE, COMPOSED_INPUT, new, falls, blocked or {LINEAR: 2}, diagnosis)


def composed_weights(name, new, lost, diagnosis, blocked=ALL_STACKS):
    falls = {"Dense.compose_weight_gradients": lost}
    name = f"dense-compose-weight-{name}"
    return Chaff(name, FILE, COMPOSED_WEIGHTS, new, falls, blocked, diagnosis)


def initializer(name, old, new, lost, diagnosis="", blocked=None):
    falls = {"Dense initializers": lost}
    return Chaff(f"dense-initializer-{name}", FILE, old, new, falls, blocked or {}, diagnosis)


CHAFFS = (
    forward("without-bias", "x @ self._w_for(x)", diagnosis="no-bias"),
    forward("truncated", f"np.trunc({FORWARD})", diagnosis="truncated"),
    forward("half-precision", f"({FORWARD}).astype(np.float16)", diagnosis="precision"),
    forward("mean-over-batch", f"({FORWARD}).mean(axis=0)", 3, "batch-summed", RAISES),
    forward("missing-return", f"None if x is None else print({FORWARD})", 3, "missing-return",
            RAISES),
    forward(
        "keeps-first-answer",
        f"self.__dict__.setdefault('kept', {FORWARD})",
        diagnosis="stale",
        blocked={LEARNS: 1},
    ),
    local_input("transposed", LOCAL_INPUT[:-1] + ".T]", 4, "transposed"),
    local_input("sign", LOCAL_INPUT.replace("[self", "[-self"), 3, "sign"),
    local_input("is-the-input", "return [as_float(self.inputs[0])]", 4, "is-input"),
    local_input("bare", "return self._w_for(as_float(self.inputs[0]))", 4, "not-a-list",
                COMPOSED),
    local_input("missing-return", LOCAL_INPUT[len("return ") :], 4, "missing-return", COMPOSED),
    local_input(
        "writes-into-its-input",
        "x = np.asarray(self.inputs[0])\n        x *= 2\n        return [self._w_for(x)]",
        4,
        "mutated",
        COMPOSED,
    ),
    local_input(
        "another-answer-later",
        "self.asked = getattr(self, 'asked', 0) + 1\n"
        "        return [self._w_for(as_float(self.inputs[0])) * self.asked]",
        4,
        "changed-answer",
        COMPOSED,
    ),
    local_weights("is-x", LOCAL_WEIGHTS.replace("x[:, :, np.newaxis]", "x"), 5, "missing-axis"),
    local_weights(
        "is-x-times-w", LOCAL_WEIGHTS.replace("x[:, :, np.newaxis]", "x @ self._w_for(x)"), 5, "is-output"
    ),
    local_weights(
        "summed-over-batch",
        LOCAL_WEIGHTS.replace("x[:, :, np.newaxis]", "x.sum(axis=0)[:, np.newaxis]"),
        5,
        "batch-summed",
    ),
    local_weights("bias-zero", LOCAL_WEIGHTS.replace("np.ones", "np.zeros"), 3, "zeros"),
    local_weights(
        "bias-is-b", "return [x[:, :, np.newaxis], np.array(self.b)]", 3, ""
    ),
    local_weights(
        "swapped",
        "return [np.ones(self.b.shape, dtype=x.dtype), x[:, :, np.newaxis]]",
        5,
        "order",
    ),
    local_weights(
        "of-first-call",
        "self.first = getattr(self, 'first', x)\n"
        "        return [self.first[:, :, np.newaxis], np.ones(self.b.shape)]",
        3,
        "stale",
    ),
    composed_input("sign", COMPOSED_INPUT.replace("[up", "[-up"), 3, "sign"),
    composed_input(
        "batch-summed", COMPOSED_INPUT[:-1].replace("upstream @", "upstream.sum(axis=0) @") + "]",
        4,
        "batch-summed",
    ),
    composed_input("j-ignored", "return self.get_input_gradients()", 4, "j-ignored",
                   {LINEAR: 2, ASSIGNMENT: 1}),
    composed_input(
        "transposed", "return [self._w_for(upstream) @ upstream.T]", 4, "transposed",
        {LINEAR: 2, ASSIGNMENT: 1},
    ),
    composed_weights(
        "mean-for-sum",
        "return [as_float(self.inputs[0]).T @ upstream / len(upstream), upstream.mean(axis=0)]",
        4,
        "mean-for-sum",
        UNTRAINED,
    ),
    composed_weights(
        "bias-kept-per-sample", "return [as_float(self.inputs[0]).T @ upstream, upstream]",
        5,
        "batch-kept",
        {STACK: 2, ASSIGNMENT: 1, LEARNS: 1},
    ),
    composed_weights(
        "transposed",
        "return [upstream.T @ as_float(self.inputs[0]), upstream.sum(axis=0)]",
        5,
        "transposed",
        RAISES,
    ),
    composed_weights(
        "j-ignored",
        "x = as_float(self.inputs[0])\n"
        "        return [x.T @ np.ones_like(upstream), np.ones_like(upstream).sum(axis=0)]",
        4,
        "j-ignored",
        UNTRAINED,
    ),
    Chaff(
        "dense-compose-weight-half-without-upstream",
        FILE,
        "return self.get_weight_gradients()",
        "return self.get_weight_gradients()[:1]",
        {"Dense.compose_weight_gradients": 5},
    ),
    Chaff(
        "dense-gradient-moves-the-bias",
        FILE,
        LOCAL_INPUT,
        f"self.b += 1\n        {LOCAL_INPUT}",
        {"Dense.get_input_gradients": 4},
        COMPOSED,
        "mutated",
    ),
    Chaff(
        "dense-weights-are-copies",
        FILE,
        "return [self.w, self.b]",
        "return [Variable(np.array(self.w)), Variable(np.array(self.b))]",
        {"Dense.compose_weight_gradients": 4},
        UNTRAINED,
    ),
    Chaff(
        "dense-layers-share-their-input",
        FILE,
        "return x @ self._w_for(x)",
        "Dense.x = x\n        return x @ self._w_for(x)",
        {LINEAR: 2},
        {ASSIGNMENT: 1},
        also=(("as_float(self.inputs[0]).T @ upstream", "Dense.x.T @ upstream"),),
    ),
    Chaff(
        "dense-adds-its-gradients-up",
        FILE,
        COMPOSED_WEIGHTS,
        "dw, db = getattr(self, 'sums', (0.0, 0.0))\n"
        "        self.sums = dw + as_float(self.inputs[0]).T @ upstream, db + upstream.sum(axis=0)\n"
        "        return list(self.sums)",
        {"Dense.compose_weight_gradients": 5},
        {},
        "changed-answer",
    ),
    initializer(
        "bias-random",
        "Variable(np.zeros(output_size, dtype=dtype))",
        "Variable(np.random.normal(size=output_size))",
        2,
        "random-bias",
    ),
    initializer(
        "standard-deviation-is-variance",
        "np.random.normal(0.0, np.sqrt(variance), shape)",
        "np.random.normal(0.0, variance, shape)",
        2,
        "deviation",
    ),
    initializer(
        "xavier-fan-in-only", '"xavier": lambda m, r: _normal(2 / (m + r)',
        '"xavier": lambda m, r: _normal(1 / m',
        2,
        "wrong-fan",
    ),
    initializer(
        "kaiming-fan-out", '_normal(2 / m, (m, r))', "_normal(2 / r, (m, r))", 2, "wrong-fan"
    ),
    initializer("normal-by-fan", "w = np.random.normal(0.0, 1.0, (", "w = np.random.normal(0.0, 1.0 / input_size, (", 2),
    initializer("zero-is-random", "np.zeros((m, r))", "np.random.normal(size=(m, r))", 2),
    Chaff(
        "dense-initializer-unknown-name-passes",
        FILE,
        "w = INITIALIZERS[initializer](",
        "w = INITIALIZERS.get(initializer, INITIALIZERS['zero'])(",
        {"Dense initializers": 2},
        also=(("if initializer not in INITIALIZERS:", "if initializer is None:"),),
    ),
)
