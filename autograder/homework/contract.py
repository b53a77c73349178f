"""What every Beras offers: its modules with their public names, and what beside them is called."""

from __future__ import annotations

import re
from collections.abc import Mapping

PACKAGE = "beras"

MODULES: dict[str, tuple[str, ...]] = {
    "core": ("Tensor", "Variable", "Callable", "Weighted", "Diffable"),
    "layers": ("Dense",),
    "activations": ("Activation", "LeakyReLU", "ReLU", "Sigmoid", "Softmax"),
    "losses": ("Loss", "MeanSquaredError", "CategoricalCrossEntropy"),
    "metrics": ("CategoricalAccuracy",),
    "optimizers": ("BasicOptimizer", "RMSProp", "Adam"),
    "gradient_tape": ("GradientTape",),
    "model": ("Model", "SequentialModel"),
    "onehot": ("OneHotEncoder",),
}
"""Public names by the module of `beras` that defines them."""

SCRIPTS = ("assignment.py", "preprocess.py", "visualize.py")
OPTIONAL = frozenset({"visualize.py"})
"""What stands beside the package, and what of it may be missing."""

BASES = frozenset("Callable Weighted Diffable Activation Loss Model".split())
"""Classes to derive from, which no check calls."""

CALLED = frozenset({name for names in MODULES.values() for name in names} - BASES) | frozenset(
    "get_input_gradients get_weight_gradients compose_input_gradients compose_weight_gradients "
    "gradient apply_gradients compile batch_step fit evaluate inverse "
    "Affine Square Shift Combine SquaredDistance MeanDistance Holder Descent Agreement "
    "plain names_defined empty_methods unseen".split()
)
"""Names that a check calls and does nothing else with, of the contract and of the given layers."""


def classes(called: frozenset[str]) -> frozenset[str]:
    """The names of those that make an object."""
    return frozenset(name for name in called if name[0].isupper())


WORDS = {
    "layer": "Dense",
    "weights": "weights",
    "flag": "trainable",
    "model": "SequentialModel",
    "step": "apply_gradients",
    "way_back": "Under your tape",
    "walk": "gradient",
    "gradients": "tape.gradient(loss, %s)",
}
"""What another edition calls otherwise, or writes otherwise, by what checks call it."""

# BEGIN STAFF
HAS = "`Dense`, `SequentialModel`, `weights`, `GradientTape` and `apply_gradients`"
MARKS = (
    ("beras/layers.py", "Dense"),
    ("beras/model.py", "SequentialModel"),
    ("beras/gradient_tape.py", "GradientTape"),
    ("beras/optimizers.py", "apply_gradients"),
)
"""What tells this edition from others."""
# END STAFF

_FILES = {"Package": f"{PACKAGE}/__init__.py", "Loss falls on real digits": f"{PACKAGE}/"}
"""Where an item is written, if its name does not begin with the name of a class or module."""


def file_of(item: str, modules: Mapping[str, tuple[str, ...]] = MODULES) -> str:
    """Where a student writes an item of the rubric, by its name."""
    if item in _FILES or item in SCRIPTS:
        return _FILES.get(item, item)
    first_word = re.split(r"\W", item, maxsplit=1)[0]
    for module, names in modules.items():
        if first_word in names or first_word.lower() == module:
            return f"{PACKAGE}/{module}.py"
    return f"{PACKAGE}/"
