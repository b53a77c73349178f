"""Written after Keras: `call`, `add_weight`-like bookkeeping, histories in a defaultdict."""
from beras.core import Tensor, Variable, Callable, Weighted, Diffable
from beras.gradient_tape import GradientTape
from beras.layers import Dense
from beras.activations import Activation, LeakyReLU, ReLU, Sigmoid, Softmax
from beras.losses import Loss, MeanSquaredError, CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.optimizers import BasicOptimizer, RMSProp, Adam
from beras.onehot import OneHotEncoder
from beras.model import Model, SequentialModel
