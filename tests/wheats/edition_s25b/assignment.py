from beras.activations import LeakyReLU, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.onehot import OneHotEncoder
from beras.optimizers import Adam
from preprocess import load_and_preprocess_data


def get_model():
    return SequentialModel(
        [
            Dense(784, 128, initializer="kaiming"),
            LeakyReLU(),
            Dense(128, 10, initializer="xavier"),
            Softmax(),
        ]
    )


def get_optimizer():
    return Adam(0.002)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()


if __name__ == "__main__":
    train_x, train_labels, test_x, test_labels = load_and_preprocess_data()
    encoder = OneHotEncoder()
    encoder.fit(train_labels)
    model = get_model()
    model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    model.fit(train_x, encoder(train_labels), epochs=10, batch_size=256)
    print(model.evaluate(test_x, encoder(test_labels), batch_size=256)[0])
