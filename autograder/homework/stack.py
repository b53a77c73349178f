"""A small stack of the student's own layers, followed forward and back, as a picture.

Each layer is asked alone: with the true upstream gradient, by differences of its own forward, so
that one mistake turns one place red and not all before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograder.svg import Step, Text, drawing
from autograder.truth import differences

BATCH, WIDTHS = 5, (4, 3, 2)
"""Samples, and features of the input, of the hidden layer and of the output."""

TOLERANCE = 1e-5


def picture(beras: Any) -> tuple[str, list[str]]:
    """The SVG of the stack, and the sentences that stand in red in it."""
    stack = _Stack(beras)
    title = f"x {(BATCH, WIDTHS[0])} through a small stack: forward above, gradients back below"
    svg = drawing(title, stack.steps, stack.notes)
    wrong = [
        f"{step.title}: {text.text.replace(chr(10), ' ')}"
        for step in stack.steps
        for text in (*step.lines, step.back)
        if text.wrong
    ]
    return svg, wrong + [note.text for note in stack.notes if note.wrong]


class _Stack:
    """The layers, what goes through them, and what is to be said of it."""

    def __init__(self, beras: Any) -> None:
        self.steps: list[Step] = []
        self.notes: list[Text] = []
        self._random = np.random.default_rng(1)
        self._calls: list[tuple[Any, list[Any]]] = []
        tape = beras.GradientTape() if beras.has("GradientTape") else None
        recording: Any = tape if tape is not None else nullcontext()
        target = None
        try:
            with recording:
                target = self._forward(beras)
        except Exception as failure:
            self._say(f"forward ends here: {_named(failure)}")
        if tape is not None:
            self._look_for_links(tape)
        self._backward(None if target is not None else self._ones_of_the_last())
        if target is not None:
            self._ask(tape, target)

    def _say(self, text: str) -> None:
        self.notes.append(Text(text, wrong=True))

    def _forward(self, beras: Any) -> Any:
        x = self._random.uniform(0.2, 1.0, (BATCH, WIDTHS[0]))
        labels = np.eye(WIDTHS[-1])[self._random.integers(WIDTHS[-1], size=BATCH)]
        for make in self._makers(beras):
            layer = make()
            self.steps.append(Step(type(layer).__name__, forward=_shape(x)))
            inputs = [x, labels] if make is beras.CategoricalCrossEntropy else [x]
            x = layer(*inputs)
            self._calls.append((layer, inputs))
        self.notes.append(Text(f"loss: {float(np.asarray(x)):.4f}"))
        return x

    def _makers(self, beras: Any) -> Iterator[Callable[[], Any]]:
        dense = beras.Dense if beras.has("Dense") else beras.Linear
        first, hidden, last = WIDTHS
        yield lambda: self._drawn(dense(first, hidden))
        yield beras.ReLU
        yield lambda: self._drawn(dense(hidden, last))
        yield beras.Softmax
        yield beras.CategoricalCrossEntropy

    def _drawn(self, dense: Any) -> Any:
        """The layer with weights that are the same at each call of this."""
        dense.w[...] = self._random.uniform(-1, 1, np.shape(dense.w))
        return dense

    def _look_for_links(self, tape: Any) -> None:
        """Say where the tape loses its way: it knows no layer of a tensor, or a copy came in."""
        for place, (layer, inputs) in enumerate(self._calls):
            name = f"{place + 1}. {self.steps[place].title}"
            if not any(mine is inputs[0] for mine in layer.inputs):
                self._say(
                    f"{name}: self.inputs holds another object than what came in, so the "
                    "gradient is lost here"
                )
            known = tape.previous_layers.get(id(layer.outputs[0]))
            if known is not layer:
                self._say(
                    f"{name}: the tape does not know it by its output, so the gradient is lost here"
                )

    def _backward(self, upstream: Any) -> None:
        """Ask each layer for its gradients, the last one first.

        The loss starts from nothing; where forward ends before it, the last layer from ones.
        """
        for step, (layer, inputs) in reversed([*zip(self.steps, self._calls, strict=False)]):
            step.lines.append(_told("local", layer.get_input_gradients, None))
            true = self._true(layer, inputs, upstream)
            step.back = self._composed(layer, upstream, true)
            step.lines += self._weights(layer, inputs, upstream)
            upstream = true
            if true is None:
                return

    def _ones_of_the_last(self) -> Any:
        return np.ones(np.shape(self._calls[-1][0].outputs[0])) if self._calls else None

    def _true(self, layer: Any, inputs: list[Any], upstream: Any) -> Any:
        """The gradient for the first input by differences; None where forward cannot tell."""
        x, *others = (np.array(value, dtype=float) for value in inputs)
        weights = 1.0 if upstream is None else upstream

        def output(moved: Any) -> Any:
            return np.asarray(layer.forward(moved, *others), dtype=float)

        try:
            return differences.gradient(output, x, weights, stacked=False).value
        except Exception:
            return None

    def _composed(self, layer: Any, upstream: Any, true: Any) -> Text:
        J = None if upstream is None else [upstream]
        return _told("gradient", lambda: layer.compose_input_gradients(J), true, "\n")

    def _weights(self, layer: Any, inputs: list[Any], upstream: Any) -> Iterator[Text]:
        for place, weight in enumerate(_weights(layer)):
            true = self._true_of_weight(layer, inputs, upstream, weight)
            ask = lambda place=place: layer.compose_weight_gradients([upstream])[place:]  # noqa: E731
            yield _told(f"d weight {place}", ask, true)

    def _true_of_weight(self, layer: Any, inputs: list[Any], upstream: Any, weight: Any) -> Any:
        before = np.array(weight, dtype=float)

        def output(moved: Any) -> Any:
            weight[...] = moved
            return np.asarray(layer.forward(*inputs), dtype=float)

        try:
            return differences.gradient(output, before, upstream, stacked=False).value
        finally:
            weight[...] = before

    def _ask(self, tape: Any, target: Any) -> None:
        """Look at what comes back to all weights through the tape, or by the loss itself."""
        weights = [weight for layer, _ in self._calls for weight in _weights(layer)]
        way = "loss.backward" if tape is None else "tape.gradient"
        try:
            found = _come_back(tape, target, weights)
        except Exception as failure:
            self._say(f"{way} ends by {_named(failure)}")
            return
        for place, (weight, gradient) in enumerate(zip(weights, found, strict=False)):
            if gradient is None or not np.any(np.asarray(gradient)):
                self._say(f"{way} gives nothing for weight {place}, {_shape(weight)}")
            elif np.shape(gradient) != np.shape(weight):
                wrong = f"{_shape(gradient)} for weight {place}, {_shape(weight)}"
                self._say(f"{way} gives the shape {wrong}")


def _weights(layer: Any) -> list[Any]:
    """A layer's weights, as either edition calls them."""
    return list(layer.weights if hasattr(layer, "weights") else layer.parameters)


def _come_back(tape: Any, target: Any, weights: list[Any]) -> list[Any]:
    if tape is not None:
        return list(tape.gradient(target, weights))
    target.backward()
    return [weight.grad for weight in weights]


def _told(name: str, ask: Callable[[], Any], true: Any, between: str = " ") -> Text:
    """The shape of the first gradient that is returned, and what is wrong with it."""
    try:
        found = np.asarray(ask()[0], dtype=float)
    except Exception as failure:
        return Text(f"{name}:{between}{_named(failure)}", wrong=True)
    text = f"{name}{between}{_shape(found)}"
    if true is None:
        return Text(text)
    if found.shape != true.shape:
        return Text(f"{text}:{between}must be {_shape(true)}", wrong=True)
    if not np.allclose(found, true, atol=TOLERANCE, rtol=TOLERANCE):
        return Text(f"{text}:{between}wrong values", wrong=True)
    return Text(text)


def _named(failure: Exception) -> str:
    text = str(failure).partition("\n")[0]
    return f"{type(failure).__name__}: {text}"[:100]


def _shape(array: Any) -> str:
    return str(tuple(np.shape(array)))
