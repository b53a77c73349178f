from abc import abstractmethod
from collections import defaultdict

import numpy as np

from beras.core import Diffable
from beras.gradient_tape import GradientTape


def print_stats(stat_dict, batch_num=None, num_batches=None, epoch=None, avg=False):
    label = f"Epoch {epoch}" if batch_num is None else f"{batch_num} of {num_batches}"
    print(label, end=": ")
    print(*(f"{k} {np.mean(v) if avg else v:.3g}" for k, v in stat_dict.items()), sep=", ")


def update_metric_dict(super_dict, sub_dict):
    for k, v in sub_dict.items():
        super_dict[k] += [np.mean(v)]


class Model(Diffable):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        weights = ()
        for layer in self.layers:
            weights += tuple(layer.weights)
        return weights

    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x, y, epochs, batch_size):
        history = {"loss": [], "acc": []}
        for epoch in range(epochs):
            epoch_metrics = defaultdict(lambda: [])
            order = np.random.permutation(x.shape[0])
            for start in range(0, x.shape[0] - batch_size + 1, batch_size):
                rows = order[start : start + batch_size]
                update_metric_dict(epoch_metrics, self.batch_step(x[rows], y[rows], training=True))
            update_metric_dict(history, epoch_metrics)
        return history

    def evaluate(self, x, y, batch_size):
        metrics, predictions = defaultdict(lambda: []), np.zeros(y.shape)
        for start in range(0, x.shape[0], batch_size):
            rows = slice(start, start + batch_size)
            one, predictions[rows] = self.batch_step(x[rows], y[rows], training=False)
            update_metric_dict(metrics, one)
        return {key: np.mean(values) for key, values in metrics.items()}, predictions

    def get_input_gradients(self):
        return []

    def get_weight_gradients(self):
        return []

    @abstractmethod
    def batch_step(self, x, y, training=True): ...


class SequentialModel(Model):
    def forward(self, inputs):
        x = inputs
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            predictions = self.forward(x)
            loss = self.compiled_loss(predictions, y)
        acc = self.compiled_acc(predictions, y)
        metrics = {"loss": loss, "acc": acc}
        if not training:
            return metrics, predictions
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(self.trainable_variables, grads)
        return metrics
