import numpy as np
import tensorflow as tf
import torch
import torch.nn as nn
import torch.nn.functional as F
from tensorflow import keras
from tensorflow.keras.datasets import mnist

from helpers import debug


class Tensor(np.ndarray):
    def __new__(cls, data):
        if isinstance(data, cls):
            return data
        t = np.asarray(data).view(cls)
        t.trainable = True
        return t

    def __array_finalize__(self, obj):
        self.trainable = getattr(obj, "trainable", True)

    def assign(self, value):
        self.fill(0)
        self += value


class Variable(Tensor):
    def __new__(cls, data):
        return np.array(data, dtype=float).view(cls)


class Callable:
    def __call__(self, *args, **kwargs):
        debug("calling", type(self).__name__, [getattr(a, "shape", a) for a in args])
        return Tensor(self.forward(*args, **kwargs))

    def forward(self, *args):
        raise NotImplementedError


class Weighted:
    @property
    def weights(self):
        return []

    @property
    def trainable_variables(self):
        return [w for w in self.weights if w.trainable]

    @property
    def non_trainable_variables(self):
        return [w for w in self.weights if w.trainable == False]

    @property
    def trainable(self):
        return True in [bool(w.trainable) for w in self.weights]

    @trainable.setter
    def trainable(self, flag):
        [setattr(w, "trainable", flag) for w in self.weights]


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs):
        import inspect

        self.inputs = list(args)
        for name in list(inspect.signature(self.forward).parameters)[len(args):]:
            if name in kwargs:
                self.inputs.append(kwargs[name])
        self.outputs = [super().__call__(*args, **kwargs)]
        if Diffable.gradient_tape is not None:
            Diffable.gradient_tape.previous_layers[id(self.outputs[0])] = self
        return self.outputs[0]

    def get_weight_gradients(self):
        return []

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        debug("J", J[0].shape)
        out = []
        for g in self.get_input_gradients():
            if len(g.shape) == 3:
                out.append(np.matmul(np.array(J[0])[:, None, :], np.swapaxes(g, 1, 2))[:, 0, :])
            elif g.shape == J[0].shape:
                out.append(g * J[0])
            else:
                out.append(J[0] @ g.T)
        return out

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        return []
