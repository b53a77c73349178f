from collections import defaultdict

from beras.core import Diffable, Tensor


class GradientTape:
    def __init__(self):
        self.previous_layers = defaultdict(lambda: None)

    def __enter__(self):
        if Diffable.gradient_tape is not None:
            raise RuntimeError("only one GradientTape can be open at a time")
        Diffable.gradient_tape = self
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        Diffable.gradient_tape = None

    def gradient(self, target, sources):
        grads = defaultdict(lambda: None)
        queue = [(target, None)]
        # Each share of a gradient travels down by itself; at the tensors they add up.
        while queue:
            tensor, upstream = queue.pop(0)
            layer = self.previous_layers[id(tensor)]
            if layer is None:
                continue
            J = [upstream]
            pairs = list(zip(layer.weights, layer.compose_weight_gradients(J)))
            for inp, grad in zip(layer.inputs, layer.compose_input_gradients(J)):
                pairs.append((inp, grad))
                queue.append((inp, grad))
            for of, grad in pairs:
                grads[id(of)] = grad if grads[id(of)] is None else grads[id(of)] + grad
        return [Tensor(grads[id(source)]) for source in sources]
