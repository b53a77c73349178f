import numpy as np

from .core import Diffable, Tensor


class Activation(Diffable):
    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        y = np.array(x, dtype=float)
        y[y < 0] *= self.alpha
        return y

    def get_input_gradients(self):
        x = np.array(self.inputs[0], dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            sign = np.nan_to_num(x / np.abs(x))  # 0 at 0
        return [np.where(sign < 0, self.alpha, sign)]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    def forward(self, x):
        z = np.exp(-np.abs(x))
        return np.where(np.asarray(x) > 0, 1 / (1 + z), z / (1 + z))

    def get_input_gradients(self):
        y = np.asarray(self.outputs[0])
        return [Tensor(y * (1 - y))]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class Softmax(Activation):
    def forward(self, x):
        logs = x - np.max(x, axis=-1, keepdims=True)
        logs = logs - np.log(np.sum(np.exp(logs), axis=-1, keepdims=True))
        return np.exp(logs)

    def get_input_gradients(self):
        y = self.outputs[0]
        return [y[:, :, None] * (np.eye(y.shape[1])[None] - y[:, None, :])]
