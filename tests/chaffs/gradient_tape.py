"""Mistakes in beras/gradient_tape.py."""

from autograder.audit.chaffs import Chaff

FILE = "beras/gradient_tape.py"
SEED = "None if np.ndim(target) < 2 else np.ones_like(target)"
SOURCES = "for source in sources\n        ]"

TAPE, ORDER = "GradientTape.gradient", "GradientTape, sources in any order"
TWICE, OPENS = "GradientTape, a tensor used twice", "GradientTape opens and closes"
STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
LINEAR = "Your own stack: two Dense layers are one"
STEP, FIT, EVALUATE = (f"SequentialModel.{name}" for name in ("batch_step", "fit", "evaluate"))
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
STACKS = {STACK: 2, BOTH: 1, LINEAR: 2}
UNTRAINED = {ORDER: 2, TWICE: 2, **STACKS, STEP: 2, FIT: 1, LEARNS: 1}
RAISES = {**UNTRAINED, ASSIGNMENT: 1}


def tape(name, old, new, lost=4, diagnosis="", blocked=UNTRAINED):
    return Chaff(f"tape-{name}", FILE, old, new, {TAPE: lost}, blocked, diagnosis)


CHAFFS = (
    tape("starts-with-zeros", SEED, "np.zeros_like(target)", 4, "zeros"),
    tape("does-not-go-back", "for layer_input in layer.inputs:", "for layer_input in ():", 4, "zeros"),
    tape("loses-the-bias", "(layer.weights, layer.compose_weight_gradients),",
         "(layer.weights[:1], layer.compose_weight_gradients),", 4, "zeros",
         {ORDER: 2, STACK: 2, STEP: 2, FIT: 1}),
    tape("uses-local-weight-gradients", "(layer.weights, layer.compose_weight_gradients),",
         "(layer.weights, lambda J: layer.get_weight_gradients()),", 4, "j-ignored",
         RAISES),
    tape("uses-local-input-gradients", "(layer.inputs, layer.compose_input_gradients),",
         "(layer.inputs, lambda J: layer.get_input_gradients()),", 4, "", RAISES),
    tape("reversed", SOURCES, "for source in reversed(sources)\n        ]", 5, "order", RAISES),
    tape("missing-return", "return [\n            Tensor(", "[\n            Tensor(", 5,
         "missing-return", RAISES),
    Chaff(
        "tape-order-of-layers",
        FILE,
        SOURCES,
        "for source in [w for _, layer in layers for w in layer.weights\n"
        "                           if id(w) in {id(s) for s in sources}]\n        ]",
        {ORDER: 2},
        {},
        "order",
    ),
    Chaff(
        "tape-weights-only",
        FILE,
        SOURCES,
        "for source in sources if any(source is w for _, y in layers for w in y.weights)\n"
        "        ]",
        {ORDER: 2},
    ),
    Chaff(
        "tape-overwrites",
        FILE,
        "gradient if known is None else known + gradient",
        "gradient",
        {TWICE: 2},
        {},
        "overwrites",
    ),
    Chaff(
        "tape-first-input-only",
        FILE,
        "(layer.inputs, layer.compose_input_gradients),",
        "(layer.inputs[:1], layer.compose_input_gradients),",
        {TWICE: 2},
        {},
        "overwrites",
    ),
    Chaff(
        "tape-open-after-exception",
        FILE,
        "Diffable.gradient_tape = None",
        "Diffable.gradient_tape = None if exception[0] is None else self",
        {OPENS: 2},
    ),
    Chaff(
        "tape-never-closed",
        FILE,
        "Diffable.gradient_tape = None",
        "Diffable.gradient_tape = self",
        {OPENS: 2},
        {TAPE: 5, **UNTRAINED, EVALUATE: 1},
    ),
    Chaff(
        "tape-nests",
        FILE,
        'raise RuntimeError("a GradientTape is already recording: tapes do not nest")',
        "pass",
        {OPENS: 2},
    ),
    Chaff(
        "tape-never-records",
        FILE,
        "Diffable.gradient_tape = self",
        "pass",
        {OPENS: 2},
        {TAPE: 5, **RAISES},
    ),
)
