import math

import numpy as np

from .core import Diffable


class Loss(Diffable):
    @property
    def weights(self):
        return []

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        return [J[0] * g for g in self.get_input_gradients()]


class MeanSquaredError(Loss):
    def forward(self, y_pred, y_true):
        total, count = 0.0, 0
        for p_row, t_row in zip(y_pred, y_true):
            for p, t in zip(p_row, t_row):
                total += (float(p) - float(t)) ** 2
                count += 1
        return total / count

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        grad = np.zeros(np.shape(y_pred))
        for b in range(grad.shape[0]):
            for i in range(grad.shape[1]):
                grad[b, i] = 2 * (y_pred[b, i] - y_true[b, i]) / (grad.shape[0] * grad.shape[1])
        return [grad]


class CategoricalCrossEntropy(Loss):
    def __init__(self, epsilon=1e-12):
        self.epsilon = epsilon

    def safe(self, p):
        return min(max(float(p), self.epsilon), 1 - self.epsilon)

    def forward(self, y_pred, y_true):
        losses = []
        for p_row, t_row in zip(y_pred, y_true):
            loss = 0.0
            for p, t in zip(p_row, t_row):
                if t != 0:
                    loss -= float(t) * math.log(self.safe(p))
            losses.append(loss)
        return sum(losses) / len(losses)

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        grad = np.zeros(np.shape(y_pred))
        for b in range(len(grad)):
            for i in range(len(grad[b])):
                grad[b, i] = -y_true[b, i] / self.safe(y_pred[b, i]) / len(grad)
        return [grad]
