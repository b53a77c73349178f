import numpy as np

from beras.core import Callable


class CategoricalAccuracy(Callable):
    def forward(self, probs, labels):
        same = [np.argmax(p) == np.argmax(l) for p, l in zip(probs, labels)]
        return sum(same) / len(same)
