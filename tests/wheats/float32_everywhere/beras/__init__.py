from beras.activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax
from beras.core import Callable, Diffable, Tensor, Variable, Weighted
from beras.gradient_tape import GradientTape
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from beras.metrics import CategoricalAccuracy
from beras.model import Model, SequentialModel
from beras.onehot import OneHotEncoder
from beras.optimizers import Adam, BasicOptimizer, RMSProp
