from __future__ import annotations

import numpy as np

from beras.core import Diffable, Tensor


class Loss(Diffable):
    def get_weight_gradients(self) -> list[Tensor]:
        return []


class MeanSquaredError(Loss):
    def forward(self, y_pred: Tensor, y_true: Tensor) -> Tensor:
        return Tensor(np.mean(np.mean((y_pred - y_true) ** 2, axis=-1)))

    def get_input_gradients(self) -> list[Tensor]:
        y_pred, y_true = self.inputs
        n = np.prod(y_pred.shape)
        y_pred, y_true = np.asarray(y_pred), np.asarray(y_true)
        return [Tensor(2 * (y_pred - y_true) / n), Tensor(2 * (y_true - y_pred) / n)]


class CategoricalCrossEntropy(Loss):
    def __init__(self, epsilon: float = 1e-12, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def forward(self, y_pred: Tensor, y_true: Tensor) -> Tensor:
        y_pred = np.clip(y_pred, self.epsilon, 1 - self.epsilon)
        return Tensor(np.mean(-np.sum(y_true * np.log(y_pred), axis=-1)))

    def get_input_gradients(self) -> list[Tensor]:
        y_pred, y_true = self.inputs
        y_pred = np.clip(y_pred, self.epsilon, 1 - self.epsilon)
        grad_pred = -y_true / y_pred / y_true.shape[0]
        grad_true = -np.log(y_pred) / y_true.shape[0]
        return [Tensor(grad_pred), Tensor(grad_true)]
