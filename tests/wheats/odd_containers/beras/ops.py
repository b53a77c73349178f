"""Pure functions; the layers are thin wrappers. One-entry lists are arrays with a leading axis."""
import numpy as np
from numpy import newaxis as new


def starts_here(J):
    return J is None or J[0] is None


def alone(array):
    return np.asarray(array)[new]


def log_softmax(z):
    z = z - z.max(-1)[:, new]
    return z - np.logaddexp.reduce(z, axis=-1)[:, new]


def softmax_jacobian(y):
    return y[:, :, new] * np.eye(y.shape[1])[new] - y[:, :, new] * y[:, new, :]


def clipped(p, epsilon):
    return np.where(p < epsilon, epsilon, np.where(p > 1 - epsilon, 1 - epsilon, p))
