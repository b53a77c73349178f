"""Lines and points."""

from .line import Line
from .mean import Mean

__all__ = ["Line", "Mean"]
