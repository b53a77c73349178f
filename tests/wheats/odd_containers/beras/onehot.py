import numpy as np


class OneHotEncoder:
    def fit(self, labels):
        self.columns = {label: k for k, label in enumerate(sorted(set(np.asarray(labels).tolist())))}
        return self

    def forward(self, labels):
        rows = []
        for label in np.asarray(labels).tolist():
            rows.append(tuple(1.0 if k == self.columns[label] else 0.0 for k in self.columns.values()))
        return tuple(rows)

    __call__ = forward

    def inverse(self, one_hot):
        labels = list(self.columns)
        return tuple(labels[int(np.argmax(row))] for row in one_hot)
