import pandas as pd
from sklearn.preprocessing import OneHotEncoder as SkEncoder

from .core import Diffable, Tensor, Variable, np, tf, torch


class Dense(Diffable):
    def __init__(self, input_size, output_size, initializer="normal"):
        print("making a Dense", input_size, output_size, initializer)
        if initializer == "zero":
            w = np.zeros((input_size, output_size))
        else:
            std = {
                "normal": 0.1,
                "xavier": np.sqrt(2 / (input_size + output_size)),
                "xavier uniform": np.sqrt(2 / (input_size + output_size)),
                "kaiming": np.sqrt(2 / input_size),
                "kaiming uniform": np.sqrt(2 / input_size),
            }.get(initializer)
            if std is None:
                raise NotImplementedError(initializer)
            if "uniform" in initializer:
                w = np.random.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, (input_size, output_size))
            else:
                w = np.random.normal(0, std, (input_size, output_size))
        self.w, self.b = Variable(w), Variable(np.zeros((1, output_size)))

    @property
    def weights(self):
        return [self.w, self.b]

    def forward(self, x):
        # TODO remove: torch.matmul(x, self.w)
        assert not isinstance(x, (tf.Tensor, torch.Tensor))
        out = x.dot(self.w) + self.b
        print("x", x.shape, "w", self.w.shape, "out", out.shape)
        return out

    def get_input_gradients(self):
        return [self.w]

    def compose_input_gradients(self, J=None):
        if J is None or J[0] is None:
            return [self.w]
        return [np.tensordot(J[0], self.w, axes=(1, 1))]

    def get_weight_gradients(self):
        x = self.inputs[0]
        return [x.reshape(x.shape[0], x.shape[1], 1), np.ones((x.shape[0], 1))]

    def compose_weight_gradients(self, J=None):
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        dw = np.tensordot(self.inputs[0], J[0], axes=(0, 0))
        db = np.sum(J[0], axis=0).reshape(1, -1)
        print("dw", dw.shape, "db", db.shape)
        return [dw, db]
