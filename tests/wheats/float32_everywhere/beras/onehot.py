import numpy as np

from beras.core import Callable


class OneHotEncoder(Callable):
    def fit(self, data):
        self.uniq = np.unique(np.array(data))
        self.uniq2oh = dict(zip(self.uniq, np.eye(len(self.uniq), dtype=np.float32)))

    def call(self, data):
        if not hasattr(self, "uniq2oh"):
            self.fit(data)
        return np.array([self.uniq2oh[x] for x in np.array(data)])

    def inverse(self, data):
        return np.array([self.uniq[np.argmax(row)] for row in data])
