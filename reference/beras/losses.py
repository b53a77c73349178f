"""Losses: functions of predictions and labels (N, n) that return a scalar."""

import numpy as np  # KEEP

from .core import Diffable, as_float  # KEEP


class Loss(Diffable):
    """A function of `(y_pred, y_true)` without weights. Labels are constants: no gradient."""

    def get_weight_gradients(self):
        return []

    # BEGIN STAFF
    @staticmethod
    def _in_one_dtype(y_pred, y_true):
        y_pred = as_float(y_pred)
        return y_pred, np.asarray(y_true, dtype=y_pred.dtype)

    # END STAFF


class MeanSquaredError(Loss):
    """Mean of `(y_pred - y_true)**2` over all N n entries."""

    def forward(self, y_pred, y_true):
        """Compare y_pred (N, n) with y_true (N, n); return a scalar."""
        # BEGIN SOLUTION
        y_pred, y_true = self._in_one_dtype(y_pred, y_true)
        return np.square(y_pred - y_true).mean()
        # END SOLUTION

    def get_input_gradients(self):
        """Return [2 (y_pred - y_true) / (N n)], (N, n)."""
        # BEGIN SOLUTION
        y_pred, y_true = self._in_one_dtype(*self.inputs)
        return [(2 / y_pred.size) * (y_pred - y_true)]
        # END SOLUTION


class CategoricalCrossEntropy(Loss):
    """Batch mean of `-sum(y_true * log(p))`, p being y_pred clipped to [epsilon, 1 - epsilon].

    The clip keeps the loss and its gradient finite where a probability is 0.
    """

    def __init__(self, epsilon=1e-12):
        self.epsilon = float(epsilon)

    def forward(self, y_pred, y_true):
        """Compare probabilities (N, n) with one-hot labels (N, n); return a scalar."""
        # BEGIN SOLUTION
        y_pred, y_true = self._in_one_dtype(y_pred, y_true)
        return -(y_true * np.log(self._clipped(y_pred))).sum(axis=-1).mean()
        # END SOLUTION

    def get_input_gradients(self):
        """Return [-y_true / p / N], (N, n), with the clipped p of the loss itself."""
        # BEGIN SOLUTION
        y_pred, y_true = self._in_one_dtype(*self.inputs)
        return [y_true / (-len(y_pred) * self._clipped(y_pred))]
        # END SOLUTION

    def __repr__(self):
        return f"CategoricalCrossEntropy(epsilon={self.epsilon:g})"

    # BEGIN STAFF
    def _clipped(self, probabilities):
        return np.minimum(np.maximum(probabilities, self.epsilon), 1 - self.epsilon)

    # END STAFF
