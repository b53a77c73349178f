import numpy as np

from beras.core import Callable


class OneHotEncoder(Callable):
    def fit(self, labels):
        self.labels = sorted({label.item() for label in np.asarray(labels)})

    def forward(self, labels):
        one_hot = np.zeros((len(labels), len(self.labels)))
        for row, label in zip(one_hot, labels):
            row[self.labels.index(label)] = 1
        return one_hot

    def inverse(self, one_hot):
        return np.take(self.labels, np.argmax(one_hot, axis=-1))
