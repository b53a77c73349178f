"""Fits a line to points."""

from lines import Line

LINE = Line(2.0, 1.0)
