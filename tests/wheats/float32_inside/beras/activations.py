import numpy as np

from ._precision import fast, wide
from .core import Diffable


class Activation(Diffable):
    @property
    def weights(self):
        return ()

    def get_weight_gradients(self):
        return ()

    def compose_weight_gradients(self, J=None):
        return ()

    def compose_input_gradients(self, J=None):
        local = self.get_input_gradients()
        return local if J is None or J[0] is None else (wide(fast(J[0]) * fast(local[0])),)


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = np.float32(alpha)

    def forward(self, x):
        self._x = x = fast(x)
        return wide(np.maximum(x, 0) + self.alpha * np.minimum(x, 0))

    def get_input_gradients(self):
        middle = (1 + self.alpha) / 2
        return (wide(np.where(self._x > 0, np.float32(1), np.where(self._x < 0, self.alpha, middle))),)


class ReLU(Activation):
    def forward(self, x):
        self._mask = x > 0
        return wide(fast(x) * self._mask)

    def get_input_gradients(self):
        return (self._mask,)


class Sigmoid(Activation):
    def forward(self, x):
        self._y = 1 / (1 + np.exp(-np.clip(fast(x), -80, 80)))
        return wide(self._y)

    def get_input_gradients(self):
        return (wide(self._y * (1 - self._y)),)


class Softmax(Activation):
    def forward(self, x):
        shifted = fast(x) - fast(x).max(axis=-1, keepdims=True)
        self._y = np.exp(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
        return wide(self._y)

    def get_input_gradients(self):
        y = self._y
        jacobian = -y[:, :, None] * y[:, None, :]
        index = np.arange(y.shape[1])
        jacobian[:, index, index] = y * (1 - y)
        return (wide(jacobian),)

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        y, g = self._y, fast(J[0])
        return (wide(y * (g - np.sum(g * y, axis=1, keepdims=True))),)
