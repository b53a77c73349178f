"""Everything is float32, as on a GPU: a Tensor converts whatever it is given."""
import numpy as np

DTYPE = np.float32


class Tensor(np.ndarray):
    requires_grad = True
    tracks = True

    def __new__(cls, data):
        if isinstance(data, Tensor):
            return data
        return np.asarray(data, dtype=DTYPE).view(cls)

    def __array_finalize__(self, obj):
        self.grad, self.layer = None, None

    def backward(self, grad=None):
        return self.layer and self.layer.backward(grad)

    @classmethod
    def no_grad(cls):
        return _NoGrad()


class _NoGrad:
    def __enter__(self):
        Tensor.requires_grad = False

    def __exit__(self, *_):
        Tensor.requires_grad = True


class Callable:
    def __call__(self, *args, **kwargs):
        return Tensor(self.method(*args, **kwargs))

    @property
    def method(self):
        return self.call if hasattr(self, "call") else self.forward


class Diffable(Callable):
    parameters = ()

    def __call__(self, *args, **kwargs):
        self.inputs = list(args) + list(kwargs.values())
        y = super().__call__(*map(Tensor, args), **{k: Tensor(v) for k, v in kwargs.items()})
        y.layer = self
        self.outputs = [y]
        return y

    def backward(self, grad=None):
        for p, g in zip(self.parameters, self.compose_weight_gradients(grad)):
            if p.requires_grad:
                p.grad = Tensor(np.zeros(p.shape) if p.grad is None else p.grad) + Tensor(g)
        for x, g in zip(self.inputs, self.compose_input_gradients(grad)):
            if hasattr(x, "backward"):
                x.backward([Tensor(g)])

    def compose_input_gradients(self, J=None):
        grads = self.get_input_gradients()
        if J is None or J[0] is None:
            return grads
        J = Tensor(J[0])
        return [(g @ J[:, :, None])[:, :, 0] if g.ndim == 3 else J * g for g in grads]

    def compose_weight_gradients(self, J=None):
        grads = self.get_weight_gradients()
        if J is None or J[0] is None:
            return grads
        J = Tensor(J[0])
        return [
            np.sum(g * J[:, None, :], axis=0) if g.ndim == 3 else np.sum(g * J, axis=0, keepdims=True)
            for g in grads
        ]
