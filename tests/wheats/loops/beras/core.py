import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, data):
        if isinstance(data, cls):
            return data
        return np.array(data).view(cls)

    def __array_finalize__(self, obj):
        self.trainable = getattr(obj, "trainable", True)

    def assign(self, value):
        self[:] = value


class Variable(Tensor):
    pass


class Callable:
    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))


class Weighted:
    @property
    def trainable_variables(self):
        result = []
        for w in self.weights:
            if getattr(w, "trainable", True):  # my Dense keeps plain arrays: always trainable
                result.append(w)
        return result

    @property
    def non_trainable_variables(self):
        result = []
        for w in self.weights:
            if not getattr(w, "trainable", True):
                result.append(w)
        return result

    @property
    def trainable(self):
        for w in self.weights:
            if getattr(w, "trainable", True):
                return True
        return False

    @trainable.setter
    def trainable(self, flag):
        for w in self.weights:
            if isinstance(w, Tensor):
                w.trainable = flag


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        self.inputs = list(args)
        if kwargs:
            names = self.forward.__code__.co_varnames[1 : self.forward.__code__.co_argcount]
            for name in names[len(args) :]:
                if name in kwargs:
                    self.inputs.append(kwargs[name])
        output = super().__call__(*args, **kwargs)
        self.outputs = [output]
        if Diffable.gradient_tape is not None:
            Diffable.gradient_tape.previous_layers[id(output)] = self
        return output

    def get_weight_gradients(self):
        return []

    def compose_weight_gradients(self, J=None):
        return []
