import numpy as np

from ._precision import fast, wide
from .core import Diffable, Variable


class Dense(Diffable):
    """Remembers its last input itself, in single precision."""

    def __init__(self, input_size, output_size, initializer="normal"):
        m, r = input_size, output_size
        match_ = {
            "zero": lambda: np.zeros((m, r)),
            "normal": lambda: 0.01 * np.random.randn(m, r),
            "xavier": lambda: np.random.randn(m, r) * np.sqrt(2 / (m + r)),
            "kaiming": lambda: np.random.randn(m, r) * np.sqrt(2 / m),
            "xavier uniform": lambda: np.random.uniform(-1, 1, (m, r)) * np.sqrt(6 / (m + r)),
            "kaiming uniform": lambda: np.random.uniform(-1, 1, (m, r)) * np.sqrt(6 / m),
        }
        if initializer not in match_:
            raise KeyError(initializer)
        self.w = Variable(match_[initializer]())
        self.b = Variable(np.zeros(r))
        self._x = None

    @property
    def weights(self):
        return [self.w, self.b]

    def forward(self, x):
        self._x = fast(x)
        return wide(self._x @ fast(self.w) + fast(self.b))

    def get_input_gradients(self):
        return (wide(fast(self.w)),)

    def get_weight_gradients(self):
        return (wide(self._x)[..., None], np.float64(1.0))

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        return (wide(fast(J[0]) @ fast(self.w).T),)

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        g = fast(J[0])
        return (wide(self._x.T @ g), wide(g.sum(axis=0)))
