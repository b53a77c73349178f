"""Draws digits that a model gets right and digits that it gets wrong. Needs matplotlib.

python visualize.py                  opens a window, or writes predictions.png without a display
python visualize.py --out FILE.png   writes a picture
"""

import argparse
import sys

import numpy as np

from assignment import Progress, one_hot, train
from preprocess import DataError, load_and_preprocess_data

COLUMNS, ROWS = 8, 2  # of each block: right, then wrong
WITHOUT_DISPLAY = "predictions.png"
RIGHT, WRONG = "#2f855a", "#c53030"


def draw_predictions(images, labels, probabilities, path=None):
    """Draw up to 16 right predictions and the 16 wrong ones that the model was surest of.

    images (N, 784), labels (N,) integers, probabilities (N, 10). Writes to path, or else opens
    a window; where there is no display, writes to WITHOUT_DISPLAY. Returns the path written to.
    Raises ImportError with the remedy if matplotlib is missing.
    """
    plt = _pyplot(path)
    if path is None and plt.get_backend().lower() == "agg":  # what matplotlib falls back to
        path = WITHOUT_DISPLAY
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    captions = [
        f"{guess} ({sure:.1%})" if guess == label else f"{guess} ({sure:.1%})\nis {label}"
        for guess, label, sure in zip(predicted, labels, confidence, strict=True)
    ]
    right, wrong = np.flatnonzero(predicted == labels), np.flatnonzero(predicted != labels)
    wrong = wrong[np.argsort(-confidence[wrong])]
    figure = plt.figure(figsize=(9.2, 6.9), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[0.93, 1])
    _draw_block(above, f"{len(right)} of {len(labels)} right", RIGHT, right, images, captions)
    _draw_block(below, f"{len(wrong)} wrong, the surest first", WRONG, wrong, images, captions)
    if path is None:
        plt.show()
    else:
        figure.savefig(path, dpi=150, pad_inches=0.15, bbox_inches="tight")
    plt.close(figure)
    return path


def _pyplot(path):
    """Import matplotlib only here, so that all else works without it."""
    try:
        import matplotlib
    except ImportError as error:
        raise ImportError("pictures need matplotlib: python -m pip install matplotlib") from error
    if path is not None:
        matplotlib.use("Agg")  # a file needs no display
    import matplotlib.pyplot as plt

    return plt


def _draw_block(block, title, colour, rows, images, captions):
    block.suptitle(title, color=colour, fontsize=14, fontweight="bold")
    for place, axes in enumerate(block.subplots(ROWS, COLUMNS).flat):
        axes.set_axis_off()
        if place < len(rows):
            row = rows[place]
            axes.imshow(images[row].reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
            axes.set_title(captions[row], color=colour, fontsize=10, linespacing=1.3)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", metavar="FILE", help="write here in place of a window")
    parser.add_argument("--epochs", type=int, default=3, help="times through the digits")
    parser.add_argument("--seed", type=int, default=0, help="of the weights and the order")
    parser.add_argument("--data", metavar="PATH", help="mnist.npz, or a folder with MNIST's files")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    try:
        _pyplot(arguments.out)  # before training, which would be in vain without it
        x_train, y_train, x_test, y_test = load_and_preprocess_data(arguments.data)
    except (DataError, ImportError) as error:
        sys.exit(f"visualize.py: {error}")
    progress = Progress(arguments.epochs, len(x_train))
    model = train(x_train, y_train, arguments.epochs, arguments.seed, progress)
    _, probabilities = model.evaluate(x_test, one_hot(y_test), batch_size=500)
    try:
        path = draw_predictions(x_test, y_test, np.asarray(probabilities), arguments.out)
    except (OSError, ValueError) as error:  # no such folder, or a format unknown to matplotlib
        sys.exit(f"visualize.py: cannot write {arguments.out}: {error}")
    if path:
        print(f"written to {path}")


if __name__ == "__main__":
    main()
