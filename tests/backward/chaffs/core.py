"""Mistakes in Diffable.backward, in beras/core.py."""

from autograder.audit.chaffs import Chaff, all_of, shape_of, value_of

FILE = "beras/core.py"
OF_PARAMETERS = "of_parameters = self.compose_weight_gradients(grad)"
PAIRS = "in zip(self.parameters, of_parameters, strict=True):"
FLAG = "if parameter.requires_grad:"
FILL = "parameter.grad = gradient if known is None else known + gradient"
LEAF = 'if not any(getattr(x, "made_by", None) for x in self.inputs):'
INPUTS = "in zip(self.inputs, self.compose_input_gradients(grad), strict=False):"
GUARD = "if isinstance(x, Tensor):"
ON = "x.backward([gradient])"
ALWAYS = ((LEAF, "if False:"),)
"""The way goes on to inputs that no layer made: in the reference it ends before them."""

BACK, SEVERAL = "Diffable.backward", "Diffable.backward through several layers"
PLAIN = "Diffable.backward with plain arrays as inputs"
FROZEN = "Diffable.backward with frozen parameters"
AGAIN = "Diffable.backward again, after zero_grad"
STACKS = (
    "Your own stack: Linear, Softmax, cross-entropy",
    "Your own stack: both losses through softmax",
    "Your own stack: two Linear layers are one",
    "Your own stack: each layer between given ones",
)
STEP, FIT = "Sequential.batch_step", "Sequential.fit"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"
TRAINING = (STEP, FIT, ASSIGNMENT, LEARNS)
ABOVE = (SEVERAL, PLAIN, FROZEN, AGAIN, *STACKS)
"""What each gradient on the way back is needed for, apart from training."""


def back(name, old, new, falls, blocked=None, diagnosis="", also=()):
    return Chaff(f"backward-{name}", FILE, old, new, falls, blocked or {}, diagnosis, also)


def wrong(name, old, new, diagnosis, *still_learns):
    """Each gradient is wrong; what learns all the same is in `still_learns`."""
    blocked = value_of(*ABOVE, *(item for item in TRAINING if item not in still_learns))
    return back(name, old, new, value_of(BACK), blocked, diagnosis)


def missing(name, old, new):
    """No gradient arrives, and so nothing is learnt."""
    blocked = all_of(*ABOVE) | value_of(*TRAINING)
    return back(name, old, new, all_of(BACK), blocked, "no-gradient")


def raises(name, old, new, diagnosis=""):
    return back(name, old, new, all_of(BACK), all_of(*ABOVE, *TRAINING), diagnosis)


def between(name, old, new):
    """A gradient does not get from one layer to the one before."""
    blocked = value_of(FROZEN, STEP, FIT) | all_of(*STACKS, ASSIGNMENT, LEARNS)
    return back(name, old, new, value_of(SEVERAL), blocked, "local-handed-on")


CHAFFS = (
    back("no-guard", GUARD, "if True:", all_of(PLAIN), all_of(*TRAINING), "plain-input", ALWAYS),
    back(
        "guard-lets-arrays-in",
        GUARD,
        "if isinstance(x, np.ndarray):",
        all_of(PLAIN),
        all_of(*TRAINING),
        "plain-input",
        ALWAYS,
    ),
    missing("ends-where-one-input-is-a-leaf", LEAF, LEAF.replace("any", "all")),
    missing("does-not-go-back", INPUTS, "in ():"),
    missing("no-parameters", PAIRS, "in ():"),
    missing("grad-kept-by-the-layer", FILL, "self.grad = gradient"),
    raises(
        "parameters-get-the-input-gradients",
        OF_PARAMETERS,
        "of_parameters = self.compose_input_gradients(grad)",
    ),
    raises("passes-its-own-upstream-on", ON, "x.backward(grad)", "none-upstream"),
    back(
        "composes-a-list-in-a-list",
        OF_PARAMETERS,
        "of_parameters = self.compose_weight_gradients([grad])",
        all_of(BACK, STACKS[0]),
        all_of(SEVERAL, PLAIN, FROZEN, AGAIN, STACKS[3], *TRAINING),
        "list-in-list",
    ),
    back(
        "passes-a-list-in-a-list",
        ON,
        "x.backward([[gradient]])",
        all_of(BACK, SEVERAL, *STACKS),
        all_of(PLAIN, FROZEN, AGAIN, *TRAINING),
        "list-in-list",
    ),
    raises(
        "parameters-in-reverse",
        PAIRS,
        "in zip(reversed(self.parameters), of_parameters, strict=True):",
        "order",
    ),
    back(
        "passes-upstream-bare",
        ON,
        "x.backward(gradient)",
        all_of(BACK, SEVERAL, *STACKS),
        all_of(PLAIN, FROZEN, AGAIN, *TRAINING),
        "bare-upstream",
    ),
    back(
        "drops-upstream-for-parameters",
        OF_PARAMETERS,
        "of_parameters = self.compose_weight_gradients()",
        value_of(BACK),
        value_of(SEVERAL, PLAIN, FROZEN, AGAIN, STACKS[3], STEP, FIT)
        | all_of(*STACKS[:3], ASSIGNMENT, LEARNS),
        "j-ignored",
    ),
    between("drops-upstream-for-inputs", INPUTS, INPUTS.replace("(grad)", "()")),
    between(
        "passes-local-gradients-on",
        INPUTS,
        "in zip(self.inputs, self.get_input_gradients(), strict=False):",
    ),
    back(
        "starts-and-stops-at-the-loss",
        LEAF,
        "if grad is not None:",
        all_of(SEVERAL),
        all_of(FROZEN, *STACKS) | value_of(*TRAINING),
        "no-gradient",
    ),
    back(
        "first-input-only",
        INPUTS,
        INPUTS.replace("self.inputs,", "self.inputs[:1],"),
        all_of(SEVERAL),
        {},
        "no-gradient",
    ),
    back(
        "first-gradient-to-each-input",
        ON,
        "x.backward([self.compose_input_gradients(grad)[0]])",
        value_of(SEVERAL),
        {},
        "first-for-all",
    ),
    back(
        "first-parameter-only",
        PAIRS,
        "in zip(self.parameters[:1], of_parameters):",
        all_of(BACK),
        all_of(SEVERAL, PLAIN, FROZEN, AGAIN, *STACKS[:2], STACKS[3]) | value_of(STEP, FIT),
        "no-gradient",
    ),
    wrong(
        "twice-the-gradient", FILL, "parameter.grad = 2 * gradient", "factor", ASSIGNMENT, LEARNS
    ),
    wrong(
        "mean-over-the-batch",
        FILL,
        "parameter.grad = gradient / len(self.inputs[0])",
        "mean-for-sum",
        ASSIGNMENT,
    ),
    wrong("minus-the-gradient", FILL, "parameter.grad = -gradient", "sign"),
    wrong("zeros", FILL, "parameter.grad = np.zeros_like(gradient)", "zeros"),
    back(
        "grad-in-a-list",
        FILL,
        "parameter.grad = [gradient]",
        shape_of(BACK),
        shape_of(SEVERAL) | all_of(ASSIGNMENT, LEARNS),
        "extra-axis",
    ),
    back("frozen-filled", FLAG, "if True:", value_of(FROZEN), {}, "frozen-filled"),
    back(
        "frozen-emptied",
        FLAG,
        f"if not {FLAG[3:-1]}:\n                parameter.grad = None\n            else:",
        all_of(FROZEN),
        {},
        "no-gradient",
    ),
    back(
        "frozen-ends-the-way",
        LEAF,
        "if not all(p.requires_grad for p in self.parameters):\n"
        f"            return\n        {LEAF}",
        all_of(FROZEN),
        {},
        "no-gradient",
    ),
    back(
        "frozen-shifts-the-others",
        PAIRS,
        "in zip([p for p in self.parameters if p.requires_grad], of_parameters, strict=False):",
        all_of(FROZEN),
    ),
)
