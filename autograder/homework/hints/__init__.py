"""The hints of both editions, by item: one file for each stage of the tape edition's roadmap."""

from __future__ import annotations

from pathlib import Path

from autograder import hint_text
from autograder.hint_text import Hint

HERE = Path(__file__).parent

OPENS = ""
"""The day from which there are hints; always, where it is empty. A course sets it."""

IN_BACKWARD = {
    "Dense": "Linear",
    "apply_gradients": "step",
    "SequentialModel": "Sequential",
    '"What each piece promises", at "The rest"': '"Model, metric, encoder"',
    '"What each piece promises"': '"Four gradient methods of each layer"',
    "the tape looks for h by its identity, not": "the way back finds h by the very object, not",
}
"""What the backward edition calls otherwise, in this order; among that, sections of its README."""


def of_tape() -> dict[str, Hint]:
    """Those of the tape edition."""
    return hint_text.read(*sorted(HERE.glob("[0-9].md")))


def of_backward() -> dict[str, Hint]:
    """Those of the backward edition, which has a way back of its own."""
    shared = hint_text.renamed(of_tape(), IN_BACKWARD)
    return shared | hint_text.read(HERE / "backward.md")
