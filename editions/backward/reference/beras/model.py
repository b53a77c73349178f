"""Models: layers put together, trained and judged in batches."""

from abc import abstractmethod

import numpy as np  # KEEP

from .core import Callable, Tensor, Weighted  # KEEP


class Model(Callable, Weighted):
    """A function with parameters that can be trained once it is compiled.

    Throughout, x is (N, m) and y the one-hot labels (N, n). A `wandb_run`, where one is given, is
    told of each epoch or evaluation by its `log`, like a run of Weights & Biases.
    """

    def compile(self, optimizer, loss_fn, acc_fn):
        """Choose how training steps, what it minimises, and which accuracy it reports."""
        self.optimizer, self.loss_fn, self.acc_fn = optimizer, loss_fn, acc_fn

    @abstractmethod
    def batch_step(self, x, y, training=True):
        """Train on one batch, or only evaluate on it."""

    def fit(self, x, y, epochs, batch_size, wandb_run=None, seed=0, on_batch=None):
        """Train on batches of x and y, shuffled anew for each epoch.

        Shuffling follows seed; the last batch of an epoch may be smaller. After each batch
        `on_batch(epoch, samples, means)` is called, if given: the epoch, from 0, and the samples
        so far in it with the means of their metrics.
        Returns {"loss": [...], "acc": [...]}, the means over the samples of each epoch.
        """
        # BEGIN SOLUTION: Sequential.fit
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
            if wandb_run:
                wandb_run.log(running.means())
        return history
        # END SOLUTION

    def evaluate(self, x, y, batch_size, wandb_run=None):
        """Return ({"loss": mean, "acc": mean} over all samples, predictions (N, n))."""
        # BEGIN SOLUTION: Sequential.evaluate
        # HINT: Nothing is differentiated here: with Tensor.no_grad() no call leaves a way back.
        running, predictions = _RunningMeans(), []
        with Tensor.no_grad():
            for rows in _batches(np.arange(len(x)), batch_size):
                metrics, batch_predictions = self.batch_step(x[rows], y[rows], training=False)
                running.add(metrics, len(rows))
                predictions.append(batch_predictions)
        if wandb_run:
            wandb_run.log({f"eval_{name}": mean for name, mean in running.means().items()})
        return running.means(), np.concatenate(predictions)
        # END SOLUTION


class Sequential(Model):
    """Layers applied one after the other: `Sequential(a, b)`, or `Sequential([a, b])`."""

    def __init__(self, *layers):
        is_one_list = len(layers) == 1 and isinstance(layers[0], (list, tuple))
        self.layers = list(layers[0] if is_one_list else layers)

    @property
    def parameters(self):
        """The layers' parameters, in order."""
        # BEGIN SOLUTION: Sequential
        return [parameter for layer in self.layers for parameter in layer.parameters]
        # END SOLUTION

    def forward(self, x):
        """Chain the layers: each takes the output of the one before it."""
        # BEGIN SOLUTION: Sequential
        for layer in self.layers:
            x = layer(x)
        return x
        # END SOLUTION

    def batch_step(self, x, y, training=True):
        """Return loss and accuracy of a batch, and then, if training, update the parameters.

        Returns {"loss": float, "acc": float}; with training=False (that dict, predictions).
        """
        # BEGIN SOLUTION
        # HINT: zero_grad, backward, step: what becomes of a gradient of the batch before?
        predictions = self(x)
        loss = self.loss_fn(predictions, y)
        metrics = {"loss": float(loss), "acc": float(self.acc_fn(predictions, y))}
        if not training:
            return metrics, predictions
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return metrics
        # END SOLUTION

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"


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
