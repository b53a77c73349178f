"""Models: layers put together, trained and judged in batches."""

from abc import abstractmethod

import numpy as np

from .core import Callable, Weighted
from .gradient_tape import GradientTape


class Model(Callable, Weighted):
    """A function with weights that can be trained once it is compiled.

    Throughout, x is (N, m) and y the one-hot labels (N, n).
    """

    def compile(self, optimizer, loss_fn, acc_fn):
        """Choose what training minimises, how it steps, and which accuracy it reports."""
        self.optimizer, self.loss_fn, self.acc_fn = optimizer, loss_fn, acc_fn

    @abstractmethod
    def batch_step(self, x, y, training=True):
        """Train on one batch, or only judge it."""

    def fit(self, x, y, epochs, batch_size, seed=0, on_batch=None):
        """Train on batches of x and y, shuffled anew for each epoch.

        Shuffling follows seed; the last batch of an epoch may be smaller. After each batch
        `on_batch(epoch, samples, means)` is called, if given: the epoch, from 0, and the samples
        so far in it with the means of their metrics.
        Returns {"loss": [...], "acc": [...]}, the means over the samples of each epoch.
        """
        raise NotImplementedError("Model.fit: roadmap 8.3")

    def evaluate(self, x, y, batch_size):
        """Return ({"loss": mean, "acc": mean} over all samples, predictions (N, n))."""
        raise NotImplementedError("Model.evaluate: roadmap 8.4")


class SequentialModel(Model):
    """Layers applied one after the other."""

    def __init__(self, layers):
        self.layers = list(layers)

    @property
    def weights(self):
        return [weight for layer in self.layers for weight in layer.weights]

    def forward(self, x):
        """Chain the layers: each takes the output of the one before it."""
        raise NotImplementedError("SequentialModel.forward: roadmap 8.1")

    def batch_step(self, x, y, training=True):
        """Return loss and accuracy of a batch, and then, if training, update the weights.

        Returns {"loss": float, "acc": float}; with training=False (that dict, predictions).
        """
        raise NotImplementedError("SequentialModel.batch_step: roadmap 8.2")

    def __repr__(self):
        return f"SequentialModel([{', '.join(map(repr, self.layers))}])"
