import argparse

from beras.activations import ReLU, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.optimizers import RMSProp

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--rate", type=float, default=0.001)
args = parser.parse_args()


def get_model():
    layers = [Dense(784, args.hidden, "kaiming"), ReLU(), Dense(args.hidden, 10, "xavier")]
    return SequentialModel([*layers, Softmax()])


def get_optimizer():
    return RMSProp(args.rate)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()


if __name__ == "__main__":
    from beras.onehot import OneHotEncoder
    from preprocess import load_and_preprocess_data

    train_x, train_y, test_x, test_y = load_and_preprocess_data()
    encoder = OneHotEncoder()
    encoder.fit(train_y)
    model = get_model().compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    model.fit(train_x, encoder(train_y), 10, 128)
    print(model.evaluate(test_x, encoder(test_y), 128)[0])
