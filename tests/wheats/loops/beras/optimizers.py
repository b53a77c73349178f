"""State is kept by position in the list of parameters."""
import numpy as np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for i in range(len(trainable_params)):
            trainable_params[i][...] = trainable_params[i] - self.learning_rate * np.array(grads[i])


class RMSProp:
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate, self.beta, self.epsilon = learning_rate, beta, epsilon
        self.v = []

    def apply_gradients(self, trainable_params, grads):
        while len(self.v) < len(trainable_params):
            self.v.append(0)
        for i in range(len(trainable_params)):
            g = np.array(grads[i])
            self.v[i] = self.beta * self.v[i] + (1 - self.beta) * g**2
            trainable_params[i] -= self.learning_rate * g / (np.sqrt(self.v[i]) + self.epsilon)


class Adam:
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.learning_rate = learning_rate
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.amsgrad = amsgrad
        self.m, self.v, self.t = [], [], 0

    def apply_gradients(self, trainable_params, grads):
        if self.t == 0:
            self.m = [0 for p in trainable_params]
            self.v = [0 for p in trainable_params]
        self.t += 1
        for i in range(len(trainable_params)):
            g = np.array(grads[i])
            self.m[i] = self.beta_1 * self.m[i] + (1 - self.beta_1) * g
            self.v[i] = self.beta_2 * self.v[i] + (1 - self.beta_2) * g**2
            m_hat = self.m[i] / (1 - self.beta_1**self.t)
            v_hat = self.v[i] / (1 - self.beta_2**self.t)
            trainable_params[i] -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)
