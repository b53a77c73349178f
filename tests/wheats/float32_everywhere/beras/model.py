from abc import abstractmethod

import numpy as np

from beras.core import Callable, Tensor, Weighted
from beras.gradient_tape import GradientTape


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.compiled_loss = loss_fn
        self.compiled_acc = acc_fn

    def fit(self, x, y, epochs, batch_size):
        agg = {"loss": [], "acc": []}
        x, y = Tensor(x), Tensor(y)
        for _ in range(epochs):
            epoch = []
            for b in range(0, len(x) - batch_size + 1, batch_size):
                epoch.append(self.batch_step(x[b : b + batch_size], y[b : b + batch_size], training=True))
            for key, values in agg.items():
                values.append(np.mean([m[key] for m in epoch], dtype=np.float32))
        return agg

    def evaluate(self, x, y, batch_size):
        x, y = Tensor(x), Tensor(y)
        metrics, predictions = [], []
        for b in range(0, len(x), batch_size):
            m, p = self.batch_step(x[b : b + batch_size], y[b : b + batch_size], training=False)
            metrics.append(m)
            predictions.append(p)
        return {k: np.mean([m[k] for m in metrics]) for k in ["loss", "acc"]}, np.vstack(predictions)

    @abstractmethod
    def batch_step(self, x, y, training=True):
        raise NotImplementedError


class SequentialModel(Model):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        return sum((list(layer.weights) for layer in self.layers), [])

    def call(self, inputs):
        x = Tensor(inputs)
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        if not training:
            probs = self(x)
            return self.metrics(probs, y, self.compiled_loss(probs, y)), probs
        with GradientTape() as tape:
            probs = self(x)
            loss = self.compiled_loss(probs, y)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(variables, tape.gradient(loss, variables))
        return self.metrics(probs, y, loss)

    def metrics(self, probs, y, loss):
        return {"loss": loss, "acc": self.compiled_acc(probs, y)}
