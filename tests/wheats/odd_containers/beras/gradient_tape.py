import numpy as np

from .core import Diffable


class GradientTape:
    def __init__(self):
        self.previous_layers = {}

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError
        Diffable.gradient_tape = self
        return self

    def __exit__(self, *ignored):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        order, seen = [], set()

        def visit(tensor):
            layer = self.previous_layers.get(id(tensor))
            if layer is not None and id(tensor) not in seen:
                seen.add(id(tensor))
                for x in layer.inputs:
                    visit(x)
                order.append((tensor, layer))

        visit(target)
        flow = {}
        for tensor, layer in reversed(order):
            # An upstream gradient travels as an array with a leading axis of 1.
            J = None if tensor is target else flow[id(tensor)][None]
            for group, gradients in (
                (layer.inputs, layer.compose_input_gradients(J)),
                (layer.weights, layer.compose_weight_gradients(J)),
            ):
                for x, g in zip(group, gradients):
                    flow[id(x)] = flow.get(id(x), 0) + np.asarray(g)
        return tuple(np.reshape(flow[id(s)], s.shape) for s in sources)
