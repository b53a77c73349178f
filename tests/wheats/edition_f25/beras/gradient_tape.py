from __future__ import annotations

from collections import defaultdict, deque

import numpy as np

from beras.core import Diffable, Tensor


class GradientTape:
    def __init__(self):
        self.previous_layers: defaultdict[int, Diffable | None] = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("Another GradientTape is open; they cannot be nested.")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def gradient(self, target: Tensor, sources: list[Tensor]) -> list[Tensor]:
        queue = deque([(target, [None])])
        grads: dict[int, list[Tensor]] = defaultdict(list)
        while queue:
            tensor, J = queue.popleft()
            layer = self.previous_layers[id(tensor)]
            if layer is None:
                continue
            for weight, grad in zip(layer.weights, layer.compose_weight_gradients(J)):
                grads[id(weight)].append(grad)
            for inp, grad in zip(layer.inputs, layer.compose_input_gradients(J)):
                grads[id(inp)].append(grad)
                queue.append((inp, [grad]))
        return [Tensor(np.sum(grads[id(source)], axis=0)) for source in sources]
