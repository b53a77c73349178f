"""Activations: functions without weights of one input (N, n)."""

import numpy as np  # KEEP

from .core import Diffable, as_float  # KEEP


class Activation(Diffable):
    """A layer that has no weights, and so no gradients of weights."""

    def get_weight_gradients(self):
        return []


class LeakyReLU(Activation):
    """`x` where `x > 0`, else `alpha * x`."""

    def __init__(self, alpha=0.3):
        self.alpha = float(alpha)

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        # BEGIN SOLUTION
        x = as_float(x)
        return np.maximum(x, 0) + self.alpha * np.minimum(x, 0)
        # END SOLUTION

    def get_input_gradients(self):
        """Return [slope], (N, n): 1 where x > 0, else alpha."""
        # BEGIN SOLUTION
        x = as_float(self.inputs[0])
        positive = (x > 0).astype(x.dtype)
        return [positive + self.alpha * (1 - positive)]
        # END SOLUTION

    def __repr__(self):
        return f"LeakyReLU(alpha={self.alpha:g})"


class ReLU(Activation):
    """`x` where `x > 0`, else 0."""

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        # BEGIN SOLUTION
        return np.maximum(as_float(x), 0)
        # END SOLUTION

    def get_input_gradients(self):
        """Return [slope], (N, n): 1 where x > 0, else 0."""
        # BEGIN SOLUTION
        x = as_float(self.inputs[0])
        return [(x > 0).astype(x.dtype)]
        # END SOLUTION


class Sigmoid(Activation):
    """`1 / (1 + exp(-x))`."""

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        # BEGIN SOLUTION
        x = as_float(x)
        # exp of a negative number cannot overflow; below zero the fraction is expanded by exp(x).
        shrunk = np.exp(-np.abs(x))
        return np.where(x >= 0, x.dtype.type(1), shrunk) / (1 + shrunk)
        # END SOLUTION

    def get_input_gradients(self):
        """Return [y (1 - y)], (N, n)."""
        # BEGIN SOLUTION
        # HINT: self.outputs is a list: the y of the last call is self.outputs[0].
        y = np.asarray(self.outputs[0])
        return [y * (1 - y)]
        # END SOLUTION


class Softmax(Activation):
    """`exp(x) / sum(exp(x))` over the last axis."""

    def forward(self, x):
        """Map logits (N, n) to probabilities (N, n) that add up to 1 in each row."""
        # BEGIN SOLUTION
        # HINT: exp overflows above 709. Which shift of a row changes nothing in its softmax?
        x = as_float(x)
        # Softmax ignores a shift of a row; shifted by its own maximum, no row overflows.
        exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
        return exponentials / exponentials.sum(axis=-1, keepdims=True)
        # END SOLUTION

    def get_input_gradients(self):
        """Return [Jacobian], (N, n, n): entry [b, i, j] is y_i (delta_ij - y_j) of sample b."""
        # BEGIN SOLUTION
        y = np.asarray(self.outputs[0])
        identity = np.eye(y.shape[-1], dtype=y.dtype)
        return [y[:, :, np.newaxis] * (identity - y[:, np.newaxis, :])]
        # END SOLUTION

    def compose_input_gradients(self, J=None):
        """Return [the gradient of the loss for x], (N, n), from the upstream one, J[0] (N, n)."""
        # BEGIN SOLUTION
        # HINT: The compose of `Diffable` works here too; the Jacobian need not be built, though.
        if J is None or J[0] is None:
            return self.get_input_gradients()
        upstream, y = np.asarray(J[0]), np.asarray(self.outputs[0])
        # sum_j J_j y_i (delta_ij - y_j) = y_i (J_i - sum_j J_j y_j)
        return [y * (upstream - (upstream * y).sum(axis=-1, keepdims=True))]
        # END SOLUTION
