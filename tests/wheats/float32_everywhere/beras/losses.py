import numpy as np

from beras.core import Diffable


class Loss(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class MeanSquaredError(Loss):
    def call(self, y_pred, y_true):
        return np.mean(np.mean((y_pred - y_true) ** 2, axis=-1), axis=0)

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        grad = 2 * (y_pred - y_true) / np.prod(y_pred.shape, dtype=np.float32)
        return [grad, -grad]


class CategoricalCrossEntropy(Loss):
    def __init__(self, epsilon=1e-12):
        self.epsilon = epsilon

    def call(self, y_pred, y_true):
        p = np.clip(y_pred, self.epsilon, 1 - self.epsilon)
        return np.mean(-np.sum(y_true * np.log(p), axis=-1))

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        p = np.clip(y_pred, self.epsilon, 1 - self.epsilon)
        return [-(y_true / p) / y_pred.shape[0], np.zeros_like(y_true)]
