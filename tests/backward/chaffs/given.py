"""Mistakes in given code of the backward edition: tensors, calls and zero_grad."""

from autograder.audit.chaffs import Chaff, all_of, value_of

FILE = "beras/core.py"
STEP, FIT = "Sequential.batch_step", "Sequential.fit"
ASSIGNMENT, LEARNS = "assignment.py", "Loss falls on real digits"

CHAFFS = (
    Chaff("tensor-starts-with-a-gradient", FILE, "    grad = None  #", "    grad = 0.0  #",
          value_of("Tensor", "Diffable.backward with frozen parameters"), {}, "frozen-filled"),
    Chaff("tensor-copies-a-tensor", FILE, "return data if isinstance(data, cls) else np.asarray(data)",
          "return np.array(data)", value_of("Tensor", STEP), value_of(FIT, ASSIGNMENT, LEARNS),
          "untrained"),
    Chaff("no-grad-stays", FILE, "Tensor.requires_grad = before", "pass",
          value_of("Tensor.no_grad", "Sequential.evaluate"), {}, "left-frozen"),
    Chaff("call-forgets-keywords", FILE, "return list(bound.arguments.values())", "return list(args)",
          all_of("Callable and Diffable")),
    Chaff("zero-grad-does-nothing", "beras/optimizers.py", "parameter.grad = None", "pass",
          value_of("Optimizers: zero_grad")),
)
