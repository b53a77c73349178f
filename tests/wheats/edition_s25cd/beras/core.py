from abc import ABC, abstractmethod

import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, input_array):
        if isinstance(input_array, Tensor):
            return input_array
        obj = np.asarray(input_array).view(cls)
        obj.trainable = True
        return obj

    def __array_finalize__(self, obj):
        if obj is None:
            return
        self.trainable = getattr(obj, "trainable", True)

    def assign(self, value):
        self[:] = value


Variable = Tensor


class Callable(ABC):
    """Subclasses write `forward`; an object of theirs is called like a function."""

    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args, **kwargs): ...


class Weighted(ABC):
    @property
    @abstractmethod
    def weights(self): ...

    def _with_flag(self, flag):
        return [w for w in self.weights if bool(w.trainable) == flag]

    @property
    def trainable_variables(self):
        return self._with_flag(True)

    @property
    def non_trainable_variables(self):
        return self._with_flag(False)

    @property
    def trainable(self):
        return any(w.trainable for w in self.weights)

    @trainable.setter
    def trainable(self, trainable):
        for w in self.weights:
            w.trainable = bool(trainable)


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        code = self.forward.__code__
        self.argnames = code.co_varnames[1 : code.co_argcount]
        self.input_dict = {**dict(zip(self.argnames, args)), **kwargs}
        self.inputs = [self.input_dict[name] for name in self.argnames if name in self.input_dict]
        result = self.forward(*args, **kwargs)
        self.outputs = list(result) if isinstance(result, (list, tuple)) else [result]
        if Diffable.gradient_tape is not None:
            for out in self.outputs:
                Diffable.gradient_tape.previous_layers[id(out)] = self
        return result

    @abstractmethod
    def get_input_gradients(self): ...

    @abstractmethod
    def get_weight_gradients(self): ...

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        composed = []
        for upstream in J:
            for inp, local in zip(self.inputs, self.get_input_gradients()):
                gradient = np.zeros(np.shape(inp), dtype=local.dtype)
                for b in range(upstream.shape[0]):
                    of_sample = local[b] if len(local.shape) == 3 else local
                    gradient[b] = of_sample @ upstream[b]
                composed.append(gradient)
        return composed

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        composed = []
        for upstream in J:
            for w, local in zip(self.weights, self.get_weight_gradients()):
                gradients = np.zeros((upstream.shape[0], *w.shape), dtype=local.dtype)
                for b in range(upstream.shape[0]):
                    of_sample = local[b] if len(local.shape) == 3 else local
                    gradients[b] = of_sample * upstream[b]
                composed.append(np.sum(gradients, axis=0))
        return composed
