"""Trains a digit classifier and says how well it does on digits that it has never seen."""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

import beras
from preprocess import DataError, load_and_preprocess_data

BATCH_SIZE = 64
CURVE = Path(__file__).with_name("training.svg")


def get_model():
    """Return a model that maps images (N, 784) to probabilities (N, 10)."""
    raise NotImplementedError("assignment.get_model: roadmap 9.1")


def get_optimizer():
    """Return what steps the weights."""
    raise NotImplementedError("assignment.get_optimizer: roadmap 9.1")


def get_loss_fn():
    """Return what training minimises."""
    raise NotImplementedError("assignment.get_loss_fn: roadmap 9.1")


def get_acc_fn():
    """Return the accuracy that training reports."""
    raise NotImplementedError("assignment.get_acc_fn: roadmap 9.1")


def one_hot(labels):
    """Return labels (N,) as rows (N, 10)."""
    encoder = beras.OneHotEncoder()
    encoder.fit(np.arange(10))
    return encoder(labels)


def train(x, labels, epochs, seed, on_batch=None):
    """Return a model trained on images x (N, 784) and labels (N,), the same for the same seed."""
    np.random.seed(seed)
    model = get_model()
    model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    model.fit(x, one_hot(labels), epochs, BATCH_SIZE, seed, on_batch)
    return model


class Progress:
    """Draws a bar that fills up in each epoch; off a terminal, prints a plain line per epoch."""

    WIDTH = 30
    SECONDS_BETWEEN_FRAMES = 0.05

    def __init__(self, epochs, samples, stream=None):
        self.epochs, self.samples = epochs, samples
        self.stream = stream or sys.stdout
        self.drawn_at = 0.0
        self.curve = []  # loss and accuracy of each epoch

    def __call__(self, epoch, done, means):
        """Take the samples done in this epoch, and the means of their metrics."""
        finished = done == self.samples
        if finished:
            self.curve.append((means["loss"], means["acc"]))
        line = f"epoch {epoch + 1:>{len(str(self.epochs))}}/{self.epochs}  {describe(means)}"
        if self.stream.isatty():
            self._draw(line, done, finished)
        elif finished:
            print(line, file=self.stream, flush=True)

    def _draw(self, line, done, finished):
        if not finished and time.monotonic() - self.drawn_at < self.SECONDS_BETWEEN_FRAMES:
            return
        self.drawn_at = time.monotonic()
        bar = "#" * (self.WIDTH * done // self.samples)
        end = "\n" if finished else ""
        print(f"\r[{bar:.<{self.WIDTH}}] {line}", end=end, file=self.stream, flush=True)


def describe(metrics):
    return f"loss {metrics['loss']:.4f}  accuracy {metrics['acc']:6.2%}"


def draw_curve(curve, path):
    """Write loss (red, from its largest value to 0) and accuracy (green, from 0 to 1) as SVG."""
    top = max(loss for loss, _ in curve) or 1
    lines = [(loss / top for loss, _ in curve), (accuracy for _, accuracy in curve)]
    width = 40 * max(len(curve) - 1, 1)
    parts = [f'<rect width="{width + 40}" height="240" fill="white"/>']
    for colour, heights in zip(("#c53030", "#2f855a"), lines, strict=True):
        points = " ".join(f"{20 + 40 * x},{220 - 200 * y:.1f}" for x, y in enumerate(heights))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 40}" height="240">'
    path.write_text("\n".join([head, *parts, "</svg>\n"]), encoding="utf-8")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=12, help="times through the digits")
    parser.add_argument("--seed", type=int, default=0, help="of the weights and the order")
    parser.add_argument("--data", metavar="PATH", help="mnist.npz, or a folder with MNIST's files")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    return arguments


def main():
    arguments = parse_arguments()
    try:
        x_train, y_train, x_test, y_test = load_and_preprocess_data(arguments.data)
    except DataError as error:
        sys.exit(f"assignment.py: {error}")
    progress = Progress(arguments.epochs, len(x_train))
    model = train(x_train, y_train, arguments.epochs, arguments.seed, progress)
    metrics, _ = model.evaluate(x_test, one_hot(y_test), batch_size=500)
    if len(progress.curve) > 1:
        draw_curve(progress.curve, CURVE)
        print(f"loss (red) and accuracy (green) of each epoch: {CURVE.name}")
    print(f"{len(x_test)} held-out digits  {describe(metrics)}")


if __name__ == "__main__":
    main()
