import numpy as np

from beras.activations import ReLU, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy, MeanSquaredError
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.onehot import OneHotEncoder
from beras.optimizers import Adam, BasicOptimizer, RMSProp
from preprocess import load_and_preprocess_data

np.random.seed(1470)


def get_model():
    return SequentialModel(
        [
            Dense(784, 64, initializer="kaiming"),
            ReLU(),
            Dense(64, 10, initializer="xavier"),
            Softmax(),
        ]
    )


def get_optimizer():
    return BasicOptimizer(0.5)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()


if __name__ == "__main__":
    train_inputs, train_labels, test_inputs, test_labels = load_and_preprocess_data()
    ohe = OneHotEncoder()
    model = get_model()
    model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    model.fit(train_inputs, ohe.fit(train_labels), epochs=10, batch_size=100)
    print(model.evaluate(test_inputs, ohe(test_labels), batch_size=100))
