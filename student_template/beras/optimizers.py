"""Optimizers: rules that turn gradients into steps of the parameters, in place."""

import numpy as np


class Optimizer:
    """What all optimizers share: a learning rate."""

    def __init__(self, learning_rate):
        # With a NumPy float64 in its place, a step of float32 would be computed in float64.
        self.learning_rate = float(learning_rate)

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"


class BasicOptimizer(Optimizer):
    """Stochastic gradient descent: `p -= lr * g`."""

    def apply_gradients(self, trainable_params, grads):
        """Update each parameter in place by its gradient, of the same shape."""
        raise NotImplementedError("BasicOptimizer.apply_gradients: roadmap 6.1")


class RMSProp(Optimizer):
    """`v = beta v + (1 - beta) g**2; p -= lr * g / (sqrt(v) + epsilon)`.

    Tieleman & Hinton (2012), "Neural networks for machine learning", lecture 6.5.
    """

    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(learning_rate)
        self.beta, self.epsilon = float(beta), float(epsilon)

    def apply_gradients(self, trainable_params, grads):
        """Update each parameter in place by its gradient, of the same shape."""
        # HINT: v outlives the call: keep one for each parameter, for example in a dictionary.
        raise NotImplementedError("RMSProp.apply_gradients: roadmap 6.2")


class Adam(Optimizer):
    """Steps of about lr along the mean gradient, measured in its own root mean square.

    `m = beta_1 m + (1 - beta_1) g; v = beta_2 v + (1 - beta_2) g**2`; with the bias corrections
    `m_hat = m / (1 - beta_1**t)` and `v_hat = v / (1 - beta_2**t)` at the t-th call,
    `p -= lr * m_hat / (sqrt(v_hat) + epsilon)`. Kingma & Ba (2015), "Adam: a method for
    stochastic optimization". amsgrad puts the largest v so far for v: Reddi et al. (2018).
    """

    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2 = float(beta_1), float(beta_2)
        self.epsilon, self.amsgrad = float(epsilon), amsgrad
        self.t = 0

    def apply_gradients(self, trainable_params, grads):
        """Update each parameter in place by its gradient, of the same shape."""
        raise NotImplementedError("Adam.apply_gradients: roadmap 6.3")
