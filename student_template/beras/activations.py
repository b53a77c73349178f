"""Activations: functions without weights of one input (N, n)."""

import numpy as np

from .core import Diffable, as_float


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
        raise NotImplementedError("LeakyReLU.forward: roadmap 3.1")

    def get_input_gradients(self):
        """Return [slope], (N, n): 1 where x > 0, else alpha."""
        raise NotImplementedError("LeakyReLU.get_input_gradients: roadmap 3.2")

    def __repr__(self):
        return f"LeakyReLU(alpha={self.alpha:g})"


class ReLU(Activation):
    """`x` where `x > 0`, else 0."""

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        raise NotImplementedError("ReLU.forward: roadmap 3.4")

    def get_input_gradients(self):
        """Return [slope], (N, n): 1 where x > 0, else 0."""
        raise NotImplementedError("ReLU.get_input_gradients: roadmap 3.5")


class Sigmoid(Activation):
    """`1 / (1 + exp(-x))`."""

    def forward(self, x):
        """Map x (N, n) to (N, n), entry by entry."""
        raise NotImplementedError("Sigmoid.forward: roadmap 3.7")

    def get_input_gradients(self):
        """Return [y (1 - y)], (N, n)."""
        # HINT: self.outputs is a list: the y of the last call is self.outputs[0].
        raise NotImplementedError("Sigmoid.get_input_gradients: roadmap 3.8")


class Softmax(Activation):
    """`exp(x) / sum(exp(x))` over the last axis."""

    def forward(self, x):
        """Map logits (N, n) to probabilities (N, n) that add up to 1 in each row."""
        # HINT: exp overflows above 709. Which shift of a row changes nothing in its softmax?
        raise NotImplementedError("Softmax.forward: roadmap 3.10")

    def get_input_gradients(self):
        """Return [Jacobian], (N, n, n): entry [b, i, j] is y_i (delta_ij - y_j) of sample b."""
        raise NotImplementedError("Softmax.get_input_gradients: roadmap 3.12")

    def compose_input_gradients(self, J=None):
        """Return [the gradient of the loss for x], (N, n), from the upstream one, J[0] (N, n)."""
        # HINT: The compose of `Diffable` works here too; the Jacobian need not be built, though.
        raise NotImplementedError("Softmax.compose_input_gradients: roadmap 3.13")
