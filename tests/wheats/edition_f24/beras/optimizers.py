import numpy as np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for k in range(len(trainable_params)):
            trainable_params[k][...] -= self.learning_rate * np.asarray(grads[k])


class RMSProp:
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate = learning_rate
        self.beta = beta
        self.epsilon = epsilon
        self.v = None

    def apply_gradients(self, trainable_params, grads):
        if self.v is None:
            self.v = [np.zeros(np.shape(p)) for p in trainable_params]
        for p, g, v in zip(trainable_params, grads, self.v):
            g = np.asarray(g)
            v[...] = self.beta * v + (1 - self.beta) * g**2
            p[...] -= self.learning_rate * g / (np.sqrt(v) + self.epsilon)


class Adam:
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.amsgrad = amsgrad
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.m = None
        self.v = None
        self.t = 0

    def apply_gradients(self, trainable_params, grads):
        if self.m is None:
            self.m = [np.zeros(np.shape(p)) for p in trainable_params]
            self.v = [np.zeros(np.shape(p)) for p in trainable_params]
        self.t = self.t + 1
        step = self.learning_rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        small = self.epsilon * np.sqrt(1 - self.beta_2**self.t)
        for p, g, m, v in zip(trainable_params, grads, self.m, self.v):
            g = np.asarray(g)
            m[...] = self.beta_1 * m + (1 - self.beta_1) * g
            v[...] = self.beta_2 * v + (1 - self.beta_2) * g**2
            p[...] -= step * m / (np.sqrt(v) + small)
