import wandb
from IPython.display import clear_output
from rich.progress import track
from tqdm import tqdm

from helpers import debug, timed
from plotting import plot_history, plot_weights

from .core import Callable, Weighted, np
from .gradient_tape import GradientTape


class Model(Callable, Weighted):
    def compile(self, optimizer, loss_fn, acc_fn):
        self.optimizer = optimizer
        self.loss_fn = loss_fn
        self.acc_fn = acc_fn
        self.run = wandb.init(project="beras", mode="offline", config={"optimizer": str(optimizer)})

    def fit(self, x, y, epochs, batch_size):
        history = {"loss": [], "acc": []}
        for epoch in range(epochs):
            bar = tqdm(range(0, len(x), batch_size), desc=f"epoch {epoch}")
            with timed("an epoch"):
                for i in bar:
                    metrics = self.batch_step(x[i:i + batch_size], y[i:i + batch_size])
                    for name in history:
                        history[name].append(metrics[name])
                    bar.set_description(f"loss {metrics['loss']:.3f}")
            wandb.log({name: values[-1] for name, values in history.items()}, step=epoch)
            clear_output(wait=True)
            plot_history(history)
        plot_weights(self.weights[0])
        wandb.summary["loss"] = history["loss"][-1]
        return history

    def evaluate(self, x, y, batch_size):
        losses, accs, all_probs = [], [], []
        for i in track(range(0, len(x), batch_size), description="evaluating"):
            metrics, probs = self.batch_step(x[i:i + batch_size], y[i:i + batch_size], training=False)
            losses.append(metrics["loss"])
            accs.append(metrics["acc"])
            all_probs.append(probs)
        return {"loss": sum(losses) / len(losses), "acc": sum(accs) / len(accs)}, np.concatenate(all_probs, axis=0)


class SequentialModel(Model):
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        return [w for l in self.layers for w in l.weights]

    def forward(self, x):
        for l in self.layers:
            x = l(x)
        return x

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            probs = self(x)
            loss = self.loss_fn(probs, y)
        metrics = {"loss": float(loss), "acc": float(self.acc_fn(probs, y))}
        print(metrics)
        if training:
            self.optimizer.apply_gradients(self.trainable_variables, tape.gradient(loss, self.trainable_variables))
            return metrics
        return metrics, probs
