"""Beras: a small deep-learning framework in NumPy, with every public name in one place."""

from .activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax
from .core import Callable, Diffable, Tensor, Variable, Weighted
from .gradient_tape import GradientTape
from .layers import Dense
from .losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from .metrics import CategoricalAccuracy
from .model import Model, SequentialModel
from .onehot import OneHotEncoder
from .optimizers import Adam, BasicOptimizer, RMSProp

__all__ = [
    "Activation",
    "Adam",
    "BasicOptimizer",
    "Callable",
    "CategoricalAccuracy",
    "CategoricalCrossEntropy",
    "Dense",
    "Diffable",
    "GradientTape",
    "LeakyReLU",
    "Loss",
    "MeanSquaredError",
    "Model",
    "OneHotEncoder",
    "RMSProp",
    "ReLU",
    "SequentialModel",
    "Sigmoid",
    "Softmax",
    "Tensor",
    "Variable",
    "Weighted",
]
