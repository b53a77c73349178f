from __future__ import annotations

import numpy as np

from beras.core import Diffable, Tensor

class Linear(Diffable):
    def __init__(self, input_size: int, output_size: int, initializer: str = "normal", name=None):
        super().__init__(name)
        self.w, self.b = self.__class__._initialize_weight(initializer, input_size, output_size)

    @property
    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.w, self.b

    def forward(self, x: Tensor) -> Tensor:
        return Tensor(x @ self.w + self.b)

    def get_input_gradients(self) -> list[Tensor]:
        return [self.w]

    def get_weight_gradients(self) -> list[Tensor]:
        x = self.inputs[0]
        w_grad = np.expand_dims(np.asarray(x, dtype=self.w.dtype), -1)
        b_grad = np.ones(self.b.shape)
        return [w_grad, b_grad]

    @staticmethod
    def _initialize_weight(initializer: str, input_size: int, output_size: int):
        assert initializer in ("zero", "normal", "xavier", "kaiming"), initializer
        deviations = {
            "zero": 0.0,
            "normal": 1.0,
            "xavier": np.sqrt(2 / (input_size + output_size)),
            "kaiming": np.sqrt(2 / input_size),
        }
        w = np.random.normal(0.0, 1.0, (input_size, output_size)) * deviations[initializer]
        return Tensor(w), Tensor(np.zeros(output_size))
