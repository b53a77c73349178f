from collections import defaultdict

import numpy as np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, weights, grads):
        for weight, grad in zip(weights, grads):
            weight -= self.learning_rate * grad
        return weights


class RMSProp:
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate = learning_rate
        self.beta = beta
        self.epsilon = epsilon
        self.v = defaultdict(lambda: 0)

    def apply_gradients(self, weights, grads):
        for i, (weight, grad) in enumerate(zip(weights, grads)):
            grad = np.asarray(grad)
            self.v[i] = self.beta * self.v[i] + (1 - self.beta) * grad * grad
            weight -= self.learning_rate * grad / np.sqrt(self.v[i] + self.epsilon**2)


class Adam:
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.amsgrad = amsgrad
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.m = defaultdict(lambda: 0)
        self.v = defaultdict(lambda: 0)
        self.m_hat = defaultdict(lambda: 0)
        self.v_hat = defaultdict(lambda: 0)
        self.t = 0

    def apply_gradients(self, weights, grads):
        self.t += 1
        for i, (weight, grad) in enumerate(zip(weights, grads)):
            grad = np.asarray(grad)
            self.m[i] = self.beta_1 * self.m[i] + (1 - self.beta_1) * grad
            self.v[i] = self.beta_2 * self.v[i] + (1 - self.beta_2) * grad**2
            self.m_hat[i] = self.m[i] / (1 - self.beta_1**self.t)
            now = self.v[i] / (1 - self.beta_2**self.t)
            self.v_hat[i] = np.maximum(self.v_hat[i], now) if self.amsgrad else now
            weight -= self.learning_rate * self.m_hat[i] / (np.sqrt(self.v_hat[i]) + self.epsilon)
