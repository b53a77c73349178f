"""All public names, gathered from the modules."""
from .activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax
from .core import Callable, Diffable, Tensor, Variable, Weighted
from .gradient_tape import GradientTape
from .layers import Dense
from .losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from .metrics import CategoricalAccuracy
from .model import Model, SequentialModel
from .onehot import OneHotEncoder
from .optimizers import Adam, BasicOptimizer, RMSProp
