from abc import ABC, abstractmethod

import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, input_array):
        view = np.asarray(input_array).view(cls)
        view.trainable = True
        return view

    def __array_finalize__(self, obj):
        if obj is not None:
            self.trainable = getattr(obj, "trainable", True)


Variable = Tensor


class Callable(ABC):
    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args, **kwargs): ...


class Weighted(ABC):
    @property
    @abstractmethod
    def weights(self): ...

    @property
    def trainable_variables(self):
        trainables = []
        for w in self.weights:
            if w.trainable:
                trainables += [w]
        return trainables

    @property
    def non_trainable_variables(self):
        frozen = []
        for w in self.weights:
            if not w.trainable:
                frozen += [w]
        return frozen

    @property
    def trainable(self):
        flags = np.array([w.trainable for w in self.weights], dtype=bool)
        return np.any(flags)

    @trainable.setter
    def trainable(self, trainable):
        for w in self.weights:
            w.trainable = trainable


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        n = self.forward.__code__.co_argcount
        self.argnames = self.forward.__code__.co_varnames[1:n]
        named = {name: value for name, value in zip(self.argnames, args)}
        self.input_dict = named | kwargs
        self.inputs = [self.input_dict[k] for k in self.argnames if k in self.input_dict]
        what = self.forward(*args, **kwargs)
        many = isinstance(what, (tuple, list))
        self.outputs = list(what) if many else [what]
        if self.gradient_tape is not None:
            for output in self.outputs:
                self.gradient_tape.previous_layers[id(output)] = self
        return what

    @abstractmethod
    def get_input_gradients(self): ...

    @abstractmethod
    def get_weight_gradients(self): ...

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        out = []
        for upstream in J:
            for inp, grad in zip(self.inputs, self.get_input_gradients()):
                wrt_input = np.zeros(inp.shape, dtype=grad.dtype)
                for k in range(upstream.shape[0]):
                    g = grad[k] if grad.ndim == 3 else grad
                    wrt_input[k] = g @ upstream[k]
                out.append(wrt_input)
        return out

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        out = []
        for upstream in J:
            for w, grad in zip(self.weights, self.get_weight_gradients()):
                wrt_weight = np.zeros((upstream.shape[0], *w.shape), dtype=grad.dtype)
                for k in range(upstream.shape[0]):
                    g = grad[k] if grad.ndim == 3 else grad
                    wrt_weight[k] = g * upstream[k]
                out.append(np.sum(wrt_weight, axis=0))
        return out
