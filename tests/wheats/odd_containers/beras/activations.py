import numpy as np

from . import ops
from .core import Diffable


class Activation(Diffable):
    weights = ()

    def get_weight_gradients(self):
        return np.array([])

    def compose_weight_gradients(self, J=None):
        return np.array([])

    def compose_input_gradients(self, J=None):
        local = self.get_input_gradients()
        return local if ops.starts_here(J) else local * np.asarray(J[0])


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        return np.piecewise(np.asarray(x, float), [x > 0], [lambda v: v, lambda v: self.alpha * v])

    def get_input_gradients(self):
        x = np.asarray(self.inputs[0])
        # between the two slopes where x is 0
        return ops.alone(self.alpha + (1 - self.alpha) * (np.sign(x) + 1) / 2)


class ReLU(Activation):
    def forward(self, x):
        return (np.abs(x) + x) / 2

    def get_input_gradients(self):
        return ops.alone(np.asarray(self.inputs[0]) > 0)


class Sigmoid(Activation):
    def forward(self, x):
        return np.exp(-np.logaddexp(0, -np.asarray(x)))

    def get_input_gradients(self):
        y = np.asarray(self.outputs[0])
        return ops.alone(y * (1 - y))


class Softmax(Activation):
    def forward(self, x):
        return np.exp(ops.log_softmax(np.asarray(x)))

    def get_input_gradients(self):
        return ops.alone(ops.softmax_jacobian(np.asarray(self.outputs[0])))

    def compose_input_gradients(self, J=None):
        local = self.get_input_gradients()
        return local if ops.starts_here(J) else ops.alone(np.squeeze(local[0] @ np.asarray(J[0])[..., None], -1))
