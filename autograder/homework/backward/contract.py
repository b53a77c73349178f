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

CALLED = contract.CALLED - frozenset(
    "Variable Dense GradientTape SequentialModel gradient apply_gradients".split()
) | frozenset("Linear Sequential no_grad backward zero_grad step".split())
"""Names that a check calls and does nothing else with."""
