import numpy as np

from beras.core import Diffable, Variable

DENSE_INITIALIZERS = ("zero", "normal", "xavier", "kaiming")


class Dense(Diffable):
    def __init__(self, input_size, output_size, initializer="normal"):
        self.w, self.b = self.__class__._initialize_weight(initializer, input_size, output_size)

    @property
    def weights(self):
        return self.w, self.b

    def forward(self, x):
        return np.asarray(x) @ np.asarray(self.w) + np.asarray(self.b)

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        x = np.asarray(self.inputs[0]).astype(float)
        return [np.stack([x] * self.b.size, axis=-1), np.ones_like(self.b)]

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size):
        assert initializer in DENSE_INITIALIZERS, f"Dense cannot start with {initializer!r}"
        size = (input_size, output_size)
        if initializer == "zero":
            w = np.zeros(size)
        elif initializer == "normal":
            w = np.random.normal(0, 0.05, size)
        elif initializer == "xavier":
            limit = np.sqrt(6 / (input_size + output_size))
            w = np.random.uniform(-limit, limit, size)
        elif initializer == "kaiming":
            limit = np.sqrt(6 / input_size)
            w = np.random.uniform(-limit, limit, size)
        return Variable(w), Variable(np.zeros((1, output_size)))
