from collections import defaultdict
from typing import List

import numpy as np

from beras.core import Diffable, Tensor


class GradientTape:
    def __init__(self):
        self.previous_layers = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("Cannot nest gradient tape scopes.")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def gradient(self, target: Tensor, sources: List[Tensor]) -> List[Tensor]:
        # A queue without counts: whatever arrives at a tensor is sent on by itself. The chain
        # rule is linear, so the shares add up at the sources.
        grads = defaultdict(list)
        queue = [(target, None)]
        while queue:
            tensor, upstream = queue.pop(0)
            layer = self.previous_layers[id(tensor)]
            if layer is None:
                continue
            J = [upstream]
            for weight, grad in zip(layer.weights, layer.compose_weight_gradients(J)):
                grads[id(weight)].append(grad)
            for inp, grad in zip(layer.inputs, layer.compose_input_gradients(J)):
                grads[id(inp)].append(grad)
                queue.append((inp, grad))
        return [Tensor(sum(grads[id(source)])) for source in sources]
