from abc import abstractmethod
from collections import defaultdict

import numpy as np
from tqdm.auto import tqdm, trange

from beras.core import Callable, Diffable, Tensor, Weighted
from beras.gradient_tape import GradientTape


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x, y, epochs, batch_size):
        agg_metrics = defaultdict(lambda: [])
        batch_num = x.shape[0] // batch_size
        for epoch in trange(epochs, desc="Training"):
            epoch_metrics = defaultdict(lambda: [])
            with tqdm(total=batch_num, desc=f"Epoch {epoch + 1}", leave=False) as bar:
                for b1 in range(batch_size, x.shape[0] + 1, batch_size):
                    b0 = b1 - batch_size
                    batch_metrics = self.batch_step(x[b0:b1], y[b0:b1], training=True)
                    for key, value in batch_metrics.items():
                        epoch_metrics[key].append(value)
                    bar.set_postfix({k: f"{v:.3f}" for k, v in batch_metrics.items()})
                    bar.update(1)
            for key, values in epoch_metrics.items():
                agg_metrics[key].append(np.mean(values))
            tqdm.write(f"[Epoch {epoch + 1}/{epochs}] loss {agg_metrics['loss'][-1]:.4f}")
        return agg_metrics

    def evaluate(self, x, y, batch_size):
        agg_metrics = defaultdict(lambda: [])
        predictions = []
        for b0 in tqdm(range(0, x.shape[0], batch_size), desc="Evaluating"):
            batch_metrics, pred = self.batch_step(x[b0 : b0 + batch_size], y[b0 : b0 + batch_size], training=False)
            predictions.extend(pred)
            for key, value in batch_metrics.items():
                agg_metrics[key].append(value)
        agg_metrics = {key: np.mean(value) for key, value in agg_metrics.items()}
        return agg_metrics, np.array(predictions)

    @abstractmethod
    def batch_step(self, x, y, training=True): ...


class SequentialModel(Model):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    @property
    def weights(self):
        weights = []
        for layer in self.layers:
            weights += layer.weights
        return weights

    def call(self, inputs):
        x = inputs
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            predictions = self(x)
            loss = self.compiled_loss(predictions, y)
        if training:
            grads = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(self.trainable_variables, grads)
        acc = self.compiled_acc(predictions, y)
        metrics = defaultdict(float, loss=float(loss), acc=float(acc))
        return metrics if training else (metrics, predictions)
