import numpy as np

from beras.core import Diffable


class Activation(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = np.float32(alpha)

    def call(self, x):
        return np.where(x > 0, x, self.alpha * x)

    def get_input_gradients(self):
        slope = np.ones_like(self.inputs[0])
        slope[self.inputs[0] < 0] = self.alpha
        return [slope]


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def call(self, x):
        return 1 / (1 + np.exp(-x))

    def get_input_gradients(self):
        y = self.outputs[0]
        return [y * (1 - y)]


class Softmax(Activation):
    def call(self, x):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    def get_input_gradients(self):
        y = self.outputs[0]
        return [np.stack([np.diagflat(row) - np.outer(row, row) for row in y])]
