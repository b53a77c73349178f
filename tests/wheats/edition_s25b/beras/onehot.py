import numpy as np

from beras.core import Callable


class OneHotEncoder(Callable):
    def fit(self, data):
        self.uniq = np.unique(data)
        rows = np.eye(len(self.uniq))
        self.uniq2oh = {label: rows[i] for i, label in enumerate(self.uniq)}
        return self.uniq2oh  # handy in a notebook

    def forward(self, data):
        if not hasattr(self, "uniq2oh"):
            self.fit(data)
        return np.array([self.uniq2oh[label] for label in data])

    def inverse(self, data):
        return np.array([self.uniq[np.argmax(row)] for row in data])
