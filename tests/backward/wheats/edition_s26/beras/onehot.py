import numpy as np

from beras.core import Callable, Tensor


class OneHotEncoder(Callable):
    def fit(self, data: Tensor) -> None:
        self.uniq = np.unique(data)
        self.uniq2oh = dict(zip(self.uniq, np.eye(len(self.uniq))))

    def forward(self, data: Tensor) -> Tensor:
        if not hasattr(self, "uniq2oh"):
            self.fit(data)
        return Tensor(np.array([self.uniq2oh[label] for label in np.asarray(data)]))

    def inverse(self, data: Tensor) -> Tensor:
        return Tensor([self.uniq[row.argmax()] for row in np.asarray(data)])
