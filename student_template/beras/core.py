"""Tensors, and what everything that is called, has weights or can be differentiated shares.

Shapes: N is the batch size, m the input features, r the output units, n features or classes.
"""

import inspect
from abc import ABC, abstractmethod

import numpy as np


def as_float(data):
    """Return data as a plain array that keeps its float dtype; integers become float64.

    Layers compute on plain arrays: they cost less than Tensors, and a call makes the result
    a Tensor anyway.
    """
    array = np.asarray(data)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


class Tensor(np.ndarray):
    """An array that knows whether training may change it.

    `Tensor(t)` of a Tensor is `t` itself; of anything else, an array of the same dtype.
    Views and results of arithmetic inherit `trainable`, which starts as True.
    """

    def __new__(cls, data):
        return data if isinstance(data, cls) else np.asarray(data).view(cls)

    def __array_finalize__(self, parent):
        # NumPy calls this for each new Tensor, with the array that it came from.
        self.trainable = getattr(parent, "trainable", True)

    def assign(self, value):
        """Write value into this tensor in place, so that whoever holds it sees the change."""
        self[...] = np.asarray(value)  # of a nested list NumPy would not drop an axis of 1


class Variable(Tensor):
    """A Tensor of floats for parameters: it owns them, and `assign` keeps its identity."""

    def __new__(cls, data):
        # A copy: an optimizer writes here, and the caller's array is not ours to change.
        return data if isinstance(data, cls) else np.array(as_float(data)).view(cls)


class Callable(ABC):
    """Something that is called like a function: `obj(*args)` is `Tensor(obj.forward(*args))`."""

    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args):
        """Compute the output of one call."""


class Weighted(ABC):
    """Something with weights, each of which is trainable or frozen."""

    @property
    @abstractmethod
    def weights(self):
        """All weights, as a list of Tensors."""

    @property
    def trainable_variables(self):
        """The weights that training may change, in the order of `weights`."""
        raise NotImplementedError("Weighted.trainable_variables: roadmap 1.4")

    @property
    def non_trainable_variables(self):
        """The frozen weights, in the order of `weights`."""
        raise NotImplementedError("Weighted.non_trainable_variables: roadmap 1.4")

    @property
    def trainable(self):
        """Whether any weight is trainable. Setting it sets every weight."""
        raise NotImplementedError("Weighted.trainable: roadmap 1.5")

    @trainable.setter
    def trainable(self, trainable):
        raise NotImplementedError("Weighted.trainable: roadmap 1.5")


class Diffable(Callable, Weighted):
    """A function with weights that can be differentiated, and that remembers its last call.

    The four gradient methods speak of that last call and change nothing.
    """

    gradient_tape = None  # the GradientTape that is recording, for all Diffables together

    @property
    def weights(self):
        """All weights, as a list of Tensors; none unless a class has its own."""
        return []

    def __call__(self, *args, **kwargs):
        self.inputs = self._in_order(args, kwargs)
        self.outputs = [super().__call__(*args, **kwargs)]
        if Diffable.gradient_tape is not None:
            Diffable.gradient_tape.previous_layers[id(self.outputs[0])] = self
        return self.outputs[0]

    def _in_order(self, args, kwargs):
        if not kwargs:
            return list(args)
        bound = inspect.signature(self.forward).bind(*args, **kwargs)
        return list(bound.arguments.values())

    def __repr__(self):
        return f"{type(self).__name__}()"

    @abstractmethod
    def get_input_gradients(self):
        """Return the local gradients of the output, one per input of `forward`."""

    @abstractmethod
    def get_weight_gradients(self):
        """Return the local gradients of the output, one per entry of `weights`."""

    def compose_input_gradients(self, J=None):
        """Chain the upstream gradient with the local gradients of the inputs.

        J: None or [None] to start here, else [upstream] with upstream (N, r).
        Returns the local gradients where nothing is upstream; else a list of gradients of the
        loss, each shaped as its input. A local gradient (N, m, r) is a Jacobian per sample;
        any other is elementwise, the diagonal of one.
        """
        local_gradients = self.get_input_gradients()
        if J is None or J[0] is None:
            return local_gradients
        upstream = np.asarray(J[0])
        return [
            np.einsum("nr,nmr->nm", upstream, local) if np.ndim(local) == 3 else upstream * local
            for local in local_gradients
        ]

    def compose_weight_gradients(self, J=None):
        """Chain the upstream gradient with the local gradients of the weights.

        J as for `compose_input_gradients`. Returns the local gradients where nothing is
        upstream; else one gradient per weight, shaped as it and summed over the batch.
        A local gradient is (N, m, 1) or (N, m, r) for a matrix, and else broadcasts to (N, r).
        """
        local_gradients = self.get_weight_gradients()
        if J is None or J[0] is None:
            return local_gradients
        upstream = np.asarray(J[0])
        return [
            (upstream[:, np.newaxis] * local if np.ndim(local) == 3 else upstream * local).sum(
                axis=0
            )
            for local in local_gradients
        ]
