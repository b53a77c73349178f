import numpy as np


class Optimizer:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = tuple(parameters), learning_rate

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def ready(self):
        return [(id(p), p, np.asarray(p.grad)) for p in self.parameters if p.grad is not None]


class BasicOptimizer(Optimizer):
    def step(self):
        for _, p, g in self.ready():
            p -= self.learning_rate * g


class RMSProp(Optimizer):
    def __init__(self, parameters, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(parameters, learning_rate)
        self.beta, self.epsilon, self.v = beta, epsilon, {}

    def step(self):
        for key, p, g in self.ready():
            self.v[key] = self.beta * self.v.get(key, 0) + (1 - self.beta) * g**2
            p.assign(p - self.learning_rate * g / np.sqrt(self.v[key] + self.epsilon**2))


class Adam(Optimizer):
    def __init__(self, parameters, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(parameters, learning_rate)
        self.betas, self.epsilon, self.t = np.array([beta_1, beta_2]), epsilon, 0
        self.moments = {id(p): np.zeros((2, *p.shape)) for p in self.parameters}

    def step(self):
        self.t += 1
        step = self.learning_rate / (1 - self.betas[0] ** self.t)
        scale = 1 / np.sqrt(1 - self.betas[1] ** self.t)
        for key, p, g in self.ready():
            moments = self.moments[key]
            moments += np.einsum("k,k...->k...", 1 - self.betas, np.stack([g, g**2]) - moments)
            p -= step * moments[0] / (scale * np.sqrt(moments[1]) + self.epsilon)
