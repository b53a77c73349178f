from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import Any, List, Optional, Union

import numpy as np


class Tensor(np.ndarray):
    def __new__(cls, input_array):
        if isinstance(input_array, cls):
            return input_array
        obj = np.asarray(input_array).view(cls)
        obj.trainable = True
        return obj

    def __array_finalize__(self, obj):
        if obj is None:
            return
        self.trainable = getattr(obj, "trainable", True)

    def assign(self, value: Union[Tensor, np.ndarray]) -> None:
        self[:] = value


class Variable(Tensor):
    def __new__(cls, input_array, name: Optional[str] = None):
        obj = np.asarray(input_array).view(cls)
        obj.name = name
        return obj


class Callable(ABC):
    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        return Tensor(self.call(*args, **kwargs))

    @abstractmethod
    def call(self, *args: Any, **kwargs: Any):
        """Subclasses compute here."""


class Weighted(ABC):
    @property
    @abstractmethod
    def weights(self) -> List[Tensor]: ...

    @property
    def trainable_variables(self) -> List[Tensor]:
        return [weight for weight in self.weights if weight.trainable]

    @property
    def non_trainable_variables(self) -> List[Tensor]:
        return [weight for weight in self.weights if not weight.trainable]

    @property
    def trainable(self) -> bool:
        return len(self.trainable_variables) > 0

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        for weight in self.weights:
            weight.trainable = trainable


class Diffable(Callable, Weighted):
    gradient_tape: Optional[Any] = None

    def __init__(self, name: Optional[str] = None):
        super().__init__()
        self.name = name or type(self).__name__.lower()

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        bound = inspect.signature(self.call).bind(*args, **kwargs)
        bound.apply_defaults()
        self.inputs = list(bound.arguments.values())
        self.outputs = [super().__call__(*args, **kwargs)]
        if Diffable.gradient_tape is not None:
            for out in self.outputs:
                Diffable.gradient_tape.previous_layers[id(out)] = self
        return self.outputs[0]

    @abstractmethod
    def get_input_gradients(self) -> List[Tensor]: ...

    @abstractmethod
    def get_weight_gradients(self) -> List[Tensor]: ...

    def compose_input_gradients(self, J=None):
        local = self.get_input_gradients()
        if J is None or J[0] is None:
            return local
        composed = []
        for upstream in J:
            for grad in local:
                grad = Tensor(grad)
                if grad.ndim == 3:  # one Jacobian per sample
                    rows = [up @ jac.T for up, jac in zip(upstream, grad)]
                    composed.append(np.array(rows))
                else:
                    composed.append(upstream * grad)
        return composed

    def compose_weight_gradients(self, J=None):
        local = self.get_weight_gradients()
        if J is None or J[0] is None:
            return local
        composed = []
        for upstream in J:
            for weight, grad in zip(self.weights, local):
                per_sample = grad * (np.expand_dims(upstream, 1) if weight.ndim == 2 else upstream)
                composed.append(np.sum(per_sample, axis=0))
        return composed
