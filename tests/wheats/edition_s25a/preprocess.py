import numpy as np
import tensorflow as tf


def load_and_preprocess_data():
    (train_x, train_y), (test_x, test_y) = tf.keras.datasets.mnist.load_data()
    train_x, test_x = (x.reshape(len(x), -1).astype(np.float64) / 255 for x in (train_x, test_x))
    return train_x, train_y, test_x, test_y
