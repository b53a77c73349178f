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
        return np.mean(np.mean(np.square(y_pred - y_true), axis=-1), axis=-1)

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        grad = 2 * np.subtract(y_pred, y_true) / np.prod(y_pred.shape)
        return [grad, np.zeros_like(y_true)]


class CategoricalCrossEntropy(Loss):
    def __init__(self, epsilon=1e-12):
        super().__init__()
        self.epsilon = epsilon

    def call(self, y_pred, y_true):
        p = np.clip(y_pred, self.epsilon, 1.0 - self.epsilon)
        return np.mean(np.sum(-y_true * np.log(p), axis=-1))

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        p = np.clip(y_pred, self.epsilon, 1.0 - self.epsilon)
        return [-y_true / (p * y_pred.shape[0]), None]
