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
        super().__init__()
        self.alpha = alpha

    def call(self, x):
        return np.where(x > 0, x, self.alpha * x)

    def get_input_gradients(self):
        return [np.where(self.inputs[0] > 0, 1, self.alpha)]


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def call(self, x):
        y = np.zeros_like(x)
        positive = x >= 0
        y[positive] = 1 / (1 + np.exp(-x[positive]))
        y[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
        return y

    def get_input_gradients(self):
        y = self.outputs[0]
        return [y * (1 - y)]


class Softmax(Activation):
    def call(self, x):
        e_x = np.exp(x - np.amax(x, axis=-1, keepdims=True))
        return e_x / e_x.sum(axis=-1, keepdims=True)

    def get_input_gradients(self):
        y = self.outputs[0]
        bn, n = y.shape
        grad = np.zeros(shape=(bn, n, n), dtype=y.dtype)
        for i in range(bn):
            np.fill_diagonal(grad[i], y[i])
            grad[i] -= np.outer(y[i], y[i])
        return [grad]
