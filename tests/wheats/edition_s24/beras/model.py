from abc import abstractmethod
from collections import defaultdict

import numpy as np

from beras.core import Diffable


def print_stats(stat_dict, b=None, b_num=None, e=None, avg=False):
    head = "" if e is None else f"[epoch {e + 1}] "
    head += "" if b is None else f"[batch {b + 1}/{b_num}] "
    shown = {k: np.mean(v) if avg else v for k, v in stat_dict.items()}
    print(head + ", ".join(f"{k}: {v:.3f}" for k, v in shown.items()), end="\n" if avg else "\r")


def update_metric_dict(super_dict, sub_dict):
    for k, v in sub_dict.items():
        super_dict[k] += [np.mean(v)]


class Model(Diffable):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        weights = []
        for layer in self.layers:
            weights += layer.weights
        return weights

    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x, y, epochs, batch_size):
        agg_metrics = defaultdict(list)
        batch_num = x.shape[0] // batch_size
        for e in range(epochs):
            epoch_metrics = defaultdict(list)
            for b, b1 in enumerate(range(batch_size, x.shape[0] + 1, batch_size)):
                b0 = b1 - batch_size
                batch_metrics = self.batch_step(x[b0:b1], y[b0:b1], training=True)
                update_metric_dict(epoch_metrics, batch_metrics)
                print_stats(batch_metrics, b, batch_num, e)
            update_metric_dict(agg_metrics, epoch_metrics)
            print_stats(epoch_metrics, e=e, avg=True)
        return agg_metrics

    def evaluate(self, x, y, batch_size):
        agg_metrics = defaultdict(list)
        for b0 in range(0, x.shape[0], batch_size):
            b1 = b0 + batch_size
            update_metric_dict(agg_metrics, self.batch_step(x[b0:b1], y[b0:b1], training=False))
        return {k: np.mean(v) for k, v in agg_metrics.items()}

    def get_input_gradients(self):
        return []

    def get_weight_gradients(self):
        return []

    @abstractmethod
    def batch_step(self, x, y, training=True): ...
