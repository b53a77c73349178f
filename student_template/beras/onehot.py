"""One-hot encoding of labels."""

import numpy as np

from .core import Callable


class OneHotEncoder(Callable):
    """Turns labels into rows with a single 1, one column for each label that `fit` saw.

    A call before `fit` fits the encoder to the labels of that call.
    """

    def __init__(self):
        self.classes = None

    def fit(self, labels):
        """Give each distinct label of labels (N,) a column, in sorted order."""
        raise NotImplementedError("OneHotEncoder.fit: roadmap 7.2")

    def forward(self, labels):
        """Map labels (N,) to one-hot rows (N, classes).

        Raises ValueError for a label that `fit` never saw.
        """
        raise NotImplementedError("OneHotEncoder.forward: roadmap 7.2")

    def inverse(self, one_hot):
        """Map one-hot rows (N, classes) back to labels (N,).

        Raises ValueError before `fit`, when no column has a label yet.
        """
        raise NotImplementedError("OneHotEncoder.inverse: roadmap 7.3")

    def __repr__(self):
        return f"OneHotEncoder(classes={self.classes})"
