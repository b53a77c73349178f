from .core import Callable, Tensor


class Model(Callable):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.loss_fn = loss_fn
        self.acc_fn = acc_fn

    def fit(self, x, y, epochs, batch_size, wandb_run=None):
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

    def evaluate(self, x, y, batch_size, wandb_run=None):
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


class Sequential(Model):
    def __init__(self, *layers):
        self.layers = []
        for layer in layers:
            if isinstance(layer, list):
                for inner in layer:
                    self.layers.append(inner)
            else:
                self.layers.append(layer)

    @property
    def parameters(self):
        found = ()
        for layer in self.layers:
            found = found + tuple(layer.parameters)
        return found

    def forward(self, x):
        for layer in self.layers:
            print("shape going into", type(layer).__name__, ":", x.shape)
            x = layer(x)
        return x

    def batch_step(self, x, y, training=True):
        if not training:
            with Tensor.no_grad():
                pred = self(x)
                return {"loss": float(self.loss_fn(pred, y)), "acc": float(self.acc_fn(pred, y))}, pred
        self.optimizer.zero_grad()
        pred = self(x)
        loss = self.loss_fn(pred, y)
        loss.backward()
        self.optimizer.step()
        return {"loss": float(loss), "acc": float(self.acc_fn(pred, y))}
