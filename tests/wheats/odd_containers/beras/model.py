from collections import OrderedDict, namedtuple

import numpy as np

from .core import Callable, Weighted
from .gradient_tape import GradientTape

Judged = namedtuple("Judged", "metrics predictions")


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer, self.loss_fn, self.acc_fn = optimizer, loss_fn, acc_fn

    def fit(self, x, y, epochs, batch_size):
        history = OrderedDict(loss=(), accuracy=())
        for _ in range(epochs):
            at = 0
            while at + batch_size <= len(x):
                step = self.batch_step(x[at : at + batch_size], y[at : at + batch_size])
                history["loss"] += (step["loss"],)
                history["accuracy"] += (step["accuracy"],)
                at += batch_size
        return history

    def evaluate(self, x, y, batch_size):
        judged = [
            self.batch_step(x[at : at + batch_size], y[at : at + batch_size], training=False)
            for at in range(0, len(x), batch_size)
        ]
        metrics = OrderedDict(
            (key, np.mean([j.metrics[key] for j in judged])) for key in ("loss", "accuracy")
        )
        return Judged(metrics, np.concatenate([j.predictions for j in judged]))


class SequentialModel(Model):
    def __init__(self, layers):
        self.layers = tuple(layers)

    @property
    def weights(self):
        return sum((tuple(layer.weights) for layer in self.layers), ())

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            predictions = self(x)
            loss = self.loss_fn(predictions, y)
        metrics = {"loss": np.reshape(loss, 1), "accuracy": np.reshape(self.acc_fn(predictions, y), 1)}
        if not training:
            return Judged(metrics, predictions)
        self.optimizer.apply_gradients(
            self.trainable_variables, tape.gradient(loss, self.trainable_variables)
        )
        return metrics
