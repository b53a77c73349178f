from dataclasses import dataclass
from typing import Any

import numpy as np

from beras.core import Callable, Weighted
from beras.gradient_tape import GradientTape


@dataclass
class Running:
    loss: float = 0.0
    acc: float = 0.0
    rows: int = 0

    def add(self, loss, acc, rows):
        self.loss += loss * rows
        self.acc += acc * rows
        self.rows += rows

    def result(self):
        return dict(loss=self.loss / self.rows, acc=self.acc / self.rows)


class Model(Callable, Weighted):
    def __init__(self, layers):
        self.layers = list(layers)

    @property
    def weights(self):
        return [w for layer in self.layers for w in layer.weights]

    def compile(self, optimizer, loss_fn, acc_fn):
        for name, value in list(locals().items())[1:]:
            setattr(self, name, value)

    def fit(self, x, y, epochs, batch_size):
        history = []
        for _ in range(epochs):
            running = Running()
            for rows in self._rows(len(x), batch_size):
                running.add(**self.batch_step(x[rows], y[rows]), rows=len(rows))
            history.append(running.result())
        return {key: [entry[key] for entry in history] for key in ("loss", "acc")}

    def evaluate(self, x, y, batch_size):
        running, predictions = Running(), np.empty(np.shape(y))
        for rows in self._rows(len(x), batch_size):
            metrics, predictions[rows] = self.batch_step(x[rows], y[rows], training=False)
            running.add(**metrics, rows=len(rows))
        return running.result(), predictions

    @staticmethod
    def _rows(total, size):
        return np.array_split(np.arange(total), range(size, total, size))


class SequentialModel(Model):
    def __init__(self, layers, **kwargs: Any):
        super().__init__(layers, **kwargs)

    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer(out)
        return out

    def batch_step(self, x, y, training=True):
        if not training:
            out = self(x)
            return dict(loss=self.loss_fn(out, y).item(), acc=float(self.acc_fn(out, y))), out
        with GradientTape() as tape:
            out = self(x)
            loss = self.loss_fn(out, y)
        self.optimizer.apply_gradients(
            self.trainable_variables, tape.gradient(loss, self.trainable_variables)
        )
        return dict(loss=loss.item(), acc=float(self.acc_fn(out, y)))
