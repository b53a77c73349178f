"""Published editions of Beras as handed out: the wheat on each without what its students wrote.

What a stub does differs: it returns the class NotImplementedError, raises it, returns `...` or
nothing, or holds the placeholder `???`, which is no Python.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

from tests.submissions import ROOT

WHEATS = ROOT / "tests" / "wheats"
RETURNS, RAISES, ELLIPSIS = "return NotImplementedError", "raise NotImplementedError", "return ..."
NOTHING, PLACEHOLDER, PASS = "return None", "result = ???", "..."
OPTIMIZERS = ("BasicOptimizer", "RMSProp", "Adam")
GRADIENTS = ("get_input_gradients", "get_weight_gradients")

SHARED = {
    **dict.fromkeys(
        [
            *("core.Weighted.trainable_variables", "core.Weighted.non_trainable_variables"),
            *("core.Weighted.trainable", "layers.Dense.forward"),
            *(f"layers.Dense.{name}" for name in GRADIENTS),
            "activations.LeakyReLU.forward",
            *(f"losses.MeanSquaredError.{name}" for name in ("forward", GRADIENTS[0])),
            *(f"losses.CategoricalCrossEntropy.{name}" for name in ("forward", GRADIENTS[0])),
            "metrics.CategoricalAccuracy.forward",
            *(f"onehot.OneHotEncoder.{name}" for name in ("fit", "forward", "inverse")),
            *(f"optimizers.{name}.apply_gradients" for name in OPTIMIZERS),
            *(f"model.Model.{name}" for name in ("weights", "fit", "evaluate")),
            "model.SequentialModel.forward",
        ],
        RETURNS,
    ),
    **dict.fromkeys(
        [
            "activations.LeakyReLU.get_input_gradients",
            *(f"activations.Sigmoid.{name}" for name in ("forward", GRADIENTS[0])),
            *(f"activations.Softmax.{name}" for name in ("forward", GRADIENTS[0])),
        ],
        RAISES,
    ),
    "layers.Dense._initialize_weight": "return None, None",
    "gradient_tape.GradientTape.gradient": NOTHING,
    "assignment.get_model": "return SequentialModel([])",
    **dict.fromkeys([f"assignment.get_{name}" for name in ("optimizer", "loss_fn", "acc_fn")],
                    ELLIPSIS),
    "preprocess.load_and_preprocess_data": NOTHING,
}  # fmt: skip
"""What a stub does, by module, class and method."""

PLACEHOLDERS = {"core.Tensor.__new__": PLACEHOLDER, "model.SequentialModel.batch_step": PLACEHOLDER}

NANS = """
with GradientTape() as tape:
    loss, acc = np.nan, np.nan
return {"loss": loss, "acc": acc} if training else ({"loss": loss, "acc": acc}, predictions)
"""
"""The training step of fall 2025 as handed out; `predictions` is not defined."""

SPRING_2024 = {
    name.replace("CrossEntropy", "Crossentropy")
    .replace(".forward", ".call")
    .replace("model.Sequential", "assignment.Sequential"): PASS
    for name in SHARED
    if not name.startswith(("core.", "model.Model.weights", "model.Model.fit", "assignment."))
}
SPRING_2024["assignment.SequentialModel.batch_step"] = PASS

SPRING_2026 = {
    name.replace("Dense", "Linear")
    .replace("SequentialModel", "Sequential")
    .replace("apply_gradients", "step")
    .replace("Model.weights", "Model.parameters"): stub
    for name, stub in SHARED.items()
    if not name.startswith(("core.", "gradient_tape."))
} | {
    "core.Diffable.backward": RAISES,
    "layers.Linear._initialize_weight": RAISES,
    "assignment.get_model": "return Sequential([])",
    "core.Tensor.__new__": PLACEHOLDER,
    "model.Sequential.batch_step": PLACEHOLDER,
}
"""That of the backward edition, which has no tape."""

DROPOUT = "from beras.layers import Dense, Dropout\n"
"""The import in the assignment.py of fall 2024, of a layer that is not there."""

EDITIONS = {
    "s24": ("edition_s24", SPRING_2024),
    "f24": ("edition_f24", SHARED | PLACEHOLDERS),
    "s25": ("edition_s25b", SHARED | PLACEHOLDERS),
    "f25": ("edition_f25", SHARED | {
        "core.Tensor.__new__": PLACEHOLDER, "model.SequentialModel.batch_step": NANS}),
    "s26": ("../backward/wheats/edition_s26", SPRING_2026),
}  # fmt: skip
"""The wheat that stands on each edition, and what of it students write."""


def write(edition: str, target: Path, written: tuple[str, ...] = ()) -> Path:
    """The edition as handed out, in the new folder `target`, but for what is `written`."""
    wheat, stubs = EDITIONS[edition]
    shutil.copytree(WHEATS / wheat, target, ignore=shutil.ignore_patterns("__pycache__"))
    target.chmod(0o755)
    left = {name: stub for name, stub in stubs.items() if name not in written}
    for path in [*(target / "beras").glob("*.py"), *target.glob("*.py")]:
        path.write_text(_untouched(path, left), encoding="utf-8")
    if edition == "f24":
        (target / "assignment.py").write_text(DROPOUT, encoding="utf-8")
    return target


def _untouched(path: Path, stubs: dict[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for name, method in reversed([*_methods(path.stem, ast.parse(text))]):
        if name in stubs:
            is_setter = name == "core.Weighted.trainable" and len(method.args.args) > 1
            stub = NOTHING if is_setter else stubs[name].strip()
            body = [node for node in method.body if not isinstance(node, ast.Assert)]
            indent = " " * body[0].col_offset
            lines[body[0].lineno - 1 : method.end_lineno] = [
                f"{indent}{line}" for line in stub.splitlines()
            ]
    return "\n".join([*lines, ""])


def _methods(module: str, tree: ast.Module):
    """Each function of a module with its name, in the order of the file."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield f"{module}.{node.name}", node
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{module}.{node.name}.{method.name}", method
