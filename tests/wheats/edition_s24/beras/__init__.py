from beras.activations import LeakyReLU, ReLU, Sigmoid, Softmax
from beras.core import Callable, Diffable, Tensor, Variable, Weighted
from beras.gradient_tape import GradientTape
from beras.layers import Dense
from beras.losses import CategoricalCrossentropy, MeanSquaredError
from beras.model import Model
