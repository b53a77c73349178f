"""One-hot encoding of labels."""

import numpy as np  # KEEP

from .core import Callable


class OneHotEncoder(Callable):
    """Turns labels into rows with a single 1, one column for each label that `fit` saw.

    A call before `fit` fits the encoder to the labels of that call.
    """

    def __init__(self):
        self.classes = None

    def fit(self, labels):
        """Give each distinct label of labels (N,) a column, in sorted order."""
        # BEGIN SOLUTION: OneHotEncoder.forward
        self.classes = np.unique(np.asarray(labels))
        # END SOLUTION

    def forward(self, labels):
        """Map labels (N,) to one-hot rows (N, classes).

        Raises ValueError for a label that `fit` never saw.
        """
        # BEGIN SOLUTION
        labels = np.asarray(labels).reshape(-1)
        if self.classes is None:
            self.fit(labels)
        unknown = np.setdiff1d(labels, self.classes)
        if unknown.size:
            raise ValueError(
                f"labels {unknown.tolist()} are not among those that fit saw: "
                f"{self.classes.tolist()}"
            )
        return np.eye(len(self.classes))[np.searchsorted(self.classes, labels)]
        # END SOLUTION

    def inverse(self, one_hot):
        """Map one-hot rows (N, classes) back to labels (N,).

        Raises ValueError before `fit`, when no column has a label yet.
        """
        # BEGIN SOLUTION
        if self.classes is None:
            raise ValueError("fit the encoder before asking for labels back")
        return self.classes[np.asarray(one_hot).argmax(axis=-1)]
        # END SOLUTION

    def __repr__(self):
        return f"OneHotEncoder(classes={self.classes})"
