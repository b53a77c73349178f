"""Weights are found by looking at attributes, as PyTorch does; every call is kept as a record."""
from inspect import getfullargspec

import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, data, trainable=True):
        if isinstance(data, Tensor):
            return data
        self = np.asarray(data).view(cls)
        self.trainable = trainable
        return self

    def __array_finalize__(self, obj):
        self.trainable = getattr(obj, "trainable", True)

    def assign(self, value):
        self[...] = value
        return self


class Variable(Tensor):
    """Always of floats; shares the memory of a float array that it is given."""

    def __new__(cls, data, trainable=True):
        self = np.asarray(data, dtype=np.float64).view(cls)
        self.trainable = trainable
        return self


class Module:
    """Tracks Variables, other Modules, and lists of either, in the order of assignment."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def __setattr__(self, name, value):
        self.__dict__.setdefault("_tracked", {})
        members = value if isinstance(value, (list, tuple)) else [value]
        if members and all(isinstance(m, (Variable, Module)) for m in members):
            self.__dict__["_tracked"][name] = members
        object.__setattr__(self, name, value)

    def _variables(self):
        for members in self.__dict__.get("_tracked", {}).values():
            for m in members:
                if isinstance(m, Variable):
                    yield m
                else:
                    yield from m.weights


class Weighted:
    @property
    def weights(self):
        return list(self._variables()) if isinstance(self, Module) else []

    @property
    def trainable_variables(self):
        return [w for w in self.weights if w.trainable]

    @property
    def non_trainable_variables(self):
        return [w for w in self.weights if not w.trainable]

    @property
    def trainable(self):
        return any(w.trainable for w in self.weights)

    @trainable.setter
    def trainable(self, value):
        for w in self.weights:
            w.trainable = value


class Callable:
    def __call__(self, *args, **kwargs):
        return Tensor(getattr(self, "forward")(*args, **kwargs))


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        if kwargs:
            names = getfullargspec(self.forward).args[1:]
            args = (*args, *(kwargs[name] for name in names if name in kwargs))
        y = Callable.__call__(self, *args)
        self.__dict__.update(inputs=list(args), outputs=[y])
        tape = Diffable.gradient_tape
        if tape is not None:
            tape.previous_layers[id(y)] = self
        return y

    def vjp(self, upstream):
        """(gradients of inputs, gradients of weights) for one upstream gradient."""
        raise NotImplementedError

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        return self.vjp(np.asarray(J[0]))[0]

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        return self.vjp(np.asarray(J[0]))[1]

    def get_weight_gradients(self):
        return []
