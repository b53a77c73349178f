from beras.activations import ReLU, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.optimizers import Adam


def get_model():
    return SequentialModel([Dense(784, 64, "kaiming"), ReLU(), Dense(64, 10, "xavier"), Softmax()])


def get_optimizer():
    return Adam(1e-3)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()
