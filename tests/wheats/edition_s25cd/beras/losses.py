import numpy as np
import tensorflow as tf

from beras.core import Diffable


class Loss(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class MeanSquaredError(Loss):
    def forward(self, y_pred, y_true):
        return np.mean(np.mean((np.asarray(y_pred) - np.asarray(y_true)) ** 2, axis=-1))

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        gradient = 2 * np.subtract(y_pred, y_true)
        return [gradient / gradient.size]


class CategoricalCrossEntropy(Loss):
    def forward(self, y_pred, y_true):
        tiny = np.finfo(np.float64).eps
        self.p = np.clip(np.asarray(y_pred), tiny, 1 - tiny)
        return np.mean([-np.dot(t, np.log(p)) for t, p in zip(np.asarray(y_true), self.p)])

    def get_input_gradients(self):
        y_true = np.asarray(self.inputs[1])
        return [-(y_true / self.p) / y_true.shape[0]]
