import numpy as np
import tensorflow as tf

from beras.core import Tensor


def load_and_preprocess_data():
    (train_x, train_y), (test_x, test_y) = tf.keras.datasets.mnist.load_data()
    train_x = Tensor(train_x.reshape(-1, 784) / 255.0)
    test_x = Tensor(test_x.reshape(-1, 784) / 255.0)
    return train_x, np.array(train_y), test_x, np.array(test_y)
