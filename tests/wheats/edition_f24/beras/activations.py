import numpy as np

from .core import Diffable


class Activation(Diffable):
    @property
    def weights(self):
        return ()

    def get_weight_gradients(self):
        return ()


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        return np.maximum(x, 0) + self.alpha * np.minimum(x, 0)

    def get_input_gradients(self):
        return (np.heaviside(self.inputs[0], 0.5) * (1 - self.alpha) + self.alpha,)

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def forward(self, x):
        # overflows at -1000, and is 0 there as it should be
        return (1 + np.exp(-x)) ** -1.0

    def get_input_gradients(self):
        s = self.outputs[0]
        return [s - s**2]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class Softmax(Activation):
    def forward(self, x):
        powers = np.exp(x - np.max(x, axis=1)[:, None])
        return powers / np.sum(powers, axis=1)[:, None]

    def get_input_gradients(self):
        y = self.outputs[0]
        diagonals = np.einsum("bi,ij->bij", y, np.eye(y.shape[1]))
        return [diagonals - np.einsum("bi,bj->bij", y, y)]
