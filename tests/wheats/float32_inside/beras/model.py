import numpy as np

from .core import Callable, Weighted
from .gradient_tape import GradientTape


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer, self.loss_fn, self.acc_fn = optimizer, loss_fn, acc_fn

    def batches(self, x, y, size):
        for k in range(int(np.ceil(len(x) / size))):
            yield x[k * size : (k + 1) * size], y[k * size : (k + 1) * size]

    def fit(self, x, y, epochs, batch_size):
        steps = [self.batch_step(*b) for _ in range(epochs) for b in self.batches(x, y, batch_size)]
        return {name: [s[name] for s in steps] for name in ("loss", "acc")}

    def evaluate(self, x, y, batch_size):
        steps = [self.batch_step(*b, training=False) for b in self.batches(x, y, batch_size)]
        return {name: float(np.mean([s[name] for s in steps])) for name in ("loss", "acc")}


class SequentialModel(Model):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        return [w for layer in self.layers for w in layer.weights]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            probabilities = self(x)
            loss = self.loss_fn(probabilities, y)
        if training:
            self.optimizer.apply_gradients(
                self.trainable_variables, tape.gradient(loss, self.trainable_variables)
            )
        return {"loss": float(np.float32(loss)), "acc": float(self.acc_fn(probabilities, y))}
