from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from beras.core import Tensor


class Optimizer(ABC):
    def __init__(self, parameters: list[Tensor], learning_rate: float):
        self.parameters = parameters
        self.learning_rate = learning_rate

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    @abstractmethod
    def step(self): ...


class BasicOptimizer(Optimizer):
    def step(self):
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.assign(parameter - self.learning_rate * parameter.grad)


class RMSProp(Optimizer):
    def __init__(self, parameters, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(parameters, learning_rate)
        self.beta, self.epsilon = beta, epsilon
        self.v = [0] * len(parameters)

    def step(self):
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is None:
                continue
            self.v[i] = self.beta * self.v[i] + (1 - self.beta) * np.square(parameter.grad)
            change = parameter.grad / (np.sqrt(self.v[i]) + self.epsilon)
            parameter.assign(parameter - self.learning_rate * change)


class Adam(Optimizer):
    def __init__(self, parameters, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(parameters, learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.m, self.v = [0] * len(parameters), [0] * len(parameters)
        self.t = 0

    def step(self):
        self.t += 1
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is None:
                continue
            self.m[i] = self.beta_1 * self.m[i] + (1 - self.beta_1) * parameter.grad
            self.v[i] = self.beta_2 * self.v[i] + (1 - self.beta_2) * np.square(parameter.grad)
            m_hat = self.m[i] / (1 - self.beta_1**self.t)
            v_hat = self.v[i] / (1 - self.beta_2**self.t)
            change = m_hat / (np.sqrt(v_hat) + self.epsilon)
            parameter.assign(parameter - self.learning_rate * change)
