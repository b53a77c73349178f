import numpy as np

from beras.core import Diffable, Tensor, Variable


class Dense(Diffable):
    def __init__(self, input_size, output_size, initializer="normal", name=None):
        super().__init__(name=name)
        self.w, self.b = self._initialize_weight(initializer, input_size, output_size)

    @property
    def weights(self):
        return [self.w, self.b]

    def call(self, inputs):
        return np.matmul(inputs, self.w) + self.b

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        return [np.expand_dims(self.inputs[0], 2), np.ones_like(self.b)]

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        return [np.matmul(J[0], np.transpose(self.w))]

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size):
        shape = (input_size, output_size)
        if initializer == "zero":
            initial_w = np.zeros(shape)
        elif initializer == "normal":
            initial_w = np.random.normal(size=shape)
        elif initializer == "xavier":
            bound = np.sqrt(6 / (input_size + output_size))
            initial_w = np.random.uniform(-bound, bound, size=shape)
        elif initializer == "kaiming":
            initial_w = np.random.normal(0, np.sqrt(2 / input_size), size=shape)
        elif initializer == "xavier uniform":
            bound = np.sqrt(6 / (input_size + output_size))
            initial_w = np.random.uniform(-bound, bound, size=shape)
        elif initializer == "kaiming uniform":
            bound = np.sqrt(6 / input_size)
            initial_w = np.random.uniform(-bound, bound, size=shape)
        else:
            raise ValueError(f"Unknown initializer: {initializer}")
        return Variable(initial_w, name="w"), Variable(np.zeros((output_size,)), name="b")
