import abc

import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, data):
        if isinstance(data, Tensor):
            return data
        new = np.ndarray.__new__(cls, np.shape(data), dtype=np.float64)
        new[...] = data
        return new

    def __array_finalize__(self, parent):
        self.trainable = parent.trainable if isinstance(parent, Tensor) else True

    def assign(self, value):
        self[...] = value


class Variable(Tensor):
    pass


class Callable(abc.ABC):
    @abc.abstractmethod
    def forward(self, *args): ...

    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))


class Weighted(abc.ABC):
    @property
    @abc.abstractmethod
    def weights(self): ...

    def _select(self, flag):
        return tuple(w for w in self.weights if bool(w.trainable) is flag)

    @property
    def trainable_variables(self):
        return self._select(True)

    @property
    def non_trainable_variables(self):
        return self._select(False)

    @property
    def trainable(self):
        return len(self._select(True)) > 0

    @trainable.setter
    def trainable(self, value):
        for w in self.weights:
            setattr(w, "trainable", value)


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        if kwargs:
            order = [n for n in self.forward.__code__.co_varnames if n in kwargs]
            args, kwargs = (*args, *(kwargs[n] for n in order)), {}
        y = Callable.__call__(self, *args)
        self.inputs, self.outputs = list(args), [y]
        tape = Diffable.gradient_tape
        if tape is not None:
            tape.previous_layers[id(y)] = self
        return y

    @abc.abstractmethod
    def get_input_gradients(self): ...

    @abc.abstractmethod
    def get_weight_gradients(self): ...
