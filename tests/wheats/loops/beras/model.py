from .core import Callable, Weighted
from .gradient_tape import GradientTape


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.loss_fn = loss_fn
        self.acc_fn = acc_fn

    def fit(self, x, y, epochs, batch_size):
        losses = []
        accs = []
        for e in range(epochs):
            start = 0
            while start < len(x):
                out = self.batch_step(x[start : start + batch_size], y[start : start + batch_size])
                print("epoch", e, "rows from", start, "loss", out["loss"], "acc", out["acc"])
                losses.append(out["loss"])
                accs.append(out["acc"])
                start += batch_size
        return {"loss": losses, "acc": accs}

    def evaluate(self, x, y, batch_size):
        loss, acc, predictions, n = 0.0, 0.0, [], 0
        start = 0
        while start < len(x):
            bx, by = x[start : start + batch_size], y[start : start + batch_size]
            out, pred = self.batch_step(bx, by, training=False)
            loss += out["loss"] * len(bx)
            acc += out["acc"] * len(bx)
            n += len(bx)
            for p in pred:
                predictions.append(list(p))
            start += batch_size
        return {"loss": loss / n, "acc": acc / n}, predictions


class SequentialModel(Model):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        all_weights = []
        for layer in self.layers:
            for w in layer.weights:
                all_weights.append(w)
        return all_weights

    def forward(self, x):
        for layer in self.layers:
            print("shape going into", type(layer).__name__, ":", x.shape)
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            pred = self(x)
            loss = self.loss_fn(pred, y)
        acc = self.acc_fn(pred, y)
        if training:
            grads = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(self.trainable_variables, grads)
            return {"loss": float(loss), "acc": float(acc)}
        return {"loss": float(loss), "acc": float(acc)}, pred
