"""A given curve, which stands on the student's own line."""

import numpy as np
from lines.line import Line


class Bent(Line):
    """y = (slope * x + start) ** 2"""

    def forward(self, x):
        return np.asarray(super().forward(x)) ** 2

    def slopes(self, x):
        return 2.0 * np.asarray(super().forward(x)) * np.asarray(super().slopes(x))
