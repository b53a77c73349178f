import numpy as np
import tensorflow as tf

from beras.core import Diffable, Tensor


class Loss(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class MeanSquaredError(Loss):
    def forward(self, y_pred, y_true):
        total = 0.0
        for p, t in zip(np.ravel(y_pred).tolist(), np.ravel(y_true).tolist()):
            total += (p - t) ** 2
        return total / y_pred.size

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        rows, columns = y_pred.shape
        return [2 * (y_pred - y_true) / rows / columns]


class CategoricalCrossEntropy(Loss):
    def forward(self, y_pred, y_true):
        safe = np.clip(y_pred, 1e-12, 1 - 1e-12)
        return Tensor(np.mean(np.sum(-y_true * np.log(safe), axis=1)))

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        return [-y_true / (len(y_true) * np.clip(y_pred, 1e-12, 1 - 1e-12))]
