from itertools import chain

import numpy as np

from .core import Callable, Weighted
from .gradient_tape import GradientTape


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        vars(self).update(optimizer=optimizer, loss_fn=loss_fn, acc_fn=acc_fn)

    def fit(self, x, y, epochs, batch_size):
        history = {"loss": [], "accuracy": []}
        count = len(x) // batch_size  # what does not fill a batch is left out
        for _ in range(epochs):
            order = np.random.permutation(len(x))
            steps = [
                self.batch_step(x[rows], y[rows])
                for rows in np.split(order[: count * batch_size], count)
            ]
            for key in history:
                history[key].append(np.mean([step[key] for step in steps]))
        return history

    def evaluate(self, x, y, batch_size):
        splits = range(batch_size, len(x), batch_size)
        results = [
            self.batch_step(bx, by, training=False)
            for bx, by in zip(np.split(x, splits), np.split(y, splits))
        ]
        return {k: np.mean([r[k] for r in results]) for k in ("loss", "accuracy")}


class SequentialModel(Model):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        return list(chain.from_iterable(layer.weights for layer in self.layers))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            probs = self(x)
            loss = self.loss_fn(probs, y)
        if training:
            params = self.trainable_variables
            self.optimizer.apply_gradients(params, tape.gradient(loss, params))
        return {"loss": loss, "accuracy": self.acc_fn(probs, y)}
