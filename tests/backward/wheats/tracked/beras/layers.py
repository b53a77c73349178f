import numpy as np

from beras.core import Diffable, Tensor


class Linear(Diffable):
    def __init__(self, input_size, output_size, initializer="normal", **more):
        super().__init__(**more)
        m, r = input_size, output_size
        variance = {"zero": 0, "normal": 0.01, "xavier": 2 / (m + r), "kaiming": 2 / m}
        kind = initializer.removesuffix(" uniform")
        if kind not in variance:
            raise KeyError(initializer)
        self.w = Tensor(np.random.normal(scale=variance[kind] ** 0.5, size=(m, r)))
        self.b = Tensor(np.zeros(r))

    @property
    def parameters(self):
        return (self.w, self.b)

    def forward(self, x):
        self.x = np.array(x, dtype=float)
        return np.dot(self.x, self.w) + self.b

    def get_input_gradients(self):
        return (np.array(self.w),)

    def get_weight_gradients(self):
        return self.x[..., None], np.ones((len(self.x), len(self.b)))

    def vjp(self, upstream):
        return [upstream @ self.w.T], [self.x.T @ upstream, upstream.sum(0)]
