from .core import Tensor, Variable, Callable, Weighted, Diffable
from .layers import Dense
from .activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax
from .losses import Loss, MeanSquaredError, CategoricalCrossEntropy
from .metrics import CategoricalAccuracy
from .optimizers import BasicOptimizer, RMSProp, Adam
from .gradient_tape import GradientTape
from .model import Model, SequentialModel
from .onehot import OneHotEncoder

print("beras loaded from", __file__)
