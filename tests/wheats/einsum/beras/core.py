"""Generic Jacobian algebra lives here: layers only say what their local Jacobians are."""
from __future__ import annotations

from abc import ABC, abstractmethod
from inspect import signature

import numpy as np


class Tensor(np.ndarray):
    trainable: bool

    def __new__(cls, data):
        return np.asarray(data).view(cls) if type(data) is not cls else data

    def __array_finalize__(self, source):
        self.trainable = True if source is None else getattr(source, "trainable", True)

    def assign(self, value):
        np.copyto(self, np.asarray(value))


class Variable(Tensor):
    """No copy is made: parameters may share memory with whoever created them."""


class Callable(ABC):
    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args, **kwargs): ...


class Weighted(ABC):
    @property
    @abstractmethod
    def weights(self) -> list[Tensor]: ...

    trainable_variables = property(lambda self: [w for w in self.weights if w.trainable])
    non_trainable_variables = property(lambda self: [w for w in self.weights if not w.trainable])

    def _get(self):
        return bool(self.trainable_variables)

    def _set(self, value):
        for w in self.weights:
            w.trainable = value

    trainable = property(_get, _set)


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        arguments = signature(self.forward).bind(*args, **kwargs).arguments
        self.inputs = [*arguments.values()]
        self.outputs = [Tensor(self.forward(*self.inputs))]
        if (tape := type(self).gradient_tape) is not None:
            tape.previous_layers[id(self.outputs[0])] = self
        return self.outputs[0]

    @abstractmethod
    def get_input_gradients(self): ...

    @abstractmethod
    def get_weight_gradients(self): ...

    def compose_input_gradients(self, J=None):
        jacobians = self.get_input_gradients()
        if J is None or J[0] is None:
            return jacobians
        return [self.pull(np.asarray(J[0]), np.asarray(g)) for g in jacobians]

    def compose_weight_gradients(self, J=None):
        jacobians = self.get_weight_gradients()
        if J is None or J[0] is None:
            return jacobians
        return [
            np.einsum("nr,nmr->mr", J[0], g) if g.ndim == 3 else np.einsum("nr,nr->r", J[0], g)[None]
            for g in jacobians
        ]

    @staticmethod
    def pull(upstream, jacobian):
        if jacobian.ndim == 3:
            return np.einsum("nj,nij->ni", upstream, jacobian)
        return np.einsum("...,...->...", upstream, jacobian)
