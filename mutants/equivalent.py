"""Mutants that no submission could be blamed for, each with its reason.

A mutant is explained when one of its lines becomes the mutated one by putting `new` in place of one
`old`, in `module` or, where that is empty, anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Equivalent(NamedTuple):
    """A change that makes no difference to what the contract asks for."""

    module: str
    old: str
    new: str
    reason: str

    def explains(self, module: str, removed: str, added: str) -> bool:
        """Whether this is the change from `removed` to `added`."""
        return self.module in ("", module) and added in self._changed(removed)

    def _changed(self, text: str) -> Iterator[str]:
        """`text` with one occurrence of `old` replaced, for each of them; no spaces count."""
        parts = _bare(text).split(_bare(self.old))
        for place in range(1, len(parts)):
            left, right = (_bare(self.old).join(p) for p in (parts[:place], parts[place:]))
            yield left + _bare(self.new) + right


def explained(module: str, removed: str, added: str) -> bool:
    """Whether the change from `removed` to `added` is one of those below."""
    if any(module == home and _bare(removed) == _bare(line) for home, line in UNUSED + GIVEN):
        return True
    return any(each.explains(module, removed, _bare(added)) for each in EQUIVALENT)


def _bare(text: str) -> str:
    return "".join(text.split())


LAST_OF_TWO = "arrays have two axes there: the last is axis 1"
ONE_ENTRY = "the list has one entry: the first is the last"
CLIP_ABOVE = "differs by epsilon, 1e-12, where a probability is 1; clipping below is what matters"
BATCH_TARGET = "the contract asks for the gradient of a scalar loss, where None and 1 start alike"
ANY_NEGATIVE = "NumPy takes any negative size for the one that is left open"
GUARD = "guards against callers who break the contract: gradients come shaped as their parameters"
EPSILON = "epsilon may stand inside or outside the root: it only has to keep 0 / 0 away"
DTYPE = "another dtype for integers, or for floats that come as float64 anyway"
SHOWN = "only what a person is shown"
ONE_TEXT = "at home equal names in code are one object; a grading, where they are not, notices"
NO_UPSTREAM = "nothing is asked of a layer without an upstream gradient"
ONE_LIST = "layers come one by one or as one list; for what else may come, nobody asks"

EQUIVALENT = (
    Equivalent("model", "len(layers) == 1", "len(layers) <= 1", ONE_LIST),
    Equivalent("model", "len(layers) == 1", "len(layers) >= 1", ONE_LIST),
    Equivalent("model", "== 1 and isinstance(layers", "== 1 or isinstance(layers", ONE_LIST),
    Equivalent("model", "layers[0]", "layers[-1]", ONE_LIST),
    Equivalent("", "axis=-1", "axis=+1", LAST_OF_TWO),
    Equivalent("", "axis=-1", "axis=1", LAST_OF_TWO),
    Equivalent("", "shape[-1]", "shape[+1]", LAST_OF_TWO),
    Equivalent("", "shape[-1]", "shape[1]", LAST_OF_TWO),
    Equivalent("", "J[0]", "J[-1]", ONE_ENTRY),
    Equivalent("", "self.inputs[0]", "self.inputs[-1]", ONE_ENTRY),
    Equivalent("", "self.outputs[0]", "self.outputs[-1]", ONE_ENTRY),
    Equivalent("activations", "(x > 0)", "(x >= 0)", "any slope from alpha to 1 is right at 0"),
    Equivalent("activations", "x >= 0", "x > 0", "at 0 both branches are 1"),
    Equivalent("losses", "1 - self.epsilon", "1 + self.epsilon", CLIP_ABOVE),
    Equivalent("losses", "1 - self.epsilon", "1 / self.epsilon", CLIP_ABOVE),
    Equivalent("losses", "1 - self.epsilon", "1 // self.epsilon", CLIP_ABOVE),
    Equivalent("losses", "1 - self.epsilon", "1 ** self.epsilon", CLIP_ABOVE),
    Equivalent("losses", "1 - self.epsilon", "2 - self.epsilon", CLIP_ABOVE),
    Equivalent("layers", "normal(0.0, 1.0,", "normal(0.0, 2.0,", "any fixed deviation is right"),
    Equivalent("layers", "_normal(1.0,", "_normal(2.0,", "any fixed deviation is right"),
    Equivalent("layers", "{self.w.shape[0]}", "{self.w.shape[-1]}", SHOWN),
    Equivalent("layers", "{self.w.shape[0]}", "{self.w.shape[1]}", SHOWN),
    Equivalent("layers", "{self.w.shape[1]}", "{self.w.shape[0]}", SHOWN),
    Equivalent("layers", "{self.w.shape[1]}", "{self.w.shape[2]}", SHOWN),
    Equivalent("gradient_tape", "outputs[0]", "outputs[-1]", ONE_ENTRY),
    Equivalent("gradient_tape", "if np.ndim(target)", "if not np.ndim(target)", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) != 2", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) == 2", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) <= 2", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) >= 2", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) > 2", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) < 1", BATCH_TARGET),
    Equivalent("gradient_tape", "(target) < 2", "(target) < 3", BATCH_TARGET),
    Equivalent(
        "gradient_tape",
        "in needed and id",
        "in needed or id",
        "on the way from the target what is needed has its gradient; what is not costs time alone",
    ),
    Equivalent("core", "@abstractmethod", "", "every class that is asked for overrides it"),
    Equivalent("core", "@property", "", "over an abstract method, which is overridden"),
    *(
        Equivalent("core", 'kind == "f"', f'kind {operator} "f"', DTYPE)
        for operator in ("!=", "<", "<=", ">", ">=", "is", "is not")
    ),
    Equivalent("core", "if array.dtype", "if not array.dtype", DTYPE),
    Equivalent("model", "@abstractmethod", "", "SequentialModel overrides it"),
    Equivalent("model", "training=True", "training=False", "in the abstract method, never called"),
    Equivalent("model", "seed=0", "seed=1", "any order of the samples is right"),
    Equivalent("onehot", "reshape(-1)", "reshape(-2)", ANY_NEGATIVE),
    Equivalent("onehot", "reshape(-1)", "reshape(~1)", ANY_NEGATIVE),
    *(
        Equivalent("optimizers", "grad.shape ==", f"grad.shape {operator}", GUARD)
        for operator in ("!=", "<", "<=", ">", ">=", "is", "is not")
    ),
    *(
        Equivalent("optimizers", "squeeze().shape !=", f"squeeze().shape {operator}", GUARD)
        for operator in ("==", "<", "<=", ">", ">=", "is", "is not")
    ),
    *(
        Equivalent("optimizers", "len(params) !=", f"len(params) {operator}", GUARD)
        for operator in ("<", ">", "is not")
    ),
    *(
        Equivalent(
            "optimizers", "* math.sqrt(v_weight)", f"{operator} math.sqrt(v_weight)", EPSILON
        )
        for operator in ("/", "%", "**")
    ),
    Equivalent("optimizers", "@abstractmethod", "", "every optimizer overrides step"),
    Equivalent("layers", '== "normal"', 'is "normal"', ONE_TEXT),
    Equivalent("layers", "J is None or", "J is None and", NO_UPSTREAM),
    Equivalent("optimizers", "if grad.shape", "if not grad.shape", GUARD),
    Equivalent("optimizers", "if grad.squeeze()", "if not grad.squeeze()", GUARD),
    Equivalent("optimizers", "strict=True", "strict=False", GUARD),
    *(
        Equivalent("optimizers", "self.epsilon * corr", f"self.epsilon {operator} corr", EPSILON)
        for operator in ("/", "//", "%", "**")
    ),
    Equivalent("optimizers", "1 - self.beta", "1 % self.beta", "the same for any beta over 1/2"),
)

UNUSED = (
    ("core", "(upstream[:, np.newaxis] * local if np.ndim(local) == 3 else upstream * local).sum("),
    ("core", "axis=0"),
    (
        "core",
        'np.einsum("nr,nmr->nm", upstream, local) if np.ndim(local) == 3 else upstream * local',
    ),
    ("core", "if J is None or J[0] is None:"),
)
"""Lines of Diffable's general composing methods, as (module, line).

Dense, Softmax and the layers that the checks bring have their own; no check asks for the rest.
"""

GIVEN = (
    ("core", "@staticmethod"),
    ("core", "# END SOLUTION @abstractmethod"),
    (
        "core",
        "debug_print = False  # Tensor.debug_print = True prints every call, and every way back",
    ),
    ("core", "if Tensor.debug_print:"),
    (
        "core",
        "print(f\"{self.name}.backward: {'start' if grad is None else np.shape(grad[0])}\")",
    ),
    ("core", 'output.name = f"{self.name or type(self).__name__}:out"'),
    ("core", "if any(output is x for x in self.inputs):"),
    ("core", "if grad is None and self.size != 1:"),
    ("core", "if grad is None and self.made_by is None:"),
    ("core", "if self.made_by.outputs[0] is not self:"),
    ("core", "parameter.grad = gradient if known is None else known + gradient"),
    ("core", "for parameter, gradient in zip(self.parameters, of_parameters, strict=True):"),
)
"""Lines of the backward edition's given code that nobody is asked to have: what it shows, what it
refuses, how it is called by its class. The last two are a student's: between two ways back every
grad is None, so adding is as right as writing over; and lists of equal length need no `strict`.
"""
