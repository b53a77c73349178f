import numpy as np

from beras.core import Diffable, Tensor


class GradientTape:
    """Keeps what ran in the order in which it ran, and plays it backwards."""

    def __init__(self):
        self.previous_layers = {}
        self.tape = []

    def __bool__(self):
        return True

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("Cannot nest gradient tape scopes.")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def record(self, layer):
        self.previous_layers[id(layer.outputs[0])] = layer
        self.tape.append((layer, layer.inputs, layer.outputs[0]))

    def gradient(self, target, sources):
        grads = {id(target): None}
        for layer, inputs, output in self.tape[::-1]:
            if id(output) not in grads:
                continue
            upstream = grads[id(output)]
            for tensor, grad in zip(inputs, layer.compose_input_gradients([upstream])):
                self.add(grads, tensor, grad)
            for tensor, grad in zip(layer.weights, layer.compose_weight_gradients([upstream])):
                self.add(grads, tensor, grad)
        return [Tensor(grads.get(id(s), np.zeros_like(s))) for s in sources]

    @staticmethod
    def add(grads, tensor, grad):
        grads[id(tensor)] = grads[id(tensor)] + grad if id(tensor) in grads else grad
