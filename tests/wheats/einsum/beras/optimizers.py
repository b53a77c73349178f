import numpy as np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for p, g in zip(trainable_params, grads):
            g = np.asarray(g)
            g *= -self.learning_rate  # nobody needs the gradient any more
            p += g


class RMSProp:
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate, self.beta, self.epsilon = learning_rate, beta, epsilon
        self.v = {}

    def apply_gradients(self, trainable_params, grads):
        for p, g in zip(trainable_params, grads):
            v = self.v[id(p)] = self.beta * self.v.get(id(p), 0) + (1 - self.beta) * np.square(g)
            p -= self.learning_rate * g / np.sqrt(v + self.epsilon)


class Adam:
    """The efficient form at the end of section 2 of the paper."""

    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.epsilon, self.amsgrad = epsilon, amsgrad
        self.m, self.v, self.v_max, self.t = {}, {}, {}, 0

    def apply_gradients(self, trainable_params, grads):
        self.t += 1
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        for p, g in zip(trainable_params, grads):
            m = self.m.setdefault(id(p), np.zeros(p.shape))
            v = self.v.setdefault(id(p), np.zeros(p.shape))
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g * g - v)
            if self.amsgrad:
                v = self.v_max[id(p)] = np.maximum(self.v_max.get(id(p), 0), v)
            p -= rate * m / (np.sqrt(v) + self.epsilon)
