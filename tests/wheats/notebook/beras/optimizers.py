import scipy.optimize

from .core import np


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for p, g in zip(trainable_params, grads):
            print("update", p.shape, "by", np.abs(g).max())
            np.subtract(p, self.learning_rate * g, out=p)


class RMSProp(BasicOptimizer):
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        self.learning_rate = learning_rate
        self.beta = beta
        self.epsilon = epsilon
        self.v = []

    def apply_gradients(self, trainable_params, grads):
        if not self.v:
            self.v = [np.zeros(p.shape) for p in trainable_params]
        for k, (p, g) in enumerate(zip(trainable_params, grads)):
            self.v[k] = self.beta * self.v[k] + (1 - self.beta) * g * g
            p -= self.learning_rate * g / np.sqrt(self.v[k] + self.epsilon)


class Adam(BasicOptimizer):
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.learning_rate = learning_rate
        self.b1, self.b2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad
        self.moments, self.count = [], 0

    def apply_gradients(self, trainable_params, grads):
        if not self.moments:
            self.moments = [{"m": 0.0, "v": 0.0, "max": 0.0} for _ in trainable_params]
        self.count += 1
        for p, g, s in zip(trainable_params, grads, self.moments):
            s["m"] = self.b1 * s["m"] + (1 - self.b1) * g
            s["v"] = self.b2 * s["v"] + (1 - self.b2) * g * g
            s["max"] = np.maximum(s["max"], s["v"])
            v = s["max"] if self.amsgrad else s["v"]
            m_hat, v_hat = s["m"] / (1 - self.b1**self.count), v / (1 - self.b2**self.count)
            p -= self.learning_rate * m_hat / np.sqrt(v_hat + self.epsilon)
