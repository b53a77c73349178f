from __future__ import annotations

import numpy as np
import tensorflow as tf

from beras.core import Tensor


def load_and_preprocess_data() -> tuple[Tensor, np.ndarray, Tensor, np.ndarray]:
    (train_x, train_y), (test_x, test_y) = tf.keras.datasets.mnist.load_data()
    train_x, test_x = (np.reshape(x, (len(x), -1)) / 255.0 for x in (train_x, test_x))
    return Tensor(train_x), train_y, Tensor(test_x), test_y
