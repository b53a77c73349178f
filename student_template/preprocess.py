"""Loads handwritten digits: the full MNIST where this machine has it, else the 5,000 shipped."""

import gzip
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).resolve().parent / "data" / "digits.npz"
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


class DataError(ValueError):
    """Digits that cannot be loaded. The message names the file and what to do about it."""


def load_and_preprocess_data(source=None):
    """Return (x_train, y_train, x_test, y_test) as the framework takes them.

    Images are float32 (N, 784) in [0, 1]; labels are integers (N,) from 0 to 9.
    source: an archive like Keras's mnist.npz, or a folder with such an archive or with MNIST's
    four IDX files, plain or .gz. Without it: the environment variable MNIST_DIR, which may say the
    same; then ~/.keras/datasets/mnist.npz; then the digits shipped in data/.
    Raises DataError where files are missing or damaged.
    """
    arrays = _read(_find(source))
    x_train, y_train, x_test, y_test = (arrays[name] for name in ARRAYS)
    return _flatten(x_train), y_train.astype(np.int64), _flatten(x_test), y_test.astype(np.int64)


def _flatten(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def _find(source):
    """Return the path to read, and what a person can do if it turns out to be damaged."""
    keras = Path.home() / ".keras" / "datasets" / "mnist.npz"
    if source:
        return Path(source).expanduser(), "give the path of an intact copy, or none at all"
    if os.environ.get("MNIST_DIR"):
        path = Path(os.environ["MNIST_DIR"]).expanduser()
        return path, "set MNIST_DIR to an intact copy, or unset it"
    if keras.exists():
        return keras, "this is Keras's cache: delete it, and Keras will fetch it again"
    return SHIPPED, "fetch a fresh copy of this project: the file is part of it"


def _read(found):
    path, remedy = found
    try:
        if path.is_dir() and (path / "mnist.npz").exists():
            path = path / "mnist.npz"
        if path.is_dir():
            return _checked(path, _read_idx_folder(path))
        return _checked(path, _read_archive(path))
    except DataError as error:
        raise DataError(f"{error}\nWhat to do: {remedy}.") from error.__cause__


def _read_archive(path):
    """Read an .npz; whatever NumPy, zipfile or zlib say about a bad one becomes a DataError."""
    if not path.exists():
        raise DataError(f"{path} does not exist")
    if path.is_file() and not zipfile.is_zipfile(path):
        raise DataError(f"{path} is not an .npz archive, or was cut short")
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [name for name in ARRAYS if name not in archive]
            if missing:
                raise DataError(f"{path} lacks the arrays {', '.join(missing)}")
            return {name: archive[name] for name in ARRAYS}
    except DataError:
        raise
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _read_idx_folder(folder):
    return {
        name: _read_idx(_idx_path(folder, idx_name), dimensions=3 if name[0] == "x" else 1)
        for name, idx_name in IDX_NAMES.items()
    }


def _idx_path(folder, name):
    for candidate in (name, f"{name}.gz"):
        if (folder / candidate).exists():
            return folder / candidate
    raise DataError(f"{folder} holds neither {name} nor {name}.gz (nor mnist.npz)")


def _read_idx(path, dimensions):
    """Read one IDX file of bytes: a magic number, the size of each dimension, the values.

    The magic number is 0x800, the code of unsigned bytes, plus the number of dimensions.
    """
    content = _bytes_of(path)
    header = np.frombuffer(content[: 4 + 4 * dimensions], dtype=np.uint8)
    if len(header) < 4 + 4 * dimensions:
        raise DataError(f"{path} is cut short: it has {len(content)} bytes")
    magic, *shape = (int(number) for number in header.view(">u4"))
    if magic != 0x800 + dimensions:
        raise DataError(f"{path} starts with the number {magic}, not {0x800 + dimensions}")
    values = np.frombuffer(content, dtype=np.uint8, offset=len(header))
    # Python's integers, which cannot overflow, whatever a damaged header says.
    expected = int(np.prod(np.array(shape, dtype=object)))
    if len(values) != expected:
        raise DataError(f"{path} announces {expected} values and holds {len(values)}")
    return values.reshape(shape)


def _bytes_of(path):
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                return file.read()
        return path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _checked(path, arrays):
    """Return arrays, if they are images of 28x28 bytes, each with a label from 0 to 9."""
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if images.dtype != np.uint8 or images.shape[1:] not in ((28, 28), (784,)):
            raise DataError(
                f"{path}: x_{part} is {images.dtype} {images.shape}, not uint8 (N, 28, 28)"
            )
        if labels.shape != (len(images),) or len(images) == 0:
            raise DataError(f"{path}: x_{part} {images.shape} and y_{part} {labels.shape} differ")
        if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 9:
            raise DataError(f"{path}: y_{part} holds labels that are not digits from 0 to 9")
    return arrays
