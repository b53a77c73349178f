"""Tensors, and what everything that is called, has parameters or can be differentiated shares.

Shapes: N is the batch size, m the input features, r the output units, n features or classes.
"""

import inspect
from abc import ABC, abstractmethod
from contextlib import contextmanager

import numpy as np


def as_float(data):
    """Return data as a plain array that keeps its float dtype; integers become float64.

    Layers compute on plain arrays: they cost less than Tensors, and a call makes the result
    a Tensor anyway.
    """
    array = np.asarray(data)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


class Tensor(np.ndarray):
    """An array that knows which layer made it, so that a gradient finds its way back from it.

    `Tensor(t)` of a Tensor is `t` itself; of anything else, an array of the same dtype.
    """

    requires_grad = True  # False on a parameter: training leaves it as it is
    grad = None  # the gradient of the loss for this parameter, once backward came by
    made_by = None  # the Diffable whose call returned this tensor, if one did
    name = ""  # for people: debug_print shows it
    debug_print = False  # Tensor.debug_print = True prints every call, and every way back

    def __new__(cls, data):
        return data if isinstance(data, cls) else np.asarray(data).view(cls)

    def assign(self, value):
        """Write value into this tensor in place, so that whoever holds it sees the change."""
        self[...] = np.asarray(value)  # of a nested list NumPy would not drop an axis of 1

    def backward(self, grad=None):
        """Hand grad to the layer that made this tensor; where no call made it, the way ends here.

        grad: [upstream], the gradient of the loss for this tensor, shaped as it; None where this
        tensor is the loss itself.
        Raises RuntimeError for a loss that is not the single number of a call outside of
        `no_grad`, and where the layer was called again since: it remembers its last call only.
        """
        if grad is None and self.size != 1:
            text = "backward without a gradient starts from a loss, one number; this has shape"
            raise RuntimeError(f"{text} {self.shape}")
        if grad is None and self.made_by is None:
            raise RuntimeError("backward starts from a loss: a number computed outside of no_grad")
        if self.made_by is None:
            return
        if self.made_by.outputs[0] is not self:
            raise RuntimeError(f"{self.made_by!r} was called again after the call to differentiate")
        if Tensor.debug_print:
            print(f"{self.name}.backward: {'start' if grad is None else np.shape(grad[0])}")
        self.made_by.backward(grad)

    @staticmethod
    @contextmanager
    def no_grad():
        """Within `with Tensor.no_grad():` calls leave no way back, which saves time and memory.

        Meanwhile no tensor requires a gradient, except where its own flag says so.
        """
        before, Tensor.requires_grad = Tensor.requires_grad, False
        try:
            yield
        finally:
            Tensor.requires_grad = before


class Callable(ABC):
    """Something that is called like a function: `obj(*args)` is `Tensor(obj.forward(*args))`."""

    def __call__(self, *args, **kwargs):
        return Tensor(self.forward(*args, **kwargs))

    @abstractmethod
    def forward(self, *args):
        """Compute the output of one call."""


class Weighted:
    """Something with parameters: tensors that training changes."""

    @property
    def parameters(self):
        """All parameters, as a list of Tensors; none unless a class has its own."""
        return []


class Diffable(Callable, Weighted):
    """A function with parameters that can be differentiated, and that remembers its last call.

    `backward` and the four gradient methods speak of that last call; the four change nothing.
    """

    name = ""  # for people: debug_print shows it in place of the class

    def __call__(self, *args, **kwargs):
        self.inputs = self._in_order(args, kwargs)
        output = super().__call__(*args, **kwargs)
        if any(output is x for x in self.inputs):
            output = output.view()  # an input keeps the layer that made it
        output.name = f"{self.name or type(self).__name__}:out"
        if Tensor.requires_grad:
            output.made_by = self
        if Tensor.debug_print:
            shapes = ", ".join(str(np.shape(x)) for x in self.inputs)
            print(f"{output.name} {output.shape} from {shapes}")
        self.outputs = [output]
        return output

    def _in_order(self, args, kwargs):
        if not kwargs:
            return list(args)
        bound = inspect.signature(self.forward).bind(*args, **kwargs)
        return list(bound.arguments.values())

    def __repr__(self):
        return f"{type(self).__name__}()"

    def backward(self, grad=None):
        """Take the gradient of the last output back to the parameters, and on to the inputs.

        grad: None or [None] to start here, else [upstream] with upstream (N, r), like J below.
        Adds to the `grad` of each parameter that requires one, and calls `backward([gradient])` of
        each input that is a Tensor; both gradients are shaped as what they are for.
        """
        # BEGIN SOLUTION
        # HINT: First compose for the parameters and fill their grad; then compose for the inputs,
        # HINT: and hand each of them its own gradient by its backward.
        # HINT: An input may be a plain array (a batch of images, labels), which has no backward.
        of_parameters = self.compose_weight_gradients(grad)
        for parameter, gradient in zip(self.parameters, of_parameters, strict=True):
            if parameter.requires_grad:
                # A sum, because an output may feed several layers, each of which comes by here; a
                # new one, for nobody's array is ours to change.
                known = parameter.grad
                parameter.grad = gradient if known is None else known + gradient
        if not any(getattr(x, "made_by", None) for x in self.inputs):
            return  # most of all, nobody asks for the gradient of the first layer's input
        for x, gradient in zip(self.inputs, self.compose_input_gradients(grad), strict=False):
            if isinstance(x, Tensor):
                x.backward([gradient])
        # END SOLUTION

    @abstractmethod
    def get_input_gradients(self):
        """Return the local gradients of the output, one per input of `forward`."""

    @abstractmethod
    def get_weight_gradients(self):
        """Return the local gradients of the output, one per entry of `parameters`."""

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
        """Chain the upstream gradient with the local gradients of the parameters.

        J as for `compose_input_gradients`. Returns the local gradients where nothing is
        upstream; else one gradient per parameter, shaped as it and summed over the batch.
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
