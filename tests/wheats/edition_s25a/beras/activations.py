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

    def forward(self, x):
        return x * np.where(x < 0, self.alpha, 1)

    def get_input_gradients(self):
        x = self.inputs[0]
        return [np.select([x > 0, x < 0], [1.0, self.alpha], default=0.0)]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def forward(self, x):
        y = np.empty(np.shape(x))
        right = x >= 0
        y[right] = 1 / (1 + np.exp(-x[right]))
        e = np.exp(x[~right])
        y[~right] = e / (1 + e)
        return y

    def get_input_gradients(self):
        (y,) = self.outputs
        # one gradient for the one input, stacked
        return np.array([y * (1 - y)])

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class Softmax(Activation):
    def forward(self, x):
        return np.array([self._row(row) for row in np.asarray(x)])

    @staticmethod
    def _row(row):
        exps = np.exp(row - row.max())
        return exps / exps.sum()

    def get_input_gradients(self):
        bn, n = self.outputs[0].shape
        J = np.empty((bn, n, n))
        for b, p in enumerate(self.outputs[0]):
            for i in range(n):
                for j in range(n):
                    J[b, i, j] = p[i] * ((i == j) - p[j])
        return [J]
