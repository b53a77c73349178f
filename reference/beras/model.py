"""Models: layers put together, trained and judged in batches."""

from abc import abstractmethod

import numpy as np  # KEEP

from .core import Callable, Weighted
from .gradient_tape import GradientTape  # KEEP


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
        # BEGIN SOLUTION: SequentialModel.fit
        random = np.random.default_rng(seed)
        history = {"loss": [], "acc": []}
        for epoch in range(epochs):
            running = _RunningMeans()
            for rows in _batches(random.permutation(len(x)), batch_size):
                running.add(self.batch_step(x[rows], y[rows]), len(rows))
                if on_batch:
                    on_batch(epoch, running.samples, running.means())
            for name, mean in running.means().items():
                history[name].append(mean)
        return history
        # END SOLUTION

    def evaluate(self, x, y, batch_size):
        """Return ({"loss": mean, "acc": mean} over all samples, predictions (N, n))."""
        # BEGIN SOLUTION: SequentialModel.evaluate
        running, predictions = _RunningMeans(), []
        for rows in _batches(np.arange(len(x)), batch_size):
            metrics, batch_predictions = self.batch_step(x[rows], y[rows], training=False)
            running.add(metrics, len(rows))
            predictions.append(batch_predictions)
        return running.means(), np.concatenate(predictions)
        # END SOLUTION


class SequentialModel(Model):
    """Layers applied one after the other."""

    def __init__(self, layers):
        self.layers = list(layers)

    @property
    def weights(self):
        return [weight for layer in self.layers for weight in layer.weights]

    def forward(self, x):
        """Chain the layers: each takes the output of the one before it."""
        # BEGIN SOLUTION: SequentialModel
        for layer in self.layers:
            x = layer(x)
        return x
        # END SOLUTION

    def batch_step(self, x, y, training=True):
        """Return loss and accuracy of a batch, and then, if training, update the weights.

        Returns {"loss": float, "acc": float}; with training=False (that dict, predictions).
        """
        # BEGIN SOLUTION
        with GradientTape() as tape:
            predictions = self(x)
            loss = self.loss_fn(predictions, y)
        metrics = {"loss": float(loss), "acc": float(self.acc_fn(predictions, y))}
        if not training:
            return metrics, predictions
        parameters = self.trainable_variables
        self.optimizer.apply_gradients(parameters, tape.gradient(loss, parameters))
        return metrics
        # END SOLUTION

    def __repr__(self):
        return f"SequentialModel([{', '.join(map(repr, self.layers))}])"


# BEGIN STAFF
def _batches(rows, batch_size):
    return [rows[start : start + batch_size] for start in range(0, len(rows), batch_size)]


class _RunningMeans:
    """Means of metrics over all samples so far, whatever the sizes of their batches."""

    def __init__(self):
        self.samples = 0
        self.totals = {"loss": 0.0, "acc": 0.0}

    def add(self, metrics, samples):
        self.samples += samples
        for name in self.totals:
            self.totals[name] += samples * metrics[name]

    def means(self):
        return {name: total / self.samples for name, total in self.totals.items()}


# END STAFF
