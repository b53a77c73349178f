from beras.activations import LeakyReLU, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.optimizers import RMSProp


def get_model():
    return SequentialModel([Dense(784, 32, "kaiming uniform"), LeakyReLU(0.1), Dense(32, 10), Softmax()])


def get_optimizer():
    return RMSProp(0.001)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()
