from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np


def nothing(grad):
    """What a tensor does that no layer made."""


class Named:
    def __init__(self, name=None):
        self.name = name or self.__class__.__name__


class Tensor(np.ndarray):
    requires_grad = True
    debug_print = False

    def __new__(cls, data, requires_grad=True, name=None):
        if isinstance(data, Tensor):
            return data
        return np.asarray(data).view(cls)

    def __array_finalize__(self, obj):
        self.backward = getattr(obj, "backward", nothing)
        self.grad = getattr(obj, "grad", None)
        self.name = getattr(obj, "name", None)
        self.requires_grad = getattr(obj, "requires_grad", True)

    def assign(self, value):
        self[:] = np.asarray(value)

    class no_grad:
        def __enter__(self):
            Tensor.requires_grad = False

        def __exit__(self, *args):
            Tensor.requires_grad = True


class Callable(ABC, Named):
    def __call__(self, *args, **kwargs) -> Tensor:
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args, **kwargs) -> Tensor: ...


class Diffable(Callable):
    @property
    def parameters(self) -> list[Tensor]:
        return []

    def __call__(self, *args, **kwargs):
        names = self.forward.__code__.co_varnames[1 : self.forward.__code__.co_argcount]
        self.ins = dict(zip(names, args))
        self.ins.update(kwargs)
        self.inputs = list(self.ins.values())
        outs = self.forward(*args, **kwargs)
        self.outputs = outs if isinstance(outs, list) else [outs]
        for out in self.outputs:
            out.name = f"{self.name}:out"
            out.backward = self.backward
        return outs

    @abstractmethod
    def get_input_gradients(self) -> list[Tensor]: ...

    @abstractmethod
    def get_weight_gradients(self) -> list[Tensor]: ...

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        gradients = []
        for upstream in J:
            for x, local in zip(self.inputs, self.get_input_gradients()):
                rows = [
                    (local[n] if len(local.shape) == 3 else local) @ upstream[n]
                    for n in range(upstream.shape[0])
                ]
                gradients.append(np.array(rows, dtype=local.dtype).reshape(x.shape))
        return gradients

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        gradients = []
        for upstream in J:
            for parameter, local in zip(self.parameters, self.get_weight_gradients()):
                total = np.zeros((upstream.shape[0], *parameter.shape), dtype=local.dtype)
                for n in range(upstream.shape[0]):
                    total[n] = (local[n] if len(local.shape) == 3 else local) * upstream[n]
                gradients.append(np.sum(total, axis=0))
        return gradients

    def backward(self, grad=None):
        weight_grads = self.compose_weight_gradients(grad)
        input_grads = self.compose_input_gradients(grad)
        for parameter, gradient in zip(self.parameters, weight_grads):
            if parameter.requires_grad:
                parameter.grad = gradient
        for x, gradient in zip(self.inputs, input_grads):
            if isinstance(x, Tensor):
                x.backward([gradient])
