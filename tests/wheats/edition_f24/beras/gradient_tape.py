from collections import defaultdict

import numpy as np

from beras.core import Diffable


class GradientTape:
    def __init__(self):
        self.previous_layers = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("gradient tapes cannot be nested")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, *_):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        self.totals = {id(source): np.zeros(np.shape(source)) for source in sources}
        self._follow(target, None)
        return [self.totals[id(source)] for source in sources]

    def _follow(self, tensor, upstream):
        """Carry one path's gradient down to where it ends."""
        if upstream is not None and id(tensor) in self.totals:
            self.totals[id(tensor)] = self.totals[id(tensor)] + upstream
        layer = self.previous_layers[id(tensor)]
        if layer is None:
            return
        for w, dw in zip(layer.weights, layer.compose_weight_gradients([upstream])):
            if id(w) in self.totals:
                self.totals[id(w)] = self.totals[id(w)] + dw
        for x, dx in zip(layer.inputs, layer.compose_input_gradients([upstream])):
            self._follow(x, dx)
