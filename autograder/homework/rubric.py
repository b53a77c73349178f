"""What is worth what in Beras: the items of the roadmap, their points and what they build on."""

from __future__ import annotations

import re

from autograder.definition import Item, Rubric
from autograder.homework.contract import MODULES, PACKAGE

_FILES = {
    **{name: f"{PACKAGE}/{module}.py" for module, names in MODULES.items() for name in names},
    "Package": f"{PACKAGE}/__init__.py",
    "Activations": f"{PACKAGE}/activations.py",
    "Your": f"{PACKAGE}/",
    "assignment": "assignment.py",
    "Loss falls on real digits": f"{PACKAGE}/",
}
"""Where an item is written, by its name or by the first word of it."""


def _file(name: str) -> str:
    return _FILES.get(name) or _FILES[re.split(r"\W", name, maxsplit=1)[0]]


def _item(
    name: str,
    shape: int,
    value: int,
    needs: tuple[str, ...] = (),
    seconds: float = 10.0,
) -> Item:
    return Item(name, shape, value, _file(name), needs, seconds=seconds)


def _gradient(name: str, shape: int, value: int, needs: tuple[str, ...] = ()) -> Item:
    return Item(name, shape, value, _file(name), needs, gradient=True)


_STAGES: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "Core",
        (
            _item("Package", 0, 0),
            _item("Tensor and Variable", 0, 0),
            _item("Callable and Diffable", 0, 0, needs=("Tensor and Variable",)),
            _item("Weighted.trainable_variables", 0, 2, needs=("Tensor and Variable",)),
            _item(
                "Weighted.trainable",
                0,
                1,
                needs=("Tensor and Variable", "Weighted.trainable_variables"),
            ),
        ),
    ),
    (
        "Dense",
        (
            _item("Dense.forward", 1, 2, needs=("Callable and Diffable",)),
            _item("Dense initializers", 1, 2),
            _gradient("Dense.get_input_gradients", 1, 3, needs=("Dense.forward",)),
            _gradient("Dense.get_weight_gradients", 2, 3, needs=("Dense.forward",)),
            _gradient(
                "Dense.compose_input_gradients",
                1,
                3,
                needs=("Dense.forward", "Dense.get_input_gradients"),
            ),
            _gradient(
                "Dense.compose_weight_gradients",
                1,
                4,
                needs=("Dense.forward", "Dense.get_weight_gradients"),
            ),
        ),
    ),
    (
        "Activations",
        (
            _item("LeakyReLU.forward", 0, 1, needs=("Callable and Diffable",)),
            _gradient("LeakyReLU.get_input_gradients", 1, 1, needs=("LeakyReLU.forward",)),
            _gradient(
                "LeakyReLU.compose_input_gradients",
                1,
                1,
                needs=("LeakyReLU.forward", "LeakyReLU.get_input_gradients"),
            ),
            _item("ReLU.forward", 0, 1, needs=("LeakyReLU.forward",)),
            _gradient(
                "ReLU.get_input_gradients",
                0,
                1,
                needs=("ReLU.forward", "LeakyReLU.get_input_gradients"),
            ),
            _gradient(
                "ReLU.compose_input_gradients",
                0,
                1,
                needs=("ReLU.get_input_gradients", "LeakyReLU.compose_input_gradients"),
            ),
            _item("Sigmoid.forward", 0, 1, needs=("Callable and Diffable",)),
            _gradient("Sigmoid.get_input_gradients", 1, 1, needs=("Sigmoid.forward",)),
            _gradient(
                "Sigmoid.compose_input_gradients",
                1,
                1,
                needs=("Sigmoid.forward", "Sigmoid.get_input_gradients"),
            ),
            _item("Softmax.forward", 0, 2, needs=("Callable and Diffable",)),
            _item("Softmax at extreme inputs", 0, 1, needs=("Softmax.forward",)),
            _gradient("Softmax.get_input_gradients", 1, 3, needs=("Softmax.forward",)),
            _gradient(
                "Softmax.compose_input_gradients",
                1,
                3,
                needs=("Softmax.forward", "Softmax.get_input_gradients"),
            ),
            _gradient(
                "Activations have no weight gradients",
                0,
                1,
                needs=("LeakyReLU.forward", "ReLU.forward", "Sigmoid.forward", "Softmax.forward"),
            ),
        ),
    ),
    (
        "Losses",
        (
            _item("MeanSquaredError.forward", 0, 1, needs=("Callable and Diffable",)),
            _gradient(
                "MeanSquaredError.get_input_gradients", 1, 2, needs=("MeanSquaredError.forward",)
            ),
            _gradient(
                "MeanSquaredError.compose_input_gradients",
                0,
                1,
                needs=("MeanSquaredError.get_input_gradients",),
            ),
            _item("CategoricalCrossEntropy.forward", 0, 1, needs=("Callable and Diffable",)),
            _item(
                "CategoricalCrossEntropy at probability 0",
                0,
                1,
                needs=("CategoricalCrossEntropy.forward",),
            ),
            _gradient(
                "CategoricalCrossEntropy.get_input_gradients",
                1,
                2,
                needs=("CategoricalCrossEntropy.forward",),
            ),
            _gradient(
                "CategoricalCrossEntropy gradient at probability 0",
                0,
                1,
                needs=(
                    "CategoricalCrossEntropy at probability 0",
                    "CategoricalCrossEntropy.get_input_gradients",
                ),
            ),
            _gradient(
                "CategoricalCrossEntropy.compose_input_gradients",
                0,
                1,
                needs=("CategoricalCrossEntropy.get_input_gradients",),
            ),
        ),
    ),
    (
        "Tape",
        (
            _gradient("GradientTape opens and closes", 0, 2),
            _gradient(
                "GradientTape.gradient",
                1,
                4,
                needs=("Callable and Diffable", "GradientTape opens and closes"),
            ),
            _gradient("GradientTape, sources in any order", 0, 2, needs=("GradientTape.gradient",)),
            _gradient("GradientTape, a tensor used twice", 0, 2, needs=("GradientTape.gradient",)),
            _gradient(
                "Your own stack: Dense, Softmax, cross-entropy",
                0,
                2,
                needs=(
                    "GradientTape.gradient",
                    "Dense.forward",
                    "Dense.compose_weight_gradients",
                    "Dense.compose_input_gradients",
                    "Softmax.forward",
                    "Softmax.compose_input_gradients",
                    "CategoricalCrossEntropy.forward",
                    "CategoricalCrossEntropy.get_input_gradients",
                    "CategoricalCrossEntropy.compose_input_gradients",
                ),
            ),
            _gradient(
                "Your own stack: both losses through softmax",
                0,
                1,
                needs=(
                    "GradientTape.gradient",
                    "Dense.forward",
                    "Dense.compose_weight_gradients",
                    "Softmax.forward",
                    "Softmax.compose_input_gradients",
                    "MeanSquaredError.forward",
                    "MeanSquaredError.get_input_gradients",
                    "MeanSquaredError.compose_input_gradients",
                ),
            ),
            _gradient(
                "Your own stack: two Dense layers are one",
                0,
                2,
                needs=(
                    "GradientTape.gradient",
                    "GradientTape, sources in any order",
                    "Dense.forward",
                    "Dense.compose_weight_gradients",
                    "Dense.compose_input_gradients",
                ),
            ),
        ),
    ),
    (
        "Optimizers",
        (
            _item("BasicOptimizer.apply_gradients", 0, 2),
            _item("RMSProp.apply_gradients", 0, 3),
            _item("Adam.apply_gradients", 0, 4),
        ),
    ),
    (
        "Metric and encoder",
        (
            _item("CategoricalAccuracy", 0, 1),
            _item("OneHotEncoder.forward", 1, 1),
            _item("OneHotEncoder.inverse", 0, 1, needs=("OneHotEncoder.forward",)),
        ),
    ),
    (
        "Model",
        (
            _item("SequentialModel", 0, 1, needs=("Callable and Diffable",)),
            _item(
                "SequentialModel.batch_step",
                0,
                2,
                needs=(
                    "Tensor and Variable",
                    "SequentialModel",
                    "GradientTape.gradient",
                    "GradientTape, sources in any order",
                    "Weighted.trainable_variables",
                    "Weighted.trainable",
                ),
            ),
            _item("SequentialModel.fit", 0, 1, needs=("SequentialModel.batch_step",)),
            _item("SequentialModel.evaluate", 0, 1, needs=("SequentialModel.batch_step",)),
        ),
    ),
    (
        "Assignment",
        (
            _item(
                "assignment.py",
                0,
                1,
                needs=(
                    "SequentialModel",
                    "SequentialModel.batch_step",
                    "BasicOptimizer.apply_gradients",
                    "RMSProp.apply_gradients",
                    "Adam.apply_gradients",
                    "MeanSquaredError.forward",
                    "CategoricalCrossEntropy.forward",
                    "CategoricalAccuracy",
                    "Dense.forward",
                    "Softmax.forward",
                    "ReLU.forward",
                    "LeakyReLU.forward",
                    "Sigmoid.forward",
                    "Dense initializers",
                    "Your own stack: Dense, Softmax, cross-entropy",
                    "Your own stack: both losses through softmax",
                    "Your own stack: two Dense layers are one",
                    "Dense.compose_input_gradients",
                    "Dense.compose_weight_gradients",
                    "LeakyReLU.compose_input_gradients",
                    "ReLU.compose_input_gradients",
                    "Sigmoid.compose_input_gradients",
                    "Softmax.compose_input_gradients",
                    "MeanSquaredError.get_input_gradients",
                    "MeanSquaredError.compose_input_gradients",
                    "CategoricalCrossEntropy.get_input_gradients",
                    "CategoricalCrossEntropy.compose_input_gradients",
                ),
            ),
            _item(
                "Loss falls on real digits",
                0,
                1,
                needs=(
                    "SequentialModel.fit",
                    "BasicOptimizer.apply_gradients",
                    "Dense.forward",
                    "Dense initializers",
                    "Softmax.forward",
                    "CategoricalCrossEntropy.forward",
                    "CategoricalAccuracy",
                    "Your own stack: Dense, Softmax, cross-entropy",
                    "Dense.compose_weight_gradients",
                    "Softmax.compose_input_gradients",
                    "CategoricalCrossEntropy.get_input_gradients",
                    "CategoricalCrossEntropy.compose_input_gradients",
                ),
                seconds=30.0,
            ),
        ),
    ),
)

RUBRIC = Rubric(_STAGES, imports="Package")
"""Every item, in roadmap order; their points total 100."""
