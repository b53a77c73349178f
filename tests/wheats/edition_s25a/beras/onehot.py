import numpy as np

from beras.core import Callable


class OneHotEncoder(Callable):
    def fit(self, data):
        self.labels = sorted({int(d) for d in data})

    def forward(self, data):
        if not hasattr(self, "labels"):
            self.fit(data)
        rows = np.zeros((len(data), len(self.labels)))
        for row, label in zip(rows, data):
            row[self.labels.index(int(label))] = 1
        return rows

    def inverse(self, data):
        return [self.labels[list(row).index(1)] for row in np.asarray(data)]
