from .core import Diffable, F, nn, np


class Activation(Diffable):
    def compose_weight_gradients(self, J=None):
        return []


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        return x * (x > 0) + self.alpha * x * (x <= 0)

    def get_input_gradients(self):
        x = self.inputs[0]
        return [(x > 0) * 1.0 + self.alpha * (x < 0) + 0.5 * (1 + self.alpha) * (x == 0)]


class ReLU(Activation):
    def forward(self, x):
        y = x.copy()
        y[y < 0] = 0
        return y

    def get_input_gradients(self):
        return [np.heaviside(self.inputs[0], 0.5)]


class Sigmoid(Activation):
    def forward(self, x):
        return 1 / (1 + np.exp(-x))

    def get_input_gradients(self):
        s = self.forward(self.inputs[0])
        return [s * (1 - s)]


class Softmax(Activation):
    def forward(self, x):
        z = (x.T - x.max(axis=1)).T
        return (np.exp(z).T / np.exp(z).sum(axis=1)).T

    def get_input_gradients(self):
        out = self.outputs[0]
        jac = np.empty((out.shape[0], out.shape[1], out.shape[1]))
        for b, y in enumerate(out):
            jac[b] = np.diag(y) - y.reshape(-1, 1) @ y.reshape(1, -1)
        return [jac]
