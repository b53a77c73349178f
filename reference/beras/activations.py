"""Activations: functions without weights of one input (N, n)."""

import numpy as np

from .core import Diffable, as_float


class Activation(Diffable):
    """A layer that has no weights, and so no gradients of weights."""

    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class LeakyReLU(Activation):
    """`x` where `x > 0`, else `alpha * x`."""

    def __init__(self, alpha=0.3):
        self.alpha = float(alpha)

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        x = as_float(x)
        return np.maximum(x, 0) + self.alpha * np.minimum(x, 0)

    def get_input_gradients(self):
        """Return [slope], (N, n): 1 where x > 0, else alpha."""
        x = as_float(self.inputs[0])
        positive = (x > 0).astype(x.dtype)
        return [positive + self.alpha * (1 - positive)]

    def __repr__(self):
        return f"LeakyReLU(alpha={self.alpha:g})"


class ReLU(Activation):
    """`x` where `x > 0`, else 0."""

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        return np.maximum(as_float(x), 0)

    def get_input_gradients(self):
        """Return [slope], (N, n): 1 where x > 0, else 0."""
        x = as_float(self.inputs[0])
        return [(x > 0).astype(x.dtype)]


class Sigmoid(Activation):
    """`1 / (1 + exp(-x))`."""

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        x = as_float(x)
        # exp of a negative number cannot overflow; below zero the fraction is expanded by exp(x).
        shrunk = np.exp(-np.abs(x))
        return np.where(x >= 0, x.dtype.type(1), shrunk) / (1 + shrunk)

    def get_input_gradients(self):
        """Return [y (1 - y)], (N, n)."""
        y = np.asarray(self.outputs[0])
        return [y * (1 - y)]


class Softmax(Activation):
    """`exp(x) / sum(exp(x))` over the last axis."""

    def forward(self, x):
        """Map logits (N, n) to probabilities (N, n) that add up to 1 in each row."""
        x = as_float(x)
        # Softmax ignores a shift of a row; shifted by its own maximum, no row overflows.
        exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
        return exponentials / exponentials.sum(axis=-1, keepdims=True)

    def get_input_gradients(self):
        """Return [Jacobian], (N, n, n): entry [b, i, j] is y_i (delta_ij - y_j) of sample b."""
        y = np.asarray(self.outputs[0])
        identity = np.eye(y.shape[-1], dtype=y.dtype)
        return [y[:, :, np.newaxis] * (identity - y[:, np.newaxis, :])]

    def compose_input_gradients(self, J=None):
        """Return the Jacobian applied to the upstream gradient, (N, n), without building it.

        sum_j J_j y_i (delta_ij - y_j) = y_i (J_i - sum_j J_j y_j)
        """
        if J is None or J[0] is None:
            return self.get_input_gradients()
        upstream, y = np.asarray(J[0]), np.asarray(self.outputs[0])
        return [y * (upstream - (upstream * y).sum(axis=-1, keepdims=True))]
