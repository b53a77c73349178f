import numpy as np

from beras.core import Callable


class OneHotEncoder(Callable):
    def fit(self, data):
        labels = sorted(set(np.asarray(data).tolist()))
        self.to_row = dict(zip(labels, np.eye(len(labels))))
        self.to_label = {tuple(row): label for label, row in self.to_row.items()}
        return self.to_label

    def call(self, data):
        if not hasattr(self, "to_row"):
            self.fit(data)
        return np.array([self.to_row[label] for label in np.asarray(data).tolist()])

    def inverse(self, data):
        return np.array([self.to_label[tuple(row)] for row in np.asarray(data)])
