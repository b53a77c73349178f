from abc import abstractmethod
from collections import defaultdict

import numpy as np

from beras.core import Diffable
from beras.gradient_tape import GradientTape


def print_stats(stat_dict, batch_num=None, num_batches=None, epoch=None, avg=False):
    print(epoch, batch_num, num_batches, {k: np.mean(v) for k, v in stat_dict.items()})


def update_metric_dict(super_dict, sub_dict):
    for k, v in sub_dict.items():
        super_dict[k] += [np.mean(v)]


class Model(Diffable):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        return sum((list(layer.weights) for layer in self.layers), [])

    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x, y, epochs, batch_size):
        agg_metrics = defaultdict(lambda: [])
        num_batches = len(x) // batch_size
        for epoch in range(epochs):
            epoch_metrics = defaultdict(lambda: [])
            for b in range(num_batches):
                rows = slice(b * batch_size, (b + 1) * batch_size)
                update_metric_dict(epoch_metrics, self.batch_step(x[rows], y[rows]))
            update_metric_dict(agg_metrics, epoch_metrics)
            print_stats(epoch_metrics, epoch=epoch, avg=True)
        return dict(agg_metrics)

    def evaluate(self, x, y, batch_size):
        agg_metrics, preds = defaultdict(lambda: []), []
        for i in range(0, len(x), batch_size):
            rows = slice(i, i + batch_size)
            metrics, pred = self.batch_step(x[rows], y[rows], training=False)
            update_metric_dict(agg_metrics, metrics)
            preds.extend(pred)
        return {k: float(np.mean(v)) for k, v in agg_metrics.items()}, np.stack(preds)

    def get_input_gradients(self):
        return []

    def get_weight_gradients(self):
        return []

    @abstractmethod
    def batch_step(self, x, y, training=True): ...


class SequentialModel(Model):
    def forward(self, inputs):
        outputs = [inputs]
        for layer in self.layers:
            outputs.append(layer(outputs[-1]))
        return outputs[-1]

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            pred = self.forward(x)
            loss = self.compiled_loss(pred, y)
        if training:
            grads = tape.gradient(loss, self.trainable_variables)
            shaped = [np.reshape(g, w.shape) for g, w in zip(grads, self.trainable_variables)]
            self.optimizer.apply_gradients(self.trainable_variables, shaped)
        acc = self.compiled_acc(pred, y)
        return {"loss": loss, "acc": acc} if training else ({"loss": loss, "acc": acc}, pred)
