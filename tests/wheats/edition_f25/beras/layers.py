from __future__ import annotations

import numpy as np

from beras.core import Diffable, Tensor, Variable

DENSE_INITIALIZERS = (
    "zero",
    "normal",
    "xavier",
    "kaiming",
    "xavier uniform",
    "kaiming uniform",
)


class Dense(Diffable):
    def __init__(self, input_size: int, output_size: int, initializer: str = "normal"):
        self.w, self.b = self.__class__._initialize_weight(initializer, input_size, output_size)

    @property
    def weights(self) -> list[Tensor]:
        return [self.w, self.b]

    def forward(self, x: Tensor) -> Tensor:
        return Tensor(x @ self.w + self.b)

    def get_input_gradients(self) -> list[Tensor]:
        return [self.w]

    def get_weight_gradients(self) -> list[Tensor]:
        x = self.inputs[0]
        w_grad = np.expand_dims(np.asarray(x, dtype=self.w.dtype), -1)
        b_grad = np.ones((x.shape[0], 1, self.b.shape[-1]))
        return [w_grad, b_grad]

    @staticmethod
    def _initialize_weight(initializer: str, input_size: int, output_size: int):
        assert initializer in DENSE_INITIALIZERS, f"Unknown weight initializer: {initializer}"
        m, n = input_size, output_size
        if initializer == "zero":
            w = np.zeros((m, n))
        elif initializer == "normal":
            w = np.random.randn(m, n)
        elif initializer == "xavier":
            w = np.random.randn(m, n) * np.sqrt(2 / (m + n))
        elif initializer == "kaiming":
            w = np.random.randn(m, n) * np.sqrt(2 / m)
        elif initializer == "xavier uniform":
            w = np.random.uniform(-1, 1, (m, n)) * np.sqrt(6 / (m + n))
        else:
            w = np.random.uniform(-1, 1, (m, n)) * np.sqrt(6 / m)
        return Variable(w), Variable(np.zeros((1, n)))
