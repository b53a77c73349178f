import numpy as np

from .core import Diffable, Tensor


class Linear(Diffable):
    def __init__(self, input_size, output_size, initializer="normal"):
        fans = {
            "zero": 0.0,
            "normal": 1.0,
            "xavier": (2 / (input_size + output_size)) ** 0.5,
            "kaiming": (2 / input_size) ** 0.5,
            "xavier uniform": (2 / (input_size + output_size)) ** 0.5,
            "kaiming uniform": (2 / input_size) ** 0.5,
        }
        std = fans[initializer]
        rng = np.random.default_rng()
        if initializer.endswith("uniform"):
            w = rng.uniform(-1, 1, (input_size, output_size)) * np.sqrt(3) * std
        else:
            w = rng.standard_normal((input_size, output_size)) * std
        self.w, self.b = Tensor(w), Tensor(np.zeros((1, output_size)))

    @property
    def parameters(self):
        return [self.w, self.b]

    def forward(self, x):
        return np.einsum("nm,mr->nr", x, self.w) + self.b

    def get_input_gradients(self):
        (x,) = self.inputs
        return [np.einsum("n,mr->nmr", np.ones(len(x)), self.w)]

    def get_weight_gradients(self):
        (x,) = self.inputs
        units = self.w.shape[1]
        return [np.einsum("nm,r->nmr", x, np.ones(units)), np.ones((len(x), units))]
