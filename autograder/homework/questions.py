"""The questions of the course's conceptual part, and the items of the roadmap that they are about.

The handouts and the key show this table. An edition that names its items otherwise says how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograder.definition import Question

QUESTIONS = (
    Question(
        "Problem 1",
        "from the loss back to one weight, by the chain rule",
        (
            "Softmax.get_input_gradients",
            "Softmax.compose_input_gradients",
            "CategoricalCrossEntropy.get_input_gradients",
            "Your own stack: Dense, Softmax, cross-entropy",
        ),
    ),
    Question(
        "Problem 2",
        "what both losses make of probabilities",
        (
            "MeanSquaredError.forward",
            "MeanSquaredError.get_input_gradients",
            "CategoricalCrossEntropy.forward",
            "CategoricalCrossEntropy at probability 0",
            "CategoricalCrossEntropy gradient at probability 0",
            "Your own stack: both losses through softmax",
        ),
    ),
    Question(
        "Problem 3",
        "a partial derivative for every weight, and a step against them",
        ("BasicOptimizer.apply_gradients", "Loss falls on real digits"),
    ),
    Question(
        "Problem 4",
        "what a linear layer computes, and what two of them do",
        ("Dense.forward", "Your own stack: two Dense layers are one"),
    ),
    Question(
        "Problem 5",
        "a learning rate for each weight",
        ("RMSProp.apply_gradients", "Adam.apply_gradients"),
    ),
    Question(
        "Bonus Problem 1",
        "where the way back starts",
        (
            "MeanSquaredError.compose_input_gradients",
            "CategoricalCrossEntropy.compose_input_gradients",
        ),
    ),
    Question(
        "Bonus Problem 2",
        "the shapes of local gradients",
        ("Dense.get_input_gradients", "Dense.get_weight_gradients"),
    ),
    Question(
        "Bonus Problem 3",
        "local and composed gradients, and what `J` is",
        (
            "LeakyReLU.compose_input_gradients",
            "ReLU.compose_input_gradients",
            "Sigmoid.compose_input_gradients",
        ),
    ),
    Question(
        "Bonus Problem 4",
        "the chain rule from layer to layer",
        (
            "Dense.compose_input_gradients",
            "Dense.compose_weight_gradients",
            "GradientTape.gradient",
        ),
    ),
)


def renamed(questions: Iterable[Question], names: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions with other names in their items: each of `names` becomes what it maps to."""

    def other(item: str) -> str:
        for name, new in names.items():
            item = item.replace(name, new)
        return item

    return tuple(
        Question(question.name, question.about, tuple(map(other, question.items)))
        for question in questions
    )
