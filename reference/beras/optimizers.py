"""Optimizers: rules that turn gradients into steps of the parameters, in place."""

import math

import numpy as np  # KEEP

# BEGIN STAFF
BLOCK = 16384  # numbers: the temporary arrays of an update then stay in the processor's cache


def _pairs(params, grads):
    """Return [(parameter, its gradient)]; raise ValueError where they do not match."""
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters got {len(grads)} gradients")
    return [(p, _gradient_for(p, np.asarray(g))) for p, g in zip(params, grads, strict=True)]


def _gradient_for(param, grad):
    """Return grad in param's shape: (1, r) fits a bias (r,), and the other way round."""
    if grad.shape == param.shape:
        return grad
    if grad.squeeze().shape != param.squeeze().shape:
        raise ValueError(f"a parameter of shape {param.shape} got a gradient {grad.shape}")
    return grad.reshape(param.shape)


# END STAFF


class Optimizer:
    """What all optimizers share: a learning rate."""

    def __init__(self, learning_rate):
        # With a NumPy float64 in its place, a step of float32 would be computed in float64.
        self.learning_rate = float(learning_rate)
        # BEGIN STAFF
        self._states = {}
        # END STAFF

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"

    # BEGIN STAFF
    def _state(self, param, count):
        """Return param's own `count` arrays, which are zero at its first step."""
        if id(param) not in self._states:
            arrays = [np.zeros_like(np.asarray(param)) for _ in range(count)]
            # The parameter is kept as well: while it lives, nothing else can get its id.
            self._states[id(param)] = param, arrays
        return self._states[id(param)][1]

    def _blocks(self, params, grads, states=0):
        """Yield (p, g, state, ...): a parameter, its gradient and states, large ones by rows."""
        for param, g in _pairs(params, grads):
            arrays = np.asarray(param), g, *self._state(param, states)
            if g.size <= BLOCK:
                yield arrays
                continue
            rows = max(1, BLOCK * len(g) // g.size)
            for start in range(0, len(g), rows):
                yield [array[start : start + rows] for array in arrays]

    # END STAFF


class BasicOptimizer(Optimizer):
    """Stochastic gradient descent: `p -= lr * g`."""

    def apply_gradients(self, trainable_params, grads):
        """Update each parameter in place by its gradient, of the same shape."""
        # BEGIN SOLUTION
        for p, g in self._blocks(trainable_params, grads):
            p -= self.learning_rate * g
        # END SOLUTION


class RMSProp(Optimizer):
    """`v = beta v + (1 - beta) g**2; p -= lr * g / (sqrt(v) + epsilon)`.

    Tieleman & Hinton (2012), "Neural networks for machine learning", lecture 6.5.
    """

    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(learning_rate)
        self.beta, self.epsilon = float(beta), float(epsilon)

    def apply_gradients(self, trainable_params, grads):
        """Update each parameter in place by its gradient, of the same shape."""
        # BEGIN SOLUTION
        # HINT: v outlives the call: keep one for each parameter, for example in a dictionary.
        for p, g, v in self._blocks(trainable_params, grads, states=1):
            v *= self.beta
            v += (1 - self.beta) * g**2
            p -= self.learning_rate * g / (np.sqrt(v) + self.epsilon)
        # END SOLUTION


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
        # BEGIN SOLUTION
        self.t += 1  # once per call: all parameters are at the same step
        # Both bias corrections in the step size, as at the end of the paper's section 2: m_hat and
        # v_hat as arrays of their own would cost a sixth of the training speed.
        correction = math.sqrt(1 - self.beta_2**self.t)
        step_size = self.learning_rate * correction / (1 - self.beta_1**self.t)
        epsilon = self.epsilon * correction
        for p, g, m, v, largest_v in self._blocks(trainable_params, grads, states=3):
            m *= self.beta_1
            m += (1 - self.beta_1) * g
            v *= self.beta_2
            v += (1 - self.beta_2) * g**2
            if self.amsgrad:
                v = np.maximum(largest_v, v, out=largest_v)
            p -= step_size * m / (np.sqrt(v) + epsilon)
        # END SOLUTION
