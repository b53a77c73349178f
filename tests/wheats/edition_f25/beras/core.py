from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from beras.gradient_tape import GradientTape


class Tensor(np.ndarray):
    def __new__(cls, data: Any) -> Tensor:
        if not isinstance(data, Tensor):
            data = np.asarray(data).view(Tensor)
            data.trainable = True
        return data

    def __array_finalize__(self, obj: Any) -> None:
        self.trainable: bool = getattr(obj, "trainable", True)

    def assign(self, value: Any) -> None:
        self[:] = np.asarray(value)


class Variable(Tensor):
    def __new__(cls, data: Any) -> Variable:
        return np.array(data).view(cls)

    def assign(self, value: Any) -> None:
        self[:] = np.asarray(value)


class Callable(ABC):
    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args: Any, **kwargs: Any) -> Tensor: ...


class Weighted(ABC):
    @property
    @abstractmethod
    def weights(self) -> list[Tensor]: ...

    @property
    def trainable_variables(self) -> list[Tensor]:
        return [weight for weight in self.weights if weight.trainable]

    @property
    def non_trainable_variables(self) -> list[Tensor]:
        return [weight for weight in self.weights if weight.trainable is False]

    @property
    def trainable(self) -> bool:
        return True in {weight.trainable for weight in self.weights}

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        for weight in self.weights:
            weight.trainable = trainable


class Diffable(Callable, Weighted):
    gradient_tape: GradientTape | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        code = self.forward.__code__
        self.argnames = code.co_varnames[1 : code.co_argcount]
        self.input_dict: dict[str, Any] = dict(zip(self.argnames, args), **kwargs)
        self.inputs = [self.input_dict[n] for n in self.argnames if n in self.input_dict]
        out = self.forward(*args, **kwargs)
        self.outputs = list(out) if isinstance(out, (list, tuple)) else [out]
        if self.gradient_tape is not None:
            self.gradient_tape.previous_layers.update({id(o): self for o in self.outputs})
        return out

    @abstractmethod
    def get_input_gradients(self) -> list[Tensor]: ...

    @abstractmethod
    def get_weight_gradients(self) -> list[Tensor]: ...

    def compose_input_gradients(self, J: list[Tensor] | None = None) -> list[Tensor]:
        if J is None or J[0] is None:
            return self.get_input_gradients()
        gradients = []
        for upstream in J:
            for layer_input, local in zip(self.inputs, self.get_input_gradients()):
                gradient = np.zeros(layer_input.shape, dtype=local.dtype)
                for sample in range(upstream.shape[0]):
                    part = local[sample] if local.ndim == 3 else local
                    gradient[sample] = part @ upstream[sample]
                gradients.append(gradient)
        return gradients

    def compose_weight_gradients(self, J: list[Tensor] | None = None) -> list[Tensor]:
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        gradients = []
        for upstream in J:
            for weight, local in zip(self.weights, self.get_weight_gradients()):
                gradient = np.zeros((upstream.shape[0], *weight.shape), dtype=local.dtype)
                for sample in range(upstream.shape[0]):
                    part = local[sample] if local.ndim == 3 else local
                    gradient[sample] = part * upstream[sample]
                gradients.append(np.sum(gradient, axis=0))
        return gradients
