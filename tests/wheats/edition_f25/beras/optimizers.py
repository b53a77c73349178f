from __future__ import annotations

from collections import defaultdict

import numpy as np

from beras.core import Tensor, Variable


class BasicOptimizer:
    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params: list[Variable], grads: list[Tensor]) -> None:
        for param, grad in zip(trainable_params, grads):
            param.assign(param - self.learning_rate * grad)


class RMSProp:
    def __init__(self, learning_rate: float, beta: float = 0.9, epsilon: float = 1e-6) -> None:
        self.learning_rate = learning_rate
        self.beta = beta
        self.epsilon = epsilon
        self.v: defaultdict[int, Tensor | int] = defaultdict(lambda: 0)

    def apply_gradients(self, trainable_params: list[Variable], grads: list[Tensor]) -> None:
        for i, (param, grad) in enumerate(zip(trainable_params, grads)):
            self.v[i] = self.beta * self.v[i] + (1 - self.beta) * np.square(grad)
            update = self.learning_rate * grad / (np.sqrt(self.v[i]) + self.epsilon)
            param.assign(param - update)


class Adam:
    def __init__(
        self,
        learning_rate: float,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
    ) -> None:
        self.amsgrad = amsgrad
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.m: defaultdict[int, Tensor | int] = defaultdict(lambda: 0)
        self.v: defaultdict[int, Tensor | int] = defaultdict(lambda: 0)
        self.t = 0

    def apply_gradients(self, trainable_params: list[Variable], grads: list[Tensor]) -> None:
        self.t += 1
        for i, (param, grad) in enumerate(zip(trainable_params, grads)):
            self.m[i] = self.beta_1 * self.m[i] + (1 - self.beta_1) * grad
            self.v[i] = self.beta_2 * self.v[i] + (1 - self.beta_2) * np.square(grad)
            m_hat = self.m[i] / (1 - self.beta_1**self.t)
            v_hat = self.v[i] / (1 - self.beta_2**self.t)
            param.assign(param - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon))
