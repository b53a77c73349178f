from abc import abstractmethod

import numpy as np

from .core import Diffable, Tensor


class Activation(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []

    @abstractmethod
    def forward(self, x): ...

    @abstractmethod
    def get_input_gradients(self): ...


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        return np.where(x > 0, x, self.alpha * x)

    def get_input_gradients(self):
        x = self.inputs[0]
        slope = np.zeros(x.shape)
        slope[x > 0] = 1
        slope[x < 0] = self.alpha  # and 0 at 0, where there is no derivative
        return [slope]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def forward(self, x):
        return 1 / (1 + np.exp(-x))

    def get_input_gradients(self):
        y = self.outputs[0]
        return [y * (1 - y)]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class Softmax(Activation):
    def forward(self, x):
        exps = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return Tensor(exps / np.sum(exps, axis=-1, keepdims=True))

    def get_input_gradients(self):
        x, y = self.inputs + self.outputs
        bn, n = x.shape
        grad = np.zeros(shape=(bn, n, n), dtype=y.dtype)
        for b in range(bn):
            np.fill_diagonal(grad[b], y[b])
            grad[b] -= np.outer(y[b], y[b])
        return [grad]
