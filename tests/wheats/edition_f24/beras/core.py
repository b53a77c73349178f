import warnings
from abc import ABC, abstractmethod

import numpy as np

# I want to see where my own numbers overflow, at once.
np.seterr(all="raise")
warnings.simplefilter("error")


class Tensor(np.ndarray):
    def __new__(cls, data):
        tensor = np.ndarray.view(np.asarray(data), cls)
        tensor.trainable = True
        return tensor

    def __array_finalize__(self, parent):
        if parent is not None:
            self.trainable = getattr(parent, "trainable", True)


Variable = Tensor  # only a word for tensors that are learned


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
        return list(filter(lambda w: w.trainable, self.weights))

    @property
    def non_trainable_variables(self):
        return list(filter(lambda w: not w.trainable, self.weights))

    @property
    def trainable(self):
        return bool(self.trainable_variables)

    @trainable.setter
    def trainable(self, trainable):
        for w in self.weights:
            w.trainable = trainable


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        function = self.forward
        self.argnames = function.__code__.co_varnames[1 : function.__code__.co_argcount]
        self.input_dict = dict(zip(self.argnames, args))
        self.input_dict.update(kwargs)
        self.inputs = [self.input_dict[n] for n in self.argnames if n in self.input_dict]
        outputs = function(*args, **kwargs)
        self.outputs = outputs if isinstance(outputs, list) else [outputs]
        if Diffable.gradient_tape is not None:
            for one in self.outputs:
                Diffable.gradient_tape.previous_layers[id(one)] = self
        return outputs

    @abstractmethod
    def get_input_gradients(self): ...

    @abstractmethod
    def get_weight_gradients(self): ...

    def compose_input_gradients(self, J=None):
        local_gradients = self.get_input_gradients()
        if J is None or J[0] is None:
            return local_gradients
        result = []
        for up in J:
            for x, local in zip(self.inputs, local_gradients):
                dx = np.zeros(x.shape, dtype=local.dtype)
                for n in range(len(up)):
                    one = local[n] if local.ndim == 3 else local
                    dx[n] = one @ up[n]
                result.append(dx)
        return result

    def compose_weight_gradients(self, J=None):
        local_gradients = self.get_weight_gradients()
        if J is None or J[0] is None:
            return local_gradients
        result = []
        for up in J:
            for w, local in zip(self.weights, local_gradients):
                dw = np.zeros((len(up), *w.shape), dtype=local.dtype)
                for n in range(len(up)):
                    one = local[n] if local.ndim == 3 else local
                    dw[n] = one * up[n]
                result.append(dw.sum(axis=0))
        return result
