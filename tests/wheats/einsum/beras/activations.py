import numpy as np

from .core import Diffable


class Activation(Diffable):
    weights = ()

    def get_weight_gradients(self):
        return []


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        return np.where(x >= 0, x, self.alpha * x)

    def get_input_gradients(self):
        # At 0 I take the slope from the right.
        return [np.where(self.inputs[0] >= 0, 1.0, self.alpha)]


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(0.0)


class Sigmoid(Activation):
    def forward(self, x):
        return 0.5 * (1 + np.tanh(0.5 * x))

    def get_input_gradients(self):
        return [self.outputs[0] - self.outputs[0] ** 2]


class Softmax(Activation):
    def forward(self, x):
        top = np.max(x, axis=-1, keepdims=True)
        log_sum_exp = top + np.log(np.exp(x - top).sum(axis=-1, keepdims=True))
        return np.exp(x - log_sum_exp)

    def get_input_gradients(self):
        y = self.outputs[0]
        n = y.shape[1]
        return [np.einsum("bi,ij->bij", y, np.eye(n)) - np.einsum("bi,bj->bij", y, y)]
