"""Each parameter has its own little object with its own state, found by id or by place."""
import numpy as np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for p, g in zip(trainable_params, grads):
            p[...] -= self.learning_rate * np.reshape(g, p.shape)


class RMSProp:
    class Memory:
        v = 0.0

    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate, self.beta, self.epsilon = learning_rate, beta, epsilon
        self.memory = {}

    def apply_gradients(self, trainable_params, grads):
        for name, (p, g) in enumerate(zip(trainable_params, grads)):
            mine = self.memory.setdefault(f"parameter {name}", RMSProp.Memory())
            g = np.reshape(g, p.shape)
            mine.v = self.beta * mine.v + (1 - self.beta) * g**2
            p[...] -= self.learning_rate * g / np.sqrt(mine.v + self.epsilon)


def adam_steps(rate, b1, b2, epsilon):
    """A generator: send it a gradient, get the step."""
    m = v = step = 0.0
    t = 0
    while True:
        g = yield step
        t += 1
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        step = rate * m / (1 - b1**t) / np.sqrt(v / (1 - b2**t) + epsilon)


class Adam:
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        if amsgrad:
            raise NotImplementedError("amsgrad")
        self.settings = learning_rate, beta_1, beta_2, epsilon
        self.running = {}

    def apply_gradients(self, trainable_params, grads):
        for p, g in zip(trainable_params, grads):
            if id(p) not in self.running:
                self.running[id(p)] = adam_steps(*self.settings)
                next(self.running[id(p)])
            p[...] -= self.running[id(p)].send(np.reshape(g, p.shape))
