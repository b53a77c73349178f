import numpy as np

from .core import Callable


class OneHotEncoder(Callable):
    def __init__(self):
        self.labels = np.array([])

    def fit(self, labels):
        self.labels = np.sort(np.unique(labels))

    def forward(self, labels):
        rows = np.zeros((np.size(labels), np.size(self.labels)), dtype="f4")
        rows[np.arange(np.size(labels)), np.searchsorted(self.labels, labels)] = 1
        return rows

    def inverse(self, one_hot):
        rows, columns = np.nonzero(one_hot)
        return self.labels[columns]
