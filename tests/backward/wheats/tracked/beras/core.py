"""Each output holds a closure that takes a gradient back: nothing is looked up later."""
import numpy as np


class Tensor(np.ndarray):
    grad = None
    requires_grad = True
    closure = None

    def __new__(cls, data):
        return data if isinstance(data, cls) else np.asarray(data).view(cls)

    def backward(self, grad=None):
        if callable(self.closure):
            self.closure(grad)

    class no_grad:
        def __enter__(self):
            Tensor.requires_grad = False
            return self

        def __exit__(self, *exception):
            Tensor.requires_grad = True
            return False


class Callable:
    def __call__(self, *args, **kwargs):
        return Tensor(getattr(self, "forward")(*args, **kwargs))


class Diffable(Callable):
    def __init__(self, *, name=""):
        self.name = name

    @property
    def parameters(self):
        return ()

    def __call__(self, *args, **kwargs):
        self.inputs = [*args, *kwargs.values()]
        out = super().__call__(*args, **kwargs)
        out = out.view() if any(out is x for x in self.inputs) else out
        out.closure = self.backward
        self.outputs = [out]
        return out

    def vjp(self, upstream):
        return [upstream * local for local in self.get_input_gradients()], []

    def get_weight_gradients(self):
        return []

    def compose_input_gradients(self, J=None):
        J = [None] if J is None else J
        return self.get_input_gradients() if J[0] is None else self.vjp(np.asarray(J[0]))[0]

    def compose_weight_gradients(self, J=None):
        J = [None] if J is None else J
        return self.get_weight_gradients() if J[0] is None else self.vjp(np.asarray(J[0]))[1]

    def backward(self, grad=None):
        for x, g in zip(self.inputs, self.compose_input_gradients(grad)):
            if getattr(x, "closure", None) is not None:
                x.backward((g,))
        for p, g in zip(self.parameters, self.compose_weight_gradients(grad)):
            p.grad = g if p.requires_grad else p.grad
