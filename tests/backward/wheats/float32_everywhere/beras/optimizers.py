import numpy as np


class Optimizer:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = parameters, learning_rate

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None


class BasicOptimizer(Optimizer):
    def step(self):
        for p in self.parameters:
            if p.grad is not None:
                p[:] = p - self.learning_rate * p.grad


class RMSProp(Optimizer):
    def __init__(self, parameters, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(parameters, learning_rate)
        self.beta, self.epsilon = beta, epsilon
        self.v = [np.zeros_like(p) for p in parameters]

    def step(self):
        for k, p in enumerate(self.parameters):
            if p.grad is not None:
                self.v[k] = self.beta * self.v[k] + (1 - self.beta) * p.grad**2
                p[:] = p - self.learning_rate * p.grad / (np.sqrt(self.v[k]) + self.epsilon)


class Adam(Optimizer):
    def __init__(self, parameters, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(parameters, learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.t = beta_1, beta_2, epsilon, 0
        self.m = [np.zeros_like(p) for p in parameters]
        self.v = [np.zeros_like(p) for p in parameters]

    def step(self):
        self.t += 1
        for k, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            self.m[k] = self.beta_1 * self.m[k] + (1 - self.beta_1) * p.grad
            self.v[k] = self.beta_2 * self.v[k] + (1 - self.beta_2) * p.grad**2
            m_hat = self.m[k] / (1 - self.beta_1**self.t)
            v_hat = self.v[k] / (1 - self.beta_2**self.t)
            p[:] = p - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)
