"""Mistakes in beras/core.py, which students are given, and in whole modules."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/core.py"
TENSOR, CALL = "Tensor and Variable", "Callable and Diffable"
SPLIT, FLAG = "Weighted.trainable_variables", "Weighted.trainable"
STEP, FIT, EVALUATE = (
    f"SequentialModel.{name}" for name in ("batch_step", "fit", "evaluate")
)
TAPE = (
    "GradientTape.gradient",
    "GradientTape, sources in any order",
    "GradientTape, a tensor used twice",
    "Your own stack: Dense, Softmax, cross-entropy",
    "Your own stack: both losses through softmax",
    "Your own stack: two Dense layers are one",
    "Your own stack: each layer between given ones",
)
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


def core(falls, name, old, new, blocked=None, diagnosis=""):
    return Chaff(f"core-{name}", FILE, old, new, falls, blocked or {}, diagnosis)


CHAFFS = (
    core(value_of(TENSOR, STEP), "tensor-of-a-tensor-is-new",
         "return data if isinstance(data, cls) else np.asarray(data).view(cls)",
         "return np.array(data).view(cls)", value_of(FIT, ASSIGNMENT, LEARNS), "untrained"),
    core(value_of(TENSOR, FLAG), "starts-frozen", 'getattr(parent, "trainable", True)',
         'getattr(parent, "trainable", False)', value_of(STEP, FIT, ASSIGNMENT, LEARNS)),
    core(value_of(TENSOR), "assign-does-nothing", "self[...] = np.asarray(value)", "value = self"),
    core(value_of(CALL) | all_of(TAPE[0]), "call-gives-a-copy", "        return self.outputs[0]\n",
         "        return self.outputs[0].copy()\n",
         all_of(*TAPE[1:], STEP, FIT, LEARNS, ASSIGNMENT), "call-breaks-chain"),
    core(value_of(CALL, TAPE[0]), "call-copies-its-inputs", "self.inputs = self._in_order(args, kwargs)",
         "self.inputs = [np.array(x) for x in self._in_order(args, kwargs)]",
         value_of(*TAPE[1:], STEP, FIT, LEARNS, ASSIGNMENT), "call-breaks-chain"),
    core(value_of(CALL), "keywords-in-order-of-call", "return list(bound.arguments.values())",
         "return [*args, *kwargs.values()]", {}, "order"),
    core(all_of(SPLIT), "all-are-trainable",
         "return [weight for weight in self.weights if weight.trainable]",
         "return list(self.weights)"),
    core(value_of(SPLIT), "trainable-reversed",
         "return [weight for weight in self.weights if weight.trainable]",
         "return [weight for weight in reversed(self.weights) if weight.trainable]", {},
         "order"),
    core(all_of(SPLIT), "frozen-are-all", "return [weight for weight in self.weights if not "
         "weight.trainable]", "return list(self.weights)"),
    core(value_of(FLAG), "all-for-any", "return any(weight.trainable for weight in self.weights)",
         "return all(weight.trainable for weight in self.weights)"),
    core(value_of(FLAG), "true-restores-nothing", "weight.trainable = trainable",
         "weight.trainable = weight.trainable and trainable", {}, "not-restored"),
    core(value_of(FLAG), "setter-does-nothing", "weight.trainable = trainable", "pass", {}, "not-restored"),
    Chaff(
        "metrics-does-not-parse",
        "beras/metrics.py",
        "return np.count_nonzero(predicted == true) / len(true)",
        "return TODO: the share",
        all_of("Package"),
        all_of("CategoricalAccuracy", LEARNS, ASSIGNMENT),
    ),
    Chaff(
        "onehot-imports-what-is-not-there",
        "beras/onehot.py",
        "from .core import Callable",
        "from .core import Callable, Encoder",
        all_of("Package"),
        all_of("OneHotEncoder.forward", "OneHotEncoder.inverse"),
    ),
    Chaff(
        "encoder-has-another-name",
        "beras/onehot.py",
        "class OneHotEncoder(Callable):",
        "class OneHot(Callable):",
        all_of("Package"),
        all_of("OneHotEncoder.forward", "OneHotEncoder.inverse"),
    ),
)
