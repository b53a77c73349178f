"""Published editions of Beras that have other names for some things, and how to recognise them.

The contract is right for the others as it stands. To add one, say by which names it is recognised,
where it has the names of the contract, and what a student should know of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.definition import Edition

MAX_READ = 1 << 20
"""Characters of a file that are looked at."""

ENOUGH = 2
"""Marks by which an edition is known: one alone may be anybody's idea."""


@dataclass(frozen=True)
class BerasEdition(Edition):
    """`marks` are files, each with a class or a function that no other edition defines there.

    `thaws` tells whether given code makes frozen weights trainable again by `trainable = True`.
    `components` is the function of assignment.py that makes a compiled model, where no `get_model`
    is given.
    """

    marks: tuple[tuple[str, str], ...] = ()
    thaws: bool = True
    components: str = ""

    def assignment(self, module: Any) -> Any:
        """assignment.py with the four functions of the contract."""
        return Components(getattr(module, self.components)) if self.components else module


class Components:
    """The functions of the contract, out of one that makes a compiled model."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def get_model(self) -> Any:
        return self._make().model

    def get_optimizer(self) -> Any:
        return self.get_model().optimizer

    def get_loss_fn(self) -> Any:
        return self.get_model().compiled_loss

    def get_acc_fn(self) -> Any:
        return self.get_model().compiled_acc


CONTRACT = BerasEdition()

SPRING_2024 = BerasEdition(
    note="This looks like the Beras of spring 2024: its `CategoricalCrossentropy`, its "
    "`SequentialModel` in `assignment.py` and the model of its `get_advanced_model_components()` "
    "are graded in place of `CategoricalCrossEntropy`, `SequentialModel` in `beras/model.py` and "
    "what `get_model()` and its like give.",
    elsewhere={
        "CategoricalCrossEntropy": ("beras.losses", "CategoricalCrossentropy"),
        "SequentialModel": ("assignment", "SequentialModel"),
    },
    marks=(
        ("beras/core.py", "call"),
        ("beras/losses.py", "CategoricalCrossentropy"),
        ("assignment.py", "SequentialModel"),
    ),
    thaws=False,
    components="get_advanced_model_components",
)

EDITIONS = (SPRING_2024,)


def recognise(root: Path) -> BerasEdition:
    """The first edition with enough of its marks; the contract's own if there is none."""
    for edition in EDITIONS:
        if sum(name in defined_in(root / file) for file, name in edition.marks) >= ENOUGH:
            return edition
    return CONTRACT


def defined_in(path: Path) -> set[str]:
    """Names of the classes and functions in a file, which need not be valid Python."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(MAX_READ)
    except OSError:
        return set()
    return set(re.findall(r"^[ \t]*(?:class|def)[ \t]+(\w+)", text, re.MULTILINE))
