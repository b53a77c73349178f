import numpy as np

from .core import Diffable


class Activation(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def call(self, x):
        negative = x <= 0
        return x * (1 - negative) + self.alpha * x * negative

    def get_input_gradients(self):
        x = np.asarray(self.inputs[0])
        return [(x > 0) + self.alpha * (x < 0)]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def call(self, x):
        x = np.asarray(x, dtype=float)
        return 0.5 * (1 + np.tanh(x / 2))

    def get_input_gradients(self):
        return [self.outputs[0] * (1 - self.outputs[0])]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class Softmax(Activation):
    def call(self, x):
        shifted = np.asarray(x) - np.max(x, axis=-1, keepdims=True)
        powers = np.exp(shifted)
        return powers / powers.sum(-1, keepdims=True)

    def get_input_gradients(self):
        y = np.atleast_2d(self.outputs[0])
        jacobians = [np.diag(row) - np.outer(row, row) for row in y]
        return [np.stack(jacobians)]
