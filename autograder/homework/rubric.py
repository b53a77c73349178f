"""What is worth what: the items of the roadmap, their points, order and visibility.

An item is one thing that a student builds. Its points are split over two aspects, `shape` and
`value`: an aspect is earned when every case of every check of the item has it right. A result of
the wrong shape has no value to compare, so it earns neither; a right shape with wrong entries
earns the shape.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.sandbox.inside.loading import HOMES

PUBLIC_SEED = 2470
"""Seeds every public case: the numbers that a student sees at home are the graded ones."""

# BEGIN STAFF
LEADERBOARD = False
"""Whether a grading also trains the student's own model and reports its accuracy."""

SALT_FILE = Path(__file__).parents[1] / "salt.txt"
"""The assignment's secret: whatever this file holds decides which hidden cases are drawn."""

# END STAFF
TEST_SECONDS = 10.0
"""Wall-clock seconds that one check may take."""

SHORT_SECONDS = 2.0
"""The same, once an item that this one builds on has run out of time."""

IMPORT_SECONDS = 20.0
"""Wall-clock seconds that importing the submission may take."""

RUN_SECONDS = 300.0
"""Wall-clock seconds for one submission; what is not run by then is reported as not run."""


_FILES = {
    **{name: f"beras/{home}.py" for home, names in HOMES.items() for name in names},
    "Package": "beras/__init__.py",
    "Activations": "beras/activations.py",
    "Your": "beras/",
    "assignment": "assignment.py",
    "Loss falls on real digits": "beras/",
}
"""Where an item is written, by its name or by the first word of it."""


@dataclass(frozen=True)
class Item:
    """One row of the report.

    `needs` names the items that this one builds on: when it fails and one of them has failed too,
    it is reported as blocked and not as a second mistake. `gradient` marks the gradient methods
    and the tape, which carry most of the points. `number` is the item's place in the roadmap.
    """

    name: str
    shape: int
    value: int
    needs: tuple[str, ...] = ()
    gradient: bool = False
    seconds: float = TEST_SECONDS
    visibility: str = "visible"
    number: str = field(default="", compare=False)

    @property
    def points(self) -> int:
        """Points for the whole item."""
        return self.shape + self.value

    @property
    def file(self) -> str:
        """Where the student writes it, from the folder that holds `beras/`."""
        first_word = re.split(r"\W", self.name, maxsplit=1)[0]
        return _FILES.get(self.name) or _FILES[first_word]


def _item(
    name: str,
    shape: int,
    value: int,
    needs: tuple[str, ...] = (),
    seconds: float = TEST_SECONDS,
) -> Item:
    return Item(name, shape, value, needs, seconds=seconds)


def _gradient(name: str, shape: int, value: int, needs: tuple[str, ...] = ()) -> Item:
    return Item(name, shape, value, needs, gradient=True)


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


def _numbered() -> Iterator[Item]:
    for stage, (_, items) in enumerate(_STAGES, start=1):
        for place, item in enumerate(items, start=1):
            yield Item(**{**vars(item), "number": f"{stage}.{place}"})


ITEMS: tuple[Item, ...] = tuple(_numbered())
"""Every item, in roadmap order; their points total 100."""

BY_NAME: dict[str, Item] = {item.name: item for item in ITEMS}

POSITION: dict[str, int] = {item.name: place for place, item in enumerate(ITEMS)}

STAGES: dict[str, str] = {str(number): title for number, (title, _) in enumerate(_STAGES, start=1)}
"""Stage number to title, as in "2" to "Dense"."""


def mistakes() -> list[str]:
    """What is wrong with the table above; nothing may be graded by it then."""
    total = sum(item.points for item in ITEMS)
    found = [] if total == 100 else [f"points total {total}; they must total 100"]
    if len(BY_NAME) != len(ITEMS):
        found.append("two items have the same name")
    for item in ITEMS:
        for name in item.needs:
            if POSITION.get(name, len(ITEMS)) >= POSITION[item.name]:
                found.append(f'"{item.name}" needs "{name}", which is no earlier item')
    return found


# BEGIN STAFF
def secret() -> bytes:
    """The assignment's salt; empty where there is none."""
    return SALT_FILE.read_bytes().strip() if SALT_FILE.exists() else b""


def hidden_seed(submission: str, salt: str | None = None) -> int:
    """Seed of the hidden cases for one grading, from the assignment's secret salt.

    The same salt and submission give the same seed, so that a regrade judges the same numbers.
    """
    key = secret() if salt is None else salt.encode()
    digest = hashlib.sha256(key + b"\n" + submission.encode()).digest()
    return int.from_bytes(digest[:6], "big")


# END STAFF
