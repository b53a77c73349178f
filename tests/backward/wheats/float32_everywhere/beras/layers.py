import numpy as np

from beras.core import Diffable, Tensor


class Linear(Diffable):
    def __init__(self, input_size, output_size, initializer="normal"):
        self.w, self.b = self._initialize_weight(initializer, input_size, output_size)

    @property
    def parameters(self):
        return self.w, self.b

    def call(self, x):
        return x @ self.w + self.b

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        return [np.expand_dims(np.asarray(self.inputs[0], np.float32), axis=-1), np.ones_like(self.outputs[0])]

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        return [np.asarray(J[0], dtype=np.float32) @ self.w.T]

    @classmethod
    def _initialize_weight(cls, initializer, input_size, output_size):
        initializer = initializer.lower()
        assert initializer in ("zero", "normal", "xavier", "kaiming", "xavier uniform", "kaiming uniform")
        io_size = (input_size, output_size)
        if initializer == "zero":
            w = np.zeros(io_size)
        elif initializer == "normal":
            w = np.random.normal(0, 0.1, io_size)
        elif initializer.startswith("xavier"):
            limit = np.sqrt(6 / (input_size + output_size))
            w = np.random.uniform(-limit, limit, io_size)
        else:
            limit = np.sqrt(6 / input_size)
            w = np.random.uniform(-limit, limit, io_size)
        return Tensor(w), Tensor(np.zeros((1, output_size)))
