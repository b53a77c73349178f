"""What the backward edition offers: its modules with their public names, and what is called."""

from __future__ import annotations

from autograder.homework import contract

PACKAGE, SCRIPTS, OPTIONAL = contract.PACKAGE, contract.SCRIPTS, contract.OPTIONAL

MODULES: dict[str, tuple[str, ...]] = {
    "core": ("Tensor", "Callable", "Diffable"),
    "layers": ("Linear",),
    "activations": contract.MODULES["activations"],
    "losses": contract.MODULES["losses"],
    "metrics": contract.MODULES["metrics"],
    "optimizers": contract.MODULES["optimizers"],
    "model": ("Model", "Sequential"),
    "onehot": contract.MODULES["onehot"],
}
"""Public names by the module of `beras` that defines them."""

WORDS = {
    "layer": "Linear",
    "weights": "parameters",
    "flag": "requires_grad",
    "model": "Sequential",
    "step": "step",
    "way_back": "On your way back",
    "walk": "backward",
    "gradients": "[p.grad for p in %s]",
}
"""What it calls by other words than the tape edition, by what the checks call it."""

NOT_CALLED = "Tensor Variable Dense GradientTape SequentialModel gradient apply_gradients Holder"
"""Names of the tape edition that it has not, and `Tensor`, whose own attributes are asked for."""

CALLED = contract.CALLED - frozenset(NOT_CALLED.split()) | frozenset(
    "Linear Sequential no_grad backward zero_grad step".split()
)
"""Names that a check calls and does nothing else with."""

# BEGIN STAFF
HAS = "`Linear`, `Sequential`, `parameters`, `loss.backward()` and `step()`"
MARKS = (
    ("beras/layers.py", "Linear"),
    ("beras/model.py", "Sequential"),
    ("beras/core.py", "no_grad"),
    ("beras/optimizers.py", "zero_grad"),
    ("beras/optimizers.py", "step"),
)
"""What tells this edition from others."""
# END STAFF
