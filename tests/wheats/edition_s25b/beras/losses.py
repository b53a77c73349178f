import numpy as np
import tensorflow as tf  # as handed out; nothing here uses it

from beras.core import Diffable


class Loss(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class MeanSquaredError(Loss):
    def forward(self, y_pred, y_true):
        return np.mean((y_pred - y_true) ** 2)

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        d = 2 * (y_pred - y_true) / y_pred.size
        return [d, -d]


class CategoricalCrossEntropy(Loss):
    def forward(self, y_pred, y_true):
        p = np.clip(y_pred, 1e-10, 1 - 1e-10)
        return -np.sum(y_true * np.log(p)) / y_pred.shape[0]

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        p = np.clip(y_pred, 1e-10, 1 - 1e-10)
        return [-y_true / p / y_pred.shape[0]]
