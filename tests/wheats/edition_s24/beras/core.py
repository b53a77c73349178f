"""Handed out in spring 2024, but for the class Tensor."""

from abc import ABC, abstractmethod

import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, input_array):
        # the view shares the numbers, and starts with a flag of its own
        obj = np.asarray(input_array).view(cls)
        obj.trainable = True
        return obj

    def __array_finalize__(self, obj):
        self.trainable = True if obj is None else getattr(obj, "trainable", True)


Variable = Tensor


class Callable(ABC):
    def __call__(self, *args, **kwargs) -> Tensor:
        return Tensor(self.call(*args, **kwargs))

    @abstractmethod
    def call(self, *args, **kwargs) -> Tensor:
        """What an object of the subclass does when it is called."""


class Weighted(ABC):
    @property
    @abstractmethod
    def weights(self) -> list[Tensor]: ...

    @property
    def trainable_variables(self):
        collection = []
        for weight in self.weights:
            if weight.trainable:
                collection.append(weight)
        return collection

    @property
    def non_trainable_variables(self):
        collection = []
        for weight in self.weights:
            if not weight.trainable:
                collection.append(weight)
        return collection

    @property
    def trainable(self) -> bool:
        return len(self.trainable_variables) > 0

    @trainable.setter
    def trainable(self, trainable: bool):
        # True does nothing here: what is frozen is no trainable variable
        for v in self.trainable_variables:
            v.trainable = trainable


class Diffable(Callable, Weighted):
    gradient_tape = None

    def __call__(self, *args, **kwargs) -> Tensor:
        count = self.call.__code__.co_argcount
        self.argnames = self.call.__code__.co_varnames[1:count]
        by_place = {self.argnames[k]: arg for k, arg in enumerate(args)}
        self.input_dict = {**by_place, **kwargs}
        self.inputs = [self.input_dict[a] for a in self.argnames if a in self.input_dict]
        returned = self.call(*args, **kwargs)
        is_single = not isinstance(returned, (list, tuple))
        self.outputs = [returned] if is_single else list(returned)
        tape = Diffable.gradient_tape
        if tape is not None:
            for out in self.outputs:
                tape.previous_layers[id(out)] = self
        return returned

    @abstractmethod
    def get_input_gradients(self) -> list[Tensor]: ...

    @abstractmethod
    def get_weight_gradients(self) -> list[Tensor]: ...

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_input_gradients()
        J_out = []
        for upstream in J:
            batch_size = upstream.shape[0]
            for layer_input, local in zip(self.inputs, self.get_input_gradients()):
                dx = np.zeros(layer_input.shape, dtype=local.dtype)
                for sample in range(batch_size):
                    jacobian = local[sample] if len(local.shape) == 3 else local
                    dx[sample] = jacobian @ upstream[sample]
                J_out.append(dx)
        return J_out

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        J_out = []
        for upstream in J:
            batch_size = upstream.shape[0]
            for layer_weight, local in zip(self.weights, self.get_weight_gradients()):
                dw = np.zeros((batch_size, *layer_weight.shape), dtype=local.dtype)
                for sample in range(batch_size):
                    jacobian = local[sample] if len(local.shape) == 3 else local
                    dw[sample] = jacobian * upstream[sample]
                J_out.append(np.sum(dw, axis=0))
        return J_out
