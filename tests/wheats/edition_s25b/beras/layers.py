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
        return np.matmul(x, self.w) + self.b

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        dw = np.expand_dims(self.inputs[0], axis=-1)
        db = np.ones(self.b.shape)
        return dw, db

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size):
        assert initializer in DENSE_INITIALIZERS, f"no initializer {initializer!r} for Dense"
        shape = (input_size, output_size)
        stddev = {
            "zero": 0.0,
            "normal": 0.1,
            "xavier": np.sqrt(2 / (input_size + output_size)),
            "kaiming": np.sqrt(2 / input_size),
        }[initializer]
        w = np.random.normal(0, 1, shape) * stddev
        return Variable(w), Variable(np.zeros(output_size))
