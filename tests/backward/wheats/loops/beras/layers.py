import math
import random

import numpy as np

from .core import Diffable, Tensor


class Linear(Diffable):
    def __init__(self, input_size, output_size, initializer="normal"):
        self.w = np.zeros((input_size, output_size))
        self.b = np.zeros(output_size)
        for i in range(input_size):
            for j in range(output_size):
                self.w[i][j] = self.draw(initializer, input_size, output_size)
        self.w, self.b = Tensor(self.w), Tensor(self.b)

    def draw(self, initializer, fan_in, fan_out):
        if initializer == "zero":
            return 0.0
        if initializer == "normal":
            return random.gauss(0, 1)
        if initializer == "xavier":
            return random.gauss(0, math.sqrt(2 / (fan_in + fan_out)))
        if initializer == "kaiming":
            return random.gauss(0, math.sqrt(2 / fan_in))
        if initializer == "xavier uniform":
            limit = math.sqrt(6 / (fan_in + fan_out))
            return random.uniform(-limit, limit)
        if initializer == "kaiming uniform":
            limit = math.sqrt(6 / fan_in)
            return random.uniform(-limit, limit)
        raise Exception("I don't know the initializer " + str(initializer))

    @property
    def parameters(self):
        return (self.w, self.b)

    def forward(self, x):
        rows = []
        for sample in x:
            row = []
            for j in range(len(self.b)):
                row.append(float(self.b[j] + np.sum(sample * self.w[:, j])))
            rows.append(row)
        return rows

    def get_input_gradients(self):
        return [self.w]

    def get_weight_gradients(self):
        dw = []
        for sample in self.inputs[0]:
            dw.append([[float(feature)] for feature in sample])
        return [dw, [1.0 for _ in self.b]]

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        result = []
        for upstream in J[0]:
            result.append([sum(float(u) * float(wij) for u, wij in zip(upstream, row)) for row in self.w])
        return [np.array(result)]

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        dw, db = np.zeros(self.w.shape), np.zeros(self.b.shape)
        for sample, upstream in zip(np.array(self.inputs[0]), np.array(J[0])):
            dw += np.outer(sample, upstream)
            db += upstream
        return [dw, db]
