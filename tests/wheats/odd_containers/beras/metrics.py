import numpy as np

from .core import Callable


class CategoricalAccuracy(Callable):
    def forward(self, probs, labels):
        return np.array([np.mean(np.argmax(probs, 1) == np.argmax(labels, 1))])
