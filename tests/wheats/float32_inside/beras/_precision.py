"""Arithmetic is done in single precision for speed; results go out in double precision."""
import numpy as np


def fast(array):
    return np.asarray(array, dtype="f4")


def wide(array):
    return np.asarray(array, dtype="f8")
