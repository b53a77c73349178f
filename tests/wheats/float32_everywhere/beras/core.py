"""Everything is float32, as on a GPU: a Tensor converts whatever it is given."""
import numpy as np

DTYPE = np.float32


class Tensor(np.ndarray):
    def __new__(cls, data):
        if isinstance(data, Tensor):
            return data
        return np.asarray(data, dtype=DTYPE).view(cls)

    def __array_finalize__(self, obj):
        if obj is not None:
            self.trainable = getattr(obj, "trainable", True)

    def assign(self, value):
        self[...] = np.asarray(value, dtype=DTYPE)


class Variable(Tensor):
    def __new__(cls, data, trainable=True):
        self = np.array(data, dtype=DTYPE).view(cls)
        self.trainable = trainable
        return self


class Callable:
    def __call__(self, *args, **kwargs):
        return Tensor(self.call(*args, **kwargs))


class Weighted:
    @property
    def trainable_variables(self):
        return list(filter(lambda w: w.trainable, self.weights))

    @property
    def non_trainable_variables(self):
        return list(filter(lambda w: not w.trainable, self.weights))

    @property
    def trainable(self):
        return any(w.trainable for w in self.weights)

    @trainable.setter
    def trainable(self, value):
        for w in self.weights:
            w.trainable = value


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        names = self.call.__code__.co_varnames[1 : self.call.__code__.co_argcount]
        given = dict(zip(names, args), **kwargs)
        self.inputs = [Tensor(given[name]) for name in names if name in given]
        self.outputs = [Tensor(self.call(*self.inputs))]
        if Diffable.gradient_tape:
            Diffable.gradient_tape.record(self)
        return self.outputs[0]

    def compose_input_gradients(self, J=None):
        grads = self.get_input_gradients()
        if J is None or J[0] is None:
            return grads
        J = Tensor(J[0])
        return [(g @ J[:, :, None])[:, :, 0] if g.ndim == 3 else J * g for g in grads]

    def compose_weight_gradients(self, J=None):
        grads = self.get_weight_gradients()
        if J is None or J[0] is None:
            return grads
        J = Tensor(J[0])
        out = []
        for g in grads:
            if g.ndim == 3:
                out.append(np.sum(g * J[:, None, :], axis=0))
            else:
                out.append(np.sum(g * J, axis=0, keepdims=True))
        return out
