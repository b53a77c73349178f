from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict

import numpy as np
import wandb

from beras.core import Diffable, Tensor


def print_stats(stat_dict, batch_num=None, num_batches=None, epoch=None, avg=False):
    print(
        f"epoch {epoch}" if batch_num is None else f"batch {batch_num + 1} of {num_batches}",
        {key: float(np.mean(value)) if avg else float(value) for key, value in stat_dict.items()},
    )


def update_metric_dict(super_dict, sub_dict):
    for key, value in sub_dict.items():
        super_dict[key] += [np.mean(value)]


class Model(Diffable):
    def __init__(self, *layers, name=None):
        super().__init__(name)
        self.layers = layers[0] if isinstance(layers[0], list) else list(layers)

    def __call__(self, *args, **kwargs) -> Tensor:
        return self.forward(*args, **kwargs)

    def backward(self, grad=None):
        return None

    @property
    def parameters(self) -> list[Tensor]:
        parameters = []
        for layer in self.layers:
            parameters += layer.parameters
        return parameters

    def compile(self, optimizer, loss_fn, acc_fn) -> None:
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x: Tensor, y: Tensor, epochs: int, batch_size: int, wandb_run: wandb.Run = None) -> dict:
        agg_metrics = defaultdict(lambda: [])
        num_batches = int(np.ceil(len(x) / batch_size))
        for epoch in range(epochs):
            epoch_metrics = defaultdict(lambda: [])
            for batch_num in range(num_batches):
                batch = slice(batch_num * batch_size, (batch_num + 1) * batch_size)
                batch_metrics = self.batch_step(x[batch], y[batch], training=True)
                update_metric_dict(epoch_metrics, batch_metrics)
            update_metric_dict(agg_metrics, epoch_metrics)
            print_stats(epoch_metrics, epoch=epoch, avg=True)
        return agg_metrics

    def evaluate(self, x: Tensor, y: Tensor, batch_size: int, wandb_run: wandb.Run = None) -> tuple[dict[str, float], Tensor]:
        agg_metrics = defaultdict(lambda: [])
        predictions = []
        for b0 in range(0, len(x), batch_size):
            batch_metrics, batch_predictions = self.batch_step(
                x[b0 : b0 + batch_size], y[b0 : b0 + batch_size], training=False
            )
            update_metric_dict(agg_metrics, batch_metrics)
            predictions.append(batch_predictions)
        metrics = {key: float(np.mean(value)) for key, value in agg_metrics.items()}
        return metrics, Tensor(np.concatenate(predictions, axis=0))

    def get_input_gradients(self) -> list[Tensor]:
        return []

    def get_weight_gradients(self) -> list[Tensor]:
        return []

    @abstractmethod
    def batch_step(self, x, y, training=True): ...


class Sequential(Model):
    def forward(self, inputs: Tensor) -> Tensor:
        x = Tensor(inputs)
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x: Tensor, y: Tensor, training: bool = True):
        predictions = self(x)
        loss = self.compiled_loss(predictions, y)
        metrics = {"loss": float(loss), "acc": float(self.compiled_acc(predictions, y))}
        if not training:
            return metrics, predictions
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return metrics
