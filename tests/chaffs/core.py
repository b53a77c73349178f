"""Mistakes in beras/core.py, which students are given, and in whole modules."""

from autograder.audit.chaffs import Chaff

FILE = "beras/core.py"
TENSOR, CALL = "Tensor and Variable", "Callable and Diffable"
SPLIT, FLAG = "Weighted.trainable_variables", "Weighted.trainable"
STEP, FIT, EVALUATE = (
    f"SequentialModel.{name}" for name in ("batch_step", "fit", "evaluate")
)
TAPE = {
    "GradientTape.gradient": 5,
    "GradientTape, sources in any order": 2,
    "GradientTape, a tensor used twice": 2,
    "Your own stack: Dense, Softmax, cross-entropy": 2,
    "Your own stack: both losses through softmax": 1,
    "Your own stack: two Dense layers are one": 2,
}
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"


def core(item, name, old, new, lost=0, blocked=None, diagnosis=""):
    return Chaff(f"core-{name}", FILE, old, new, {item: lost}, blocked or {}, diagnosis)


CHAFFS = (
    core(TENSOR, "tensor-of-a-tensor-is-new",
         "return data if isinstance(data, cls) else np.asarray(data).view(cls)",
         "return np.array(data).view(cls)", 0, {STEP: 2, FIT: 1, LEARNS: 1}),
    core(TENSOR, "flag-not-inherited", 'self.trainable = getattr(parent, "trainable", True)',
         "self.trainable = True"),
    core(TENSOR, "starts-frozen", 'getattr(parent, "trainable", True)',
         'getattr(parent, "trainable", False)', 0, {CALL: 0, FLAG: 1, STEP: 2, FIT: 1, LEARNS: 1}),
    core(TENSOR, "assign-does-nothing", "self[...] = value", "value = self"),
    core(CALL, "call-gives-no-tensor", "return Tensor(self.forward(*args, **kwargs))",
         "return self.forward(*args, **kwargs)", 0, TAPE),
    core(CALL, "keywords-in-order-of-call", "return list(bound.arguments.values())",
         "return [*args, *kwargs.values()]", 0, {}, "order"),
    core(SPLIT, "all-are-trainable",
         "return [weight for weight in self.weights if weight.trainable]",
         "return list(self.weights)", 2, {STEP: 2}),
    core(SPLIT, "trainable-reversed",
         "return [weight for weight in self.weights if weight.trainable]",
         "return [weight for weight in reversed(self.weights) if weight.trainable]", 2, {},
         "order"),
    core(SPLIT, "frozen-are-all", "return [weight for weight in self.weights if not "
         "weight.trainable]", "return list(self.weights)", 2),
    core(FLAG, "all-for-any", "return any(weight.trainable for weight in self.weights)",
         "return all(weight.trainable for weight in self.weights)", 1),
    core(FLAG, "true-restores-nothing", "weight.trainable = trainable",
         "weight.trainable = weight.trainable and trainable", 1, {}, "not-restored"),
    core(FLAG, "setter-does-nothing", "weight.trainable = trainable", "pass", 1, {STEP: 2},
         "not-restored"),
    Chaff(
        "metrics-does-not-parse",
        "beras/metrics.py",
        "return np.count_nonzero(predicted == true) / len(true)",
        "return TODO: the share",
        {"Package": 0},
        {"CategoricalAccuracy": 1, LEARNS: 1, ASSIGNMENT: 1},
    ),
    Chaff(
        "onehot-imports-what-is-not-there",
        "beras/onehot.py",
        "from .core import Callable",
        "from .core import Callable, Encoder",
        {"Package": 0},
        {"OneHotEncoder.forward": 2, "OneHotEncoder.inverse": 1},
    ),
    Chaff(
        "encoder-has-another-name",
        "beras/onehot.py",
        "class OneHotEncoder(Callable):",
        "class OneHot(Callable):",
        {"Package": 0},
        {"OneHotEncoder.forward": 2, "OneHotEncoder.inverse": 1},
    ),
)
