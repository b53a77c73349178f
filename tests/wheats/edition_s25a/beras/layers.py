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
        return np.dot(x, self.w) + self.b

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        x = np.array(self.inputs[0])
        return [x.reshape(*x.shape, 1), np.ones(self.b.shape, dtype=float)]

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size):
        assert initializer in DENSE_INITIALIZERS, f"Unknown initializer '{initializer}'"
        w = np.zeros((input_size, output_size))
        if initializer == "normal":
            w = np.random.normal(size=w.shape)
        if initializer == "xavier":
            w = np.random.normal(scale=(2 / (input_size + output_size)) ** 0.5, size=w.shape)
        if initializer == "kaiming":
            w = np.random.normal(scale=(2 / input_size) ** 0.5, size=w.shape)
        return Variable(w), Variable(np.zeros(output_size))
