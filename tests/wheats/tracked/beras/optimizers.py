import numpy as np


class Optimizer:
    """`step(g, state)` says how far to go; `state` is a dictionary of the parameter's own."""

    def __init__(self, learning_rate):
        self.learning_rate, self.t, self.states = learning_rate, 0, []

    def apply_gradients(self, trainable_params, grads):
        self.t += 1
        for p, g in zip(trainable_params, grads, strict=True):
            p -= self.learning_rate * self.step(np.asarray(g), self.state_of(p))

    def state_of(self, p):
        for known, state in self.states:
            if known is p:
                return state
        self.states.append((p, {}))
        return self.states[-1][1]


class BasicOptimizer(Optimizer):
    def step(self, g, state):
        return g


class RMSProp(Optimizer):
    def __init__(self, learning_rate, beta=0.9, epsilon=1e-6):
        super().__init__(learning_rate)
        self.beta, self.epsilon = beta, epsilon

    def step(self, g, state):
        state["v"] = self.beta * state.get("v", 0) + (1 - self.beta) * g**2
        return g / (state["v"] ** 0.5 + self.epsilon)


class Adam(Optimizer):
    def __init__(self, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad

    def step(self, g, state):
        for key, beta, power in ("m", self.beta_1, g), ("v", self.beta_2, g**2):
            state[key] = beta * state.get(key, 0) + (1 - beta) * power
        v = state["v"]
        if self.amsgrad:
            v = state["largest"] = np.maximum(state.get("largest", 0), v)
        correction = (1 - self.beta_2**self.t) ** 0.5 / (1 - self.beta_1**self.t)
        return correction * state["m"] / (v**0.5 + self.epsilon)
