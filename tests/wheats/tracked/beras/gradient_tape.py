import heapq

import numpy as np

from beras.core import Diffable


class _Numbered(dict):
    """Remembers when each output came to be."""

    def __setitem__(self, key, layer):
        super().__setitem__(key, layer)
        layer.__dict__["order"] = len(self)


class GradientTape:
    def __init__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("a tape is running")
        self.previous_layers = _Numbered()

    def __enter__(self):
        Diffable.gradient_tape = self
        return self

    def __exit__(self, *exc):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        """The youngest tensor goes first: all that came from it came later."""
        sums, heap, queued = {}, [], set()

        def push(tensor):
            layer = self.previous_layers.get(id(tensor))
            if layer is not None and id(tensor) not in queued:
                queued.add(id(tensor))
                heapq.heappush(heap, (-layer.order, id(tensor)))

        push(target)
        while heap:
            _, key = heapq.heappop(heap)
            layer, J = self.previous_layers[key], [sums[key]] if key in sums else None
            weight_gradients = layer.compose_weight_gradients(J)
            input_gradients = layer.compose_input_gradients(J)
            for x, g in [*zip(layer.weights, weight_gradients), *zip(layer.inputs, input_gradients)]:
                sums[id(x)] = np.asarray(g) + sums.get(id(x), 0)
                push(x)
        return [sums[id(s)] for s in sources]
