import numpy as np

from beras.core import Diffable, Variable

DENSE_INITIALIZERS = (
    "zero",
    "normal",
    "xavier",
    "kaiming",
    "xavier uniform",
    "kaiming uniform",
)


class Dense(Diffable):
    def __init__(self, input_size, output_size, initializer="kaiming"):
        self.w, self.b = self.__class__._initialize_weight(initializer, input_size, output_size)

    @property
    def weights(self):
        return [self.w, self.b]

    def call(self, x):
        return x @ self.w + self.b

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        x = np.asarray(self.inputs[0], dtype=float)
        dw = np.broadcast_to(x[:, :, None], (*x.shape, self.w.shape[1]))
        return [dw, np.ones(self.b.shape)]

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size):
        initializer = initializer.lower()
        assert initializer in DENSE_INITIALIZERS, f"unknown initializer {initializer}"
        kind, _, uniform = initializer.partition(" ")
        variance = {
            "zero": 0,
            "normal": 1,
            "xavier": 2 / (input_size + output_size),
            "kaiming": 2 / input_size,
        }[kind]
        shape = (input_size, output_size)
        if uniform:
            bound = np.sqrt(3 * variance)
            w = np.random.uniform(-bound, bound, shape)
        else:
            w = np.random.normal(0, np.sqrt(variance), shape)
        return Variable(w), Variable(np.zeros((1, output_size)))
