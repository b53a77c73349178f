"""Losses: functions of predictions and labels (N, n) that return a scalar."""

import numpy as np

from .core import Diffable, as_float


class Loss(Diffable):
    """A function of `(y_pred, y_true)` without weights. Labels are constants: no gradient."""

    def get_weight_gradients(self):
        return []


class MeanSquaredError(Loss):
    """Mean of `(y_pred - y_true)**2` over all N n entries."""

    def forward(self, y_pred, y_true):
        """Compare y_pred (N, n) with y_true (N, n); return a scalar."""
        raise NotImplementedError("MeanSquaredError.forward: roadmap 4.1")

    def get_input_gradients(self):
        """Return [2 (y_pred - y_true) / (N n)], (N, n)."""
        raise NotImplementedError("MeanSquaredError.get_input_gradients: roadmap 4.2")


class CategoricalCrossEntropy(Loss):
    """Batch mean of `-sum(y_true * log(p))`, p being y_pred clipped to [epsilon, 1 - epsilon].

    The clip keeps the loss and its gradient finite where a probability is 0.
    """

    def __init__(self, epsilon=1e-12):
        self.epsilon = float(epsilon)

    def forward(self, y_pred, y_true):
        """Compare probabilities (N, n) with one-hot labels (N, n); return a scalar."""
        raise NotImplementedError("CategoricalCrossEntropy.forward: roadmap 4.4")

    def get_input_gradients(self):
        """Return [-y_true / p / N], (N, n), with the clipped p of the loss itself."""
        raise NotImplementedError("CategoricalCrossEntropy.get_input_gradients: roadmap 4.6")

    def __repr__(self):
        return f"CategoricalCrossEntropy(epsilon={self.epsilon:g})"
