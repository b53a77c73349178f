from collections import defaultdict

import numpy as np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for param, grad in zip(trainable_params, grads):
            param.assign(param - self.learning_rate * grad)


class RMSProp:
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate = learning_rate
        self.beta = beta
        self.epsilon = epsilon
        self.v = defaultdict(lambda: 0)

    def apply_gradients(self, trainable_params, grads):
        for i, (param, grad) in enumerate(zip(trainable_params, grads)):
            self.v[i] = self.beta * self.v[i] + (1 - self.beta) * grad**2
            param.assign(param - self.learning_rate / (np.sqrt(self.v[i]) + self.epsilon) * grad)


class Adam:
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        self.m = defaultdict(lambda: 0)
        self.v = defaultdict(lambda: 0)
        self.m_hat = defaultdict(lambda: 0)
        self.v_hat = defaultdict(lambda: 0)
        self.t = 0

    def apply_gradients(self, trainable_params, grads):
        self.t += 1
        for param, grad in zip(trainable_params, grads):
            k = id(param)
            self.m[k] = self.beta_1 * self.m[k] + (1 - self.beta_1) * grad
            self.v[k] = self.beta_2 * self.v[k] + (1 - self.beta_2) * grad**2
            self.m_hat[k] = self.m[k] / (1 - self.beta_1**self.t)
            v_hat = self.v[k] / (1 - self.beta_2**self.t)
            self.v_hat[k] = np.maximum(self.v_hat[k], v_hat) if self.amsgrad else v_hat
            param.assign(
                param - self.learning_rate * self.m_hat[k] / (np.sqrt(self.v_hat[k]) + self.epsilon)
            )
