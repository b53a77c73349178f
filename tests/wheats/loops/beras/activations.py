import math

import numpy as np

from .core import Diffable


class Activation(Diffable):
    @property
    def weights(self):
        return []

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        slope = self.get_input_gradients()[0]
        result = np.zeros(slope.shape)
        for b in range(slope.shape[0]):
            for i in range(slope.shape[1]):
                result[b, i] = slope[b, i] * J[0][b, i]
        return [result]


def each(function, x):
    out = []
    for row in x:
        out.append([function(float(value)) for value in row])
    return np.array(out)


class LeakyReLU(Activation):
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def forward(self, x):
        return each(lambda v: v if v > 0 else self.alpha * v, x)

    def get_input_gradients(self):
        return [each(lambda v: 1.0 if v > 0 else self.alpha, self.inputs[0])]


class ReLU(LeakyReLU):
    def __init__(self):
        super().__init__(alpha=0)


class Sigmoid(Activation):
    @staticmethod
    def sigma(v):
        try:
            return 1 / (1 + math.exp(-v))
        except OverflowError:
            return 0.0

    def forward(self, x):
        return each(self.sigma, x)

    def get_input_gradients(self):
        return [each(lambda y: y * (1 - y), self.outputs[0])]


class Softmax(Activation):
    def forward(self, x):
        out = []
        for row in x:
            top = max(float(v) for v in row)
            exps = [math.exp(float(v) - top) for v in row]
            out.append([e / sum(exps) for e in exps])
        return out

    def get_input_gradients(self):
        jacobians = []
        for y in self.outputs[0]:
            n = len(y)
            jac = np.zeros((n, n))
            for i in range(n):
                for j in range(n):
                    if i == j:
                        jac[i, j] = y[i] * (1 - y[i])
                    else:
                        jac[i, j] = -y[i] * y[j]
            jacobians.append(jac)
        return [np.array(jacobians)]

    def compose_input_gradients(self, J=None):
        local = self.get_input_gradients()
        if J is None or J[0] is None:
            return local
        return [np.array([jac @ up for jac, up in zip(local[0], J[0])])]
