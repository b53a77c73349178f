import numpy as np

from beras.core import Callable


class OneHotEncoder(Callable):
    def fit(self, data):
        self.uniq = np.unique(data)
        self.uniq2oh = {}
        for i, label in enumerate(self.uniq):
            self.uniq2oh[label] = np.eye(len(self.uniq))[i]

    def call(self, data):
        if not hasattr(self, "uniq2oh"):
            self.fit(data)
        return np.array([self.uniq2oh[label] for label in data])

    def inverse(self, data):
        oh2uniq = {tuple(oh): label for label, oh in self.uniq2oh.items()}
        return np.array([oh2uniq[tuple(row)] for row in data])
