from collections import defaultdict, deque

import numpy as np

from beras.core import Diffable, Tensor


class GradientTape:
    def __init__(self):
        # the id of each output leads to the layer that it came from
        self.previous_layers = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("GradientTape is already open")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        waiting = deque([target])
        grads = defaultdict(lambda: None)
        pending = self._uses(target)
        while waiting:
            current = waiting.popleft()
            layer = self.previous_layers[id(current)]
            if layer is None:
                continue
            J = None if current is target else [grads[id(current)]]
            for weight, g in zip(layer.weights, layer.compose_weight_gradients(J)):
                self._add(grads, weight, g)
            for inp, g in zip(layer.inputs, layer.compose_input_gradients(J)):
                self._add(grads, inp, g)
                pending[id(inp)] -= 1
                if pending[id(inp)] == 0:  # all that comes from it has reported
                    waiting.append(inp)
        return [np.zeros_like(s) if grads[id(s)] is None else grads[id(s)] for s in sources]

    def _uses(self, target):
        """How many layers on the way to the target each tensor goes into."""
        uses, stack, seen = defaultdict(int), [target], set()
        while stack:
            layer = self.previous_layers[id(stack.pop())]
            if layer is None or id(layer) in seen:
                continue
            seen.add(id(layer))
            for inp in layer.inputs:
                uses[id(inp)] += 1
                stack.append(inp)
        return uses

    @staticmethod
    def _add(grads, tensor, g):
        old = grads[id(tensor)]
        grads[id(tensor)] = Tensor(g) if old is None else Tensor(old + g)
