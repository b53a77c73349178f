import numpy as np

from beras.core import Callable


class CategoricalAccuracy(Callable):
    def forward(self, probs, labels):
        return np.mean(probs.argmax(1) == labels.argmax(1))
