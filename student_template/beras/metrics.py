"""Metrics: numbers for people, which training does not differentiate."""

import numpy as np

from .core import Callable


class CategoricalAccuracy(Callable):
    """Share of rows whose largest probability stands where the one-hot label has its 1."""

    def forward(self, probs, labels):
        """Compare probs (N, n) with labels (N, n); return a scalar in [0, 1]."""
        raise NotImplementedError("CategoricalAccuracy.forward: roadmap 7.1")

    def __repr__(self):
        return "CategoricalAccuracy()"
