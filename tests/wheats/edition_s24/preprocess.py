import tensorflow as tf

from beras.core import Tensor


def load_and_preprocess_data():
    (train_inputs, train_labels), (test_inputs, test_labels) = tf.keras.datasets.mnist.load_data()
    train_inputs = train_inputs.reshape(train_inputs.shape[0], 784) / 255
    test_inputs = test_inputs.reshape(test_inputs.shape[0], 784) / 255
    return Tensor(train_inputs), Tensor(train_labels), Tensor(test_inputs), Tensor(test_labels)
