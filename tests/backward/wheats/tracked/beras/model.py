import numpy as np
import torch  # for comparison, while I was debugging

from beras.core import Callable


class Model(Callable):
    def compile(self, optimizer, loss_fn, acc_fn):
        vars(self).update(optimizer=optimizer, loss_fn=loss_fn, acc_fn=acc_fn)

    def fit(self, x, y, epochs, batch_size, wandb_run=None):
        history = {"loss": [], "acc": []}
        for _ in range(epochs):
            order = np.random.permutation(len(x))
            for rows in np.array_split(order, range(batch_size, len(x), batch_size)):
                for key, value in self.batch_step(x[rows], y[rows]).items():
                    history[key].append(value)
            if wandb_run:
                wandb_run.log({key: values[-1] for key, values in history.items()})
        return history

    def evaluate(self, x, y, batch_size, wandb_run=None):
        starts = range(0, len(x), batch_size)
        results = [self.batch_step(x[k : k + batch_size], y[k : k + batch_size], False) for k in starts]
        metrics = {k: float(np.mean([m[k] for m, _ in results])) for k in ("loss", "acc")}
        return metrics, np.vstack([p for _, p in results])


class Sequential(Model):
    def __init__(self, *layers):
        self.layers = [*layers[0]] if isinstance(layers[0], (list, tuple)) else [*layers]

    @property
    def parameters(self):
        return tuple(p for layer in self.layers for p in layer.parameters)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        probs = self(x)
        loss = self.loss_fn(probs, y)
        metrics = {"loss": loss.item(), "acc": (self.acc_fn(probs, y))}
        if not training:
            return metrics, probs
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return metrics
