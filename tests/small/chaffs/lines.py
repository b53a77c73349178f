"""Mistakes in the small homework: wrong numbers, a wrong shape, and a missing name."""

from autograder.audit.chaffs import Chaff, all_of, value_of

CHAFFS = (
    Chaff(
        "line-without-start",
        "lines/line.py",
        "self.slope * np.asarray(x) + self.start",
        "self.slope * np.asarray(x)",
        value_of("Line.forward"),
        value_of("Line.slopes"),
    ),
    Chaff(
        "mean-of-columns",
        "lines/mean.py",
        "axis=0",
        "axis=1",
        all_of("Mean.forward"),
    ),
    Chaff(
        "mean-under-another-name",
        "lines/mean.py",
        "class Mean:",
        "class Average:",
        all_of("Package"),
        all_of("Mean.forward"),
    ),
)
