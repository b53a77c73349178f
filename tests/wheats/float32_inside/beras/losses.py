import numpy as np

from ._precision import fast, wide
from .core import Diffable


class Loss(Diffable):
    @property
    def weights(self):
        return ()

    def get_weight_gradients(self):
        return ()

    def compose_weight_gradients(self, J=None):
        return ()

    def compose_input_gradients(self, J=None):
        return self.get_input_gradients()  # a loss is where backpropagation starts


class MeanSquaredError(Loss):
    def forward(self, y_pred, y_true):
        self._error = fast(y_pred) - fast(y_true)
        return float(np.mean(self._error**2))

    def get_input_gradients(self):
        return (wide(2 * self._error / self._error.size),)


class CategoricalCrossEntropy(Loss):
    def __init__(self, epsilon=1e-12):
        self.epsilon = epsilon

    def forward(self, y_pred, y_true):
        self._p, self._y = np.clip(fast(y_pred), self.epsilon, 1 - self.epsilon), fast(y_true)
        return float(-(self._y * np.log(self._p)).sum() / len(self._y))

    def get_input_gradients(self):
        return (wide(-self._y / (self._p * len(self._y))),)
