from abc import abstractmethod
from collections import defaultdict

import numpy as np

from beras.core import Diffable
from beras.gradient_tape import GradientTape


def print_stats(stat_dict, batch_num=None, num_batches=None, epoch=None, avg=False):
    start = f"batch {batch_num}/{num_batches} " if batch_num is not None else f"epoch {epoch} "
    values = {name: np.mean(v) if avg else v for name, v in stat_dict.items()}
    print(start, *(f"{name}={value:.4f}" for name, value in values.items()))


def update_metric_dict(super_dict, sub_dict):
    for name, value in sub_dict.items():
        super_dict[name].append(np.mean(value))


class Model(Diffable):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        return tuple(w for layer in self.layers for w in layer.weights)

    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn
        return self

    def fit(self, x, y, epochs, batch_size):
        history = {"loss": [], "acc": []}
        for epoch in range(epochs):
            order = np.random.permutation(len(x))
            for rows in np.array_split(order, np.arange(batch_size, len(x), batch_size)):
                metrics = self.batch_step(x[rows], y[rows])
                for name in history:
                    history[name].append(metrics[name])
            print_stats(metrics, epoch=epoch)
        return history

    def evaluate(self, x, y, batch_size):
        sums, outputs = defaultdict(float), []
        for start in range(0, len(x), batch_size):
            rows = slice(start, min(start + batch_size, len(x)))
            metrics, predictions = self.batch_step(x[rows], y[rows], training=False)
            for name, value in metrics.items():
                sums[name] += value * (rows.stop - rows.start) / len(x)
            outputs += list(predictions)
        return sums, np.array(outputs)

    def get_input_gradients(self):
        return []

    def get_weight_gradients(self):
        return []

    @abstractmethod
    def batch_step(self, x, y, training=True): ...


class SequentialModel(Model):
    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            predictions = self.forward(x)
            loss = self.compiled_loss(predictions, y)
        metrics = {"loss": float(loss), "acc": float(self.compiled_acc(predictions, y))}
        if not training:
            return metrics, predictions
        # all of them: nothing is frozen in this homework
        self.optimizer.apply_gradients(self.weights, tape.gradient(loss, self.weights))
        return metrics
