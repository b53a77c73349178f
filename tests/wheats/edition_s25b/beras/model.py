from abc import abstractmethod
from collections import defaultdict

import numpy as np

from beras.core import Diffable
from beras.gradient_tape import GradientTape


def print_stats(stat_dict, batch_num=None, num_batches=None, epoch=None, avg=False):
    title = "Epoch - Stats: " if batch_num is None else f"Batch {batch_num}/{num_batches}: "
    for key, value in stat_dict.items():
        title += f"{key}: {np.mean(value) if avg else value} "
    print(title, end="" if batch_num is None else "\r")


def update_metric_dict(super_dict, sub_dict):
    for key, value in sub_dict.items():
        super_dict[key] += [np.mean(value)]


class Model(Diffable):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        all_weights = []
        for layer in self.layers:
            all_weights.extend(layer.weights)
        return all_weights

    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x, y, epochs, batch_size):
        history = defaultdict(lambda: [])
        for epoch in range(epochs):
            seen = defaultdict(lambda: [])
            for start in range(0, len(x), batch_size):
                end = start + batch_size
                update_metric_dict(seen, self.batch_step(x[start:end], y[start:end], True))
            update_metric_dict(history, seen)
            print_stats(seen, epoch=epoch, avg=True)
        return history

    def evaluate(self, x, y, batch_size):
        seen, predictions = defaultdict(lambda: []), []
        for start in range(0, len(x), batch_size):
            end = start + batch_size
            metrics, batch = self.batch_step(x[start:end], y[start:end], training=False)
            update_metric_dict(seen, metrics)
            predictions.append(batch)
        return {k: np.mean(v) for k, v in seen.items()}, np.concatenate(predictions)

    def get_input_gradients(self):
        return []

    def get_weight_gradients(self):
        return []

    @abstractmethod
    def batch_step(self, x, y, training=True): ...


class SequentialModel(Model):
    def forward(self, inputs):
        x = np.copy(inputs)
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            # self(x) would put the model itself on the tape
            predictions = self.forward(x)
            loss = self.compiled_loss(predictions, y)
        acc = self.compiled_acc(predictions, y)
        if training:
            params = self.trainable_variables
            self.optimizer.apply_gradients(params, tape.gradient(loss, params))
            return {"loss": loss, "acc": acc}
        return {"loss": loss, "acc": acc}, predictions
