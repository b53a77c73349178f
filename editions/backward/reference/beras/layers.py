"""The fully connected layer."""

import numpy as np

from .core import Diffable, Tensor, as_float  # KEEP


class Linear(Diffable):
    """`y = x @ w + b` with fields `w` (m, r) and `b` (r,).

    The parameters are stored in `dtype`; a call computes in the dtype of its input, so float32 in
    is float32 out. `np.random.seed` makes the initial values repeatable.
    Raises ValueError for an initializer that it does not know.
    """

    def __init__(self, input_size, output_size, initializer="normal", dtype=np.float64):
        self.w, self.b = self._initialize_weight(initializer, input_size, output_size, dtype)

    @property
    def parameters(self):
        return [self.w, self.b]

    def forward(self, x):
        """Map x (N, m) to (N, r)."""
        # BEGIN SOLUTION
        x = as_float(x)
        return x @ self._w_for(x) + np.asarray(self.b, dtype=x.dtype)
        # END SOLUTION

    def get_input_gradients(self):
        """Return [w], (m, r): entry [i, j] is dy_j / dx_i, the same for every sample."""
        # BEGIN SOLUTION
        return [self._w_for(as_float(self.inputs[0]))]
        # END SOLUTION

    def get_weight_gradients(self):
        """Return [x as (N, m, 1), ones (r,)], which broadcast to (N, m, r) and (N, r)."""
        # BEGIN SOLUTION
        # HINT: self.inputs is a list: the input x is self.inputs[0].
        x = as_float(self.inputs[0])
        return [x[:, :, np.newaxis], np.ones(self.b.shape, dtype=x.dtype)]
        # END SOLUTION

    def compose_input_gradients(self, J=None):
        """Return [the gradient of the loss for x], (N, m), from the upstream one, J[0] (N, r)."""
        # BEGIN SOLUTION
        # HINT: Without an upstream gradient, return the local gradients as they are.
        if J is None or J[0] is None:
            return self.get_input_gradients()
        upstream = np.asarray(J[0])
        return [upstream @ self._w_for(upstream).T]
        # END SOLUTION

    def compose_weight_gradients(self, J=None):
        """Return the gradients of the loss for w, (m, r), and b, (r,), summed over the batch."""
        # BEGIN SOLUTION
        if J is None or J[0] is None:
            return self.get_weight_gradients()
        upstream = np.asarray(J[0])
        return [as_float(self.inputs[0]).T @ upstream, upstream.sum(axis=0)]
        # END SOLUTION

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size, dtype):
        """Return w (m, r), drawn as the initializer says, and b (r,), zero."""
        if initializer == "normal":
            w = np.random.normal(0.0, 1.0, (input_size, output_size))
        else:
            # BEGIN SOLUTION: Linear initializers
            # HINT: np.random.normal takes a standard deviation, the root of the variance.
            if initializer not in INITIALIZERS:
                names = ", ".join(["normal", *INITIALIZERS])
                raise ValueError(f"unknown initializer {initializer!r}: choose one of {names}")
            w = INITIALIZERS[initializer](input_size, output_size)
            # END SOLUTION
        return Tensor(w.astype(dtype)), Tensor(np.zeros(output_size, dtype=dtype))

    def __repr__(self):
        return f"Linear({self.w.shape[0]}, {self.w.shape[1]})"

    # BEGIN STAFF
    def _w_for(self, array):
        return np.asarray(self.w, dtype=array.dtype)

    # END STAFF


# BEGIN STAFF
def _normal(variance, shape):
    return np.random.normal(0.0, np.sqrt(variance), shape)


def _uniform(limit, shape):
    return np.random.uniform(-limit, limit, shape)


# Xavier: Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward
# neural networks", keeps the variance of signals and gradients across a linear layer.
# Kaiming: He et al. (2015), "Delving deep into rectifiers", makes up for the half that a ReLU
# sets to zero. A uniform distribution over (-limit, limit) has the variance limit**2 / 3.
INITIALIZERS = {
    "zero": lambda m, r: np.zeros((m, r)),
    "xavier": lambda m, r: _normal(2 / (m + r), (m, r)),
    "kaiming": lambda m, r: _normal(2 / m, (m, r)),
    "xavier uniform": lambda m, r: _uniform(np.sqrt(6 / (m + r)), (m, r)),
    "kaiming uniform": lambda m, r: _uniform(np.sqrt(6 / m), (m, r)),
}
# END STAFF
