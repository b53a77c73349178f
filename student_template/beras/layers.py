"""The fully connected layer."""

import numpy as np

from .core import Diffable, Variable, as_float


class Dense(Diffable):
    """`y = x @ w + b` with fields `w` (m, r) and `b` (r,).

    The weights are stored in `dtype`; a call computes in the dtype of its input, so float32 in
    is float32 out. `np.random.seed` makes the initial weights repeatable.
    Raises ValueError for an initializer that it does not know.
    """

    def __init__(self, input_size, output_size, initializer="normal", dtype=np.float64):
        self.w, self.b = self._initialize_weight(initializer, input_size, output_size, dtype)

    @property
    def weights(self):
        return [self.w, self.b]

    def forward(self, x):
        """Map x (N, m) to (N, r)."""
        raise NotImplementedError("Dense.forward: roadmap 2.1")

    def get_input_gradients(self):
        """Return [w], (m, r): entry [i, j] is dy_j / dx_i, the same for every sample."""
        raise NotImplementedError("Dense.get_input_gradients: roadmap 2.3")

    def get_weight_gradients(self):
        """Return [x as (N, m, 1), ones (r,)], which broadcast to (N, m, r) and (N, r)."""
        # HINT: self.inputs is a list: the input x is self.inputs[0].
        raise NotImplementedError("Dense.get_weight_gradients: roadmap 2.4")

    def compose_input_gradients(self, J=None):
        """Return [the gradient of the loss for x], (N, m), from the upstream one, J[0] (N, r)."""
        # HINT: Without an upstream gradient, return the local gradients as they are.
        raise NotImplementedError("Dense.compose_input_gradients: roadmap 2.5")

    def compose_weight_gradients(self, J=None):
        """Return the gradients of the loss for w, (m, r), and b, (r,), summed over the batch."""
        raise NotImplementedError("Dense.compose_weight_gradients: roadmap 2.6")

    @staticmethod
    def _initialize_weight(initializer, input_size, output_size, dtype):
        """Return w (m, r), drawn as the initializer says, and b (r,), zero."""
        if initializer == "normal":
            w = np.random.normal(0.0, 1.0, (input_size, output_size))
        else:
            # HINT: np.random.normal takes a standard deviation, the root of the variance.
            raise NotImplementedError("Dense._initialize_weight: roadmap 2.2")
        return Variable(w.astype(dtype)), Variable(np.zeros(output_size, dtype=dtype))

    def __repr__(self):
        return f"Dense({self.w.shape[0]}, {self.w.shape[1]})"
