import numpy as np

from .core import Diffable


class GradientTape:
    """Plain recursion: every path from the target to a source adds its share."""

    def __init__(self):
        self.previous_layers = {}

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("no nested tapes please")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        self.grads = {}
        self.back(target, None)
        answer = []
        for s in sources:
            answer.append(self.grads.get(id(s), np.zeros(s.shape)))
        return answer

    def back(self, tensor, upstream):
        if upstream is not None:
            self.grads[id(tensor)] = self.grads.get(id(tensor), 0) + upstream
        layer = self.previous_layers.get(id(tensor))
        if layer is None:
            return
        for w, g in zip(layer.weights, layer.compose_weight_gradients([upstream])):
            self.grads[id(w)] = self.grads.get(id(w), 0) + g
        for x, g in zip(layer.inputs, layer.compose_input_gradients([upstream])):
            self.back(x, g)
