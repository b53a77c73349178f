"""Mistakes in beras/gradient_tape.py."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/gradient_tape.py"
SEED = "None if np.ndim(target) < 2 else np.ones_like(target)"
SOURCES = "for source in sources\n        ]"

TAPE, ORDER = "GradientTape.gradient", "GradientTape, sources in any order"
TWICE, OPENS = "GradientTape, a tensor used twice", "GradientTape opens and closes"
STACK = "Your own stack: Dense, Softmax, cross-entropy"
BOTH = "Your own stack: both losses through softmax"
LINEAR = "Your own stack: two Dense layers are one"
EACH = "Your own stack: each layer between given ones"
STEP, FIT, EVALUATE = (f"SequentialModel.{name}" for name in ("batch_step", "fit", "evaluate"))
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
STACKS = (STACK, BOTH, LINEAR, EACH)
UNTRAINED = (ORDER, TWICE, *STACKS, STEP, FIT, LEARNS)
ALWAYS_LOCAL = value_of(ORDER, TWICE, STEP, FIT) | all_of(
    STACK, BOTH, LINEAR, LEARNS, ASSIGNMENT
)


def tape(name, old, new, lost, diagnosis, blocked):
    return Chaff(f"tape-{name}", FILE, old, new, lost(TAPE), blocked, diagnosis)


CHAFFS = (
    tape("starts-with-zeros", SEED, "np.zeros_like(target)", value_of, "zeros",
         value_of(*UNTRAINED, ASSIGNMENT)),
    tape("does-not-go-back", "for layer_input in layer.inputs:", "for layer_input in ():",
         value_of, "zeros", value_of(*UNTRAINED, ASSIGNMENT)),
    tape("loses-the-bias", "(layer.weights, layer.compose_weight_gradients),",
         "(layer.weights[:1], layer.compose_weight_gradients),", value_of, "zeros",
         value_of(ORDER, STACK, EACH, STEP, FIT)),
    tape("uses-local-weight-gradients", "(layer.weights, layer.compose_weight_gradients),",
         "(layer.weights, lambda J: layer.get_weight_gradients()),", value_of,
         "j-ignored", ALWAYS_LOCAL | value_of(EACH)),
    tape("uses-local-input-gradients", "(layer.inputs, layer.compose_input_gradients),",
         "(layer.inputs, lambda J: layer.get_input_gradients()),", value_of, "",
         ALWAYS_LOCAL | all_of(EACH)),
    tape("reversed", SOURCES, "for source in reversed(sources)\n        ]", all_of, "order",
         all_of(*UNTRAINED, ASSIGNMENT)),
    tape("missing-return", "return [\n            Tensor(", "[\n            Tensor(", all_of,
         "missing-return", all_of(*UNTRAINED, ASSIGNMENT)),
    Chaff(
        "tape-order-of-layers",
        FILE,
        SOURCES,
        "for source in [w for _, layer in layers for w in layer.weights\n"
        "                           if id(w) in {id(s) for s in sources}]\n        ]",
        all_of(ORDER),
        {},
        "order",
    ),
    Chaff(
        "tape-weights-only",
        FILE,
        SOURCES,
        "for source in sources if any(source is w for _, y in layers for w in y.weights)\n"
        "        ]",
        all_of(ORDER),
    ),
    Chaff(
        "tape-overwrites",
        FILE,
        "gradient if known is None else known + gradient",
        "gradient",
        value_of(TWICE),
        {},
        "overwrites",
    ),
    Chaff(
        "tape-first-input-only",
        FILE,
        "(layer.inputs, layer.compose_input_gradients),",
        "(layer.inputs[:1], layer.compose_input_gradients),",
        value_of(TWICE),
        {},
        "overwrites",
    ),
    Chaff(
        "tape-open-after-exception",
        FILE,
        "Diffable.gradient_tape = None",
        "Diffable.gradient_tape = None if exception[0] is None else self",
        value_of(OPENS),
    ),
    Chaff(
        "tape-never-closed",
        FILE,
        "Diffable.gradient_tape = None",
        "Diffable.gradient_tape = self",
        value_of(OPENS),
        all_of(TAPE, *UNTRAINED, EVALUATE, ASSIGNMENT),
    ),
    Chaff(
        "tape-nests",
        FILE,
        'raise RuntimeError("a GradientTape is already recording: tapes do not nest")',
        "pass",
        value_of(OPENS),
    ),
    Chaff(
        "tape-never-records",
        FILE,
        "Diffable.gradient_tape = self",
        "pass",
        value_of(OPENS),
        all_of(TAPE, *UNTRAINED, ASSIGNMENT),
    ),
)
