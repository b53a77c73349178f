from sklearn.metrics import accuracy_score

from .core import Callable, np


class CategoricalAccuracy(Callable):
    def forward(self, probs, labels):
        return (np.argmax(probs, axis=1) == np.argmax(labels, axis=1)).sum() / len(labels)
