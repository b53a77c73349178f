"""800 real handwritten digits for checks and leaderboard; `reference/data` tells their origin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PATH = Path(__file__).parent / "data" / "digits.npz"


def load_digits() -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Images `(800, 784)` in [0, 1] and one-hot labels `(800, 10)`.

    Rows 0 to 9 show each digit once, and so do each next ten rows.
    """
    with np.load(PATH, allow_pickle=False) as data:
        return data["x"] / 255.0, np.eye(10)[data["y"]]
