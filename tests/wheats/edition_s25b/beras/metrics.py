import numpy as np

from beras.core import Callable


class CategoricalAccuracy(Callable):
    def forward(self, probs, labels):
        hits = np.argmax(probs, axis=1) == np.argmax(labels, axis=1)
        return hits.mean()
