"""Beras: a small deep-learning framework in NumPy, with every public name in one place."""

from .activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax
from .core import Callable, Diffable, Tensor
from .layers import Linear
from .losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from .metrics import CategoricalAccuracy
from .model import Model, Sequential
from .onehot import OneHotEncoder
from .optimizers import Adam, BasicOptimizer, RMSProp

__all__ = [
    "Activation",
    "Adam",
    "BasicOptimizer",
    "Callable",
    "CategoricalAccuracy",
    "CategoricalCrossEntropy",
    "Diffable",
    "LeakyReLU",
    "Linear",
    "Loss",
    "MeanSquaredError",
    "Model",
    "OneHotEncoder",
    "RMSProp",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tensor",
]
