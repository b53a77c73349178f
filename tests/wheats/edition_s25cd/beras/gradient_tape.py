from collections import Counter, defaultdict

from beras.core import Diffable, Tensor


class GradientTape:
    def __init__(self):
        self.previous_layers = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("close the other GradientTape first")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        grads = defaultdict(list)
        missing = self._count(target, Counter(), set())
        ready = [target]
        while ready:
            tensor = ready.pop()
            layer = self.previous_layers[id(tensor)]
            if layer is None:
                continue
            J = [sum(grads[id(tensor)])] if grads[id(tensor)] else [None]
            for weight, g in zip(layer.weights, layer.compose_weight_gradients(J)):
                grads[id(weight)].append(g)
            for inp, g in zip(layer.inputs, layer.compose_input_gradients(J)):
                grads[id(inp)].append(g)
                missing[id(inp)] -= 1
                if not missing[id(inp)]:
                    ready.append(inp)
        return [Tensor(sum(grads[id(source)])) for source in sources]

    def _count(self, tensor, counts, seen):
        layer = self.previous_layers[id(tensor)]
        if layer is not None and id(tensor) not in seen:
            seen.add(id(tensor))
            for inp in layer.inputs:
                counts[id(inp)] += 1
                self._count(inp, counts, seen)
        return counts
