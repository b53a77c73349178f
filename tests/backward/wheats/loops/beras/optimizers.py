import numpy as np


class Optimizer:
    def __init__(self, parameters, learning_rate):
        self.parameters = []
        for p in parameters:
            self.parameters.append(p)
        self.learning_rate = learning_rate
        self.memory = {}
        self.t = 0

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        self.t += 1
        for k in range(len(self.parameters)):
            p = self.parameters[k]
            if p.grad is None:
                continue
            old = self.memory.get(k, (0.0, 0.0))
            amount, self.memory[k] = self.amount(np.array(p.grad), *old)
            for i in range(len(p)):
                p[i] = p[i] - self.learning_rate * amount[i]


class BasicOptimizer(Optimizer):
    def amount(self, g, first, second):
        return g, (0.0, 0.0)


class RMSProp(Optimizer):
    def __init__(self, parameters, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(parameters, learning_rate)
        self.beta, self.epsilon = beta, epsilon

    def amount(self, g, first, second):
        second = self.beta * second + (1 - self.beta) * g * g
        return g / (second**0.5 + self.epsilon), (0.0, second)


class Adam(Optimizer):
    def __init__(self, parameters, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(parameters, learning_rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def amount(self, g, first, second):
        first = self.beta_1 * first + (1 - self.beta_1) * g
        second = self.beta_2 * second + (1 - self.beta_2) * g * g
        m_hat = first / (1 - self.beta_1**self.t)
        v_hat = second / (1 - self.beta_2**self.t)
        return m_hat / (v_hat**0.5 + self.epsilon), (first, second)
