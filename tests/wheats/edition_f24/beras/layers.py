import numpy as np

from beras.core import Diffable, Variable

INITIALIZERS = ("zero", "normal", "xavier", "kaiming")


class Dense(Diffable):
    def __init__(self, input_size, output_size, initializer="normal"):
        self.w, self.b = self.__class__._initialize_weight(initializer, input_size, output_size)

    @property
    def weights(self):
        return self.w, self.b

    def forward(self, x):
        y = np.einsum("nm,mr->nr", x, self.w)
        return y + self.b

    def get_input_gradients(self):
        return [np.repeat(self.w[None], len(self.inputs[0]), axis=0)]

    def get_weight_gradients(self):
        x = self.inputs[0]
        per_sample = np.ones((len(x), 1, self.b.shape[-1]))
        return [np.einsum("nm,r->nmr", x, np.ones(self.b.shape[-1])), per_sample]

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size):
        assert initializer in INITIALIZERS, f"{initializer} is none of {INITIALIZERS}"
        w = np.random.standard_normal((input_size, output_size))
        if initializer == "zero":
            w[:] = 0
        elif initializer == "xavier":
            w /= np.sqrt((input_size + output_size) / 2)
        elif initializer == "kaiming":
            w /= np.sqrt(input_size / 2)
        return Variable(w), Variable(np.zeros((1, output_size)))
