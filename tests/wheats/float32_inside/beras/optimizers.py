import numpy as np

from ._precision import fast


class BasicOptimizer:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, trainable_params, grads):
        for p, g in zip(trainable_params, grads):
            p -= self.learning_rate * fast(g)


class RMSProp(BasicOptimizer):
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(learning_rate)
        self.beta, self.epsilon = beta, epsilon
        self.mean_squares = None

    def apply_gradients(self, trainable_params, grads):
        if self.mean_squares is None:
            self.mean_squares = [np.zeros(p.shape, dtype="f4") for p in trainable_params]
        for p, g, v in zip(trainable_params, grads, self.mean_squares):
            v *= self.beta
            v += (1 - self.beta) * fast(g) ** 2
            p -= self.learning_rate * fast(g) / np.sqrt(v + self.epsilon**2)


class Adam(BasicOptimizer):
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad
        self.step, self.state = 0, None

    def apply_gradients(self, trainable_params, grads):
        if self.state is None:
            self.state = [[np.zeros(p.shape, dtype="f4") for _ in "mvx"] for p in trainable_params]
        self.step += 1
        for p, g, (m, v, largest) in zip(trainable_params, grads, self.state):
            g = fast(g)
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g**2 - v)
            v_hat = v / (1 - self.beta_2**self.step)
            if self.amsgrad:
                v_hat = np.maximum(largest, v_hat, out=largest)
            p -= self.learning_rate * (m / (1 - self.beta_1**self.step)) / (np.sqrt(v_hat) + self.epsilon)
