from __future__ import annotations

from abc import abstractmethod

import numpy as np

from .core import Diffable, Tensor


class Activation(Diffable):
    @property
    def weights(self) -> list[Tensor]:
        return []

    def get_weight_gradients(self) -> list[Tensor]:
        return []

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor: ...

    @abstractmethod
    def get_input_gradients(self) -> list[Tensor]: ...


class LeakyReLU(Activation):
    def __init__(self, alpha: float = 0.3, name=None):
        super().__init__(name)
        self.alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        return Tensor(np.where(x > 0, x, self.alpha * x))

    def get_input_gradients(self) -> list[Tensor]:
        slopes = np.where(self.inputs[0] > 0, 1.0, self.alpha)
        return [Tensor(np.where(self.inputs[0] == 0, 0.0, slopes))]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class ReLU(LeakyReLU):
    def __init__(self, name=None):
        super().__init__(alpha=0, name=name)


class Sigmoid(Activation):
    def forward(self, x: Tensor) -> Tensor:
        return Tensor(1.0 / (1.0 + np.exp(-np.clip(x, -700, 700))))

    def get_input_gradients(self) -> list[Tensor]:
        y = self.outputs[0]
        return [y * (1 - y)]

    def compose_input_gradients(self, J):
        return self.get_input_gradients()[0] * J


class Softmax(Activation):
    def forward(self, x: Tensor) -> Tensor:
        exps = np.exp(x - x.max(axis=-1, keepdims=True))
        return Tensor(exps / exps.sum(axis=-1, keepdims=True))

    def get_input_gradients(self) -> list[Tensor]:
        y = self.outputs[0]
        jacobian = -(y[:, :, np.newaxis] * y[:, np.newaxis, :])
        k = np.arange(y.shape[-1])
        jacobian[:, k, k] += y
        return [jacobian]
