from collections import defaultdict

import numpy as np

from beras.core import Diffable


class GradientTape:
    def __init__(self):
        self.previous_layers = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("A gradient tape is already open")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        grads = {}
        for tensor in self._target_first(target):
            layer = self.previous_layers[id(tensor)]
            upstream = grads.get(id(tensor))
            for w, g in zip(layer.weights, layer.compose_weight_gradients([upstream])):
                grads[id(w)] = grads.get(id(w), 0) + g
            for x, g in zip(layer.inputs, layer.compose_input_gradients([upstream])):
                grads[id(x)] = grads.get(id(x), 0) + g
        return [grads.get(id(s), np.zeros(s.shape)) for s in sources]

    def _target_first(self, target):
        """Outputs on the way to the target, each before those that it was made of."""
        done, order = set(), []

        def visit(tensor):
            layer = self.previous_layers.get(id(tensor))
            if layer is None or id(tensor) in done:
                return
            done.add(id(tensor))
            for x in layer.inputs:
                visit(x)
            order.append(tensor)

        visit(target)
        return reversed(order)
