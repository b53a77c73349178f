"""Optimizers: rules that turn the gradients of parameters into steps of them, in place."""

import math
from abc import ABC, abstractmethod

import numpy as np


def _zeros_like(parameters):
    """Return an array of zeros for each parameter, of its shape and dtype."""
    return [np.zeros_like(np.asarray(parameter)) for parameter in parameters]


class Optimizer(ABC):
    """What all optimizers share: the parameters that they step, and a learning rate."""

    def __init__(self, parameters, learning_rate):
        self.parameters = list(parameters)
        # With a NumPy float64 in its place, a step of float32 would be computed in float64.
        self.learning_rate = float(learning_rate)

    def zero_grad(self):
        """Forget the gradients of the step before: `grad` of each parameter becomes None."""
        for parameter in self.parameters:
            parameter.grad = None

    @abstractmethod
    def step(self):
        """Update each parameter in place by its `grad`; one whose `grad` is None stays as it is."""

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"


class BasicOptimizer(Optimizer):
    """Stochastic gradient descent: `p -= lr * g`."""

    def step(self):
        """Update each parameter in place by its `grad`; one whose `grad` is None stays as it is."""
        # BEGIN SOLUTION
        for parameter in self.parameters:
            if parameter.grad is not None:
                p, g = np.asarray(parameter), np.asarray(parameter.grad)
                p -= self.learning_rate * g
        # END SOLUTION


class RMSProp(Optimizer):
    """`v = beta v + (1 - beta) g**2; p -= lr * g / (sqrt(v) + epsilon)`.

    Tieleman & Hinton (2012), "Neural networks for machine learning", lecture 6.5.
    """

    def __init__(self, parameters, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(parameters, learning_rate)
        self.beta, self.epsilon = float(beta), float(epsilon)
        self.v = _zeros_like(self.parameters)

    def step(self):
        """Update each parameter in place by its `grad`; one whose `grad` is None stays as it is."""
        # BEGIN SOLUTION
        # HINT: v outlives the call: self.v has one array for each of self.parameters.
        for parameter, v in zip(self.parameters, self.v, strict=True):
            if parameter.grad is not None:
                p, g = np.asarray(parameter), np.asarray(parameter.grad)
                v *= self.beta
                v += (1 - self.beta) * g**2
                p -= self.learning_rate * g / (np.sqrt(v) + self.epsilon)
        # END SOLUTION


class Adam(Optimizer):
    """Steps of about lr along the mean gradient, measured in its own root mean square.

    `m = beta_1 m + (1 - beta_1) g; v = beta_2 v + (1 - beta_2) g**2`; with the bias corrections
    `m_hat = m / (1 - beta_1**t)` and `v_hat = v / (1 - beta_2**t)` at the t-th step,
    `p -= lr * m_hat / (sqrt(v_hat) + epsilon)`. Kingma & Ba (2015), "Adam: a method for
    stochastic optimization".
    """

    def __init__(self, parameters, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(parameters, learning_rate)
        self.beta_1, self.beta_2, self.epsilon = float(beta_1), float(beta_2), float(epsilon)
        self.m, self.v = _zeros_like(self.parameters), _zeros_like(self.parameters)
        self.t = 0

    def step(self):
        """Update each parameter in place by its `grad`; one whose `grad` is None stays as it is."""
        # BEGIN SOLUTION
        self.t += 1  # once per call: all parameters are at the same step
        # Here m and v are sums over the steps so far, without their factors (1 - beta). Divided by
        # the sum of the weights, 1 + beta + ... + beta**(t - 1), they are m_hat and v_hat. These
        # would cost a sixth of the training speed as arrays, so they become two numbers.
        m_weight = (1 - self.beta_1**self.t) / (1 - self.beta_1)
        v_weight = (1 - self.beta_2**self.t) / (1 - self.beta_2)
        step_size = self.learning_rate * math.sqrt(v_weight) / m_weight
        epsilon = self.epsilon * math.sqrt(v_weight)
        for parameter, m, v in zip(self.parameters, self.m, self.v, strict=True):
            if parameter.grad is not None:
                p, g = np.asarray(parameter), np.asarray(parameter.grad)
                m *= self.beta_1
                m += g
                v *= self.beta_2
                v += g**2
                p -= step_size * m / (np.sqrt(v) + epsilon)
        # END SOLUTION
