"""Layers with known gradients, for checks of the way back that need no layer of yours.

They build on your `Diffable` and your `Tensor`; `backward` is yours too. A call returns a Tensor,
because the output carries the way back.
"""

import numpy as np

from beras.core import Diffable, Tensor


def plain(values):
    """A plain array, made where your layers are, so that a check sees whether one changes it."""
    return np.array(values)


def names_defined(package, names):
    """For each of your classes, by name: the names that it and each class above it define."""
    return {name: [list(vars(one)) for one in _line_of(package, name)] for name in names}


def empty_methods(package, names):
    """For each of your classes, by name: its methods that are empty, inherited ones too.

    A body is empty where nothing but `pass`, `...` or a docstring stands in it.
    """
    return {name: sorted(_empty(_line_of(package, name))) for name in names}


def _empty(line):
    methods = {}
    for one in reversed(line):  # what a class defines hides what it inherits
        methods.update(vars(one))
    return [name for name, method in methods.items() if _does_nothing(method)]


def _does_nothing(method):
    method = getattr(method, "__func__", getattr(method, "fget", method))
    code = getattr(method, "__code__", None)
    if code is None or getattr(method, "__isabstractmethod__", False):
        return False
    return code.co_code in _NOTHING and code.co_consts[-1:] == (None,)


def _without_docstring():
    pass


def _with_docstring():
    """Nothing."""


_NOTHING = {function.__code__.co_code for function in (_without_docstring, _with_docstring)}


def _line_of(package, name):
    try:
        line = getattr(package, name).__mro__
    except Exception:  # its module does not import, or has no such class
        return []
    return [one for one in line if one is not object]


def unseen(layer, model):
    """Why no way leads back to the last call of a layer.

    "uncalled": only its forward ran; "": one does, as far as can be told.
    """
    return "" if getattr(layer, "outputs", None) else "uncalled"


def _upstream(J, output):
    """The upstream gradient of a layer that answered `output`, or None where nothing is upstream.

    J is None, or a list, or an array whose leading axis stands for one. Raises TypeError or
    ValueError where it is none of them: what comes of it would say less.
    """
    if J is None or len(J) == 0 or J[0] is None:
        return None
    shape, entry = np.shape(output), J[0]
    if isinstance(J, np.ndarray) and J.shape == shape:
        raise TypeError(f"J is an array of shape {shape}, in no list")
    if _is_in_a_list(entry, len(shape)):
        raise TypeError("J is a list in a list")
    if np.size(entry) > 1 and np.shape(entry) not in (shape, (1, *shape)):
        raise ValueError(f"J[0] has shape {np.shape(entry)}; the output has shape {shape}")
    return np.asarray(entry)


def _is_in_a_list(entry, axes):
    """Whether it is a list of such gradients, or of None, and no gradient in lists of numbers."""
    if not (isinstance(entry, (list, tuple)) and entry):
        return False
    return entry[0] is None or 0 < axes == np.ndim(entry[0])


class Given(Diffable):
    """A layer that computes `value(*inputs)`; `slopes(*inputs)` are elementwise local gradients."""

    @property
    def parameters(self):
        return []

    def forward(self, x):
        return Tensor(np.asarray(self.value(np.asarray(x))))

    def get_input_gradients(self):
        return list(self.slopes(*map(np.asarray, self.inputs)))

    def get_weight_gradients(self):
        return []

    def compose_weight_gradients(self, J=None):
        return []

    def compose_input_gradients(self, J=None):
        slopes, upstream = self.get_input_gradients(), _upstream(J, self.outputs[0])
        return slopes if upstream is None else [upstream * slope for slope in slopes]


class Square(Given):
    """y = x ** 2"""

    def value(self, x):
        return x**2

    def slopes(self, x):
        yield 2.0 * x


class Shift(Given):
    """y = x + by"""

    def __init__(self, by):
        super().__init__()
        self.by = by

    def value(self, x):
        return x + self.by

    def slopes(self, x):
        yield np.ones_like(x)


class Combine(Given):
    """y = 2 a - 3 b"""

    def forward(self, a, b):
        return Tensor(2.0 * np.asarray(a) - 3.0 * np.asarray(b))

    def slopes(self, a, b):
        yield np.full(a.shape, 2.0)
        yield np.full(b.shape, -3.0)


class Affine(Given):
    """y = x @ w + b, with the parameters that it is given"""

    def __init__(self, w, b):
        super().__init__()
        self.w, self.b = Tensor(np.array(w)), Tensor(np.array(b))

    @property
    def parameters(self):
        return [self.w, self.b]

    def value(self, x):
        return x @ np.asarray(self.w) + np.asarray(self.b)

    def get_input_gradients(self):
        return self.compose_input_gradients([np.ones(np.shape(self.outputs[0]))])

    def get_weight_gradients(self):
        return self.compose_weight_gradients([np.ones(np.shape(self.outputs[0]))])

    def compose_input_gradients(self, J=None):
        upstream = _upstream(J, self.outputs[0])
        if upstream is None:
            return self.get_input_gradients()
        # Entry by entry: how much the sum of J times the output grows when that one grows by 1.
        rows = upstream[:, np.newaxis, :] * np.asarray(self.w)
        return [rows.sum(axis=-1)]

    def compose_weight_gradients(self, J=None):
        upstream = _upstream(J, self.outputs[0])
        if upstream is None:
            return self.get_weight_gradients()
        x = np.asarray(self.inputs[0])
        products = x[:, :, np.newaxis] * upstream[:, np.newaxis, :]
        return [products.sum(axis=0), upstream.sum(axis=0)]


class SquaredDistance(Given):
    """Sum of (prediction - target) ** 2, a scalar"""

    def forward(self, prediction, target):
        return Tensor(np.sum((np.asarray(prediction) - np.asarray(target)) ** 2))

    def slopes(self, prediction, target):
        yield 2.0 * (prediction - target)
        yield 2.0 * (target - prediction)


class MeanDistance(Given):
    """Mean over rows of the squared distance plus the prediction, a scalar

    Because of that last term, a call with prediction and target swapped gives another loss.
    """

    def forward(self, prediction, target):
        p, distance = np.asarray(prediction), np.asarray(prediction) - np.asarray(target)
        return Tensor((np.sum(distance**2) + np.sum(p)) / len(p))

    def slopes(self, prediction, target):
        slope = 2.0 * (prediction - target) / len(prediction)
        yield slope + 1.0 / len(prediction)
        yield -slope


class Descent:
    """An optimizer: p -= rate * grad, in place"""

    def __init__(self, parameters, rate):
        self.parameters, self.steps = list(parameters), 0
        self.rate = self.learning_rate = rate

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        self.steps += 1
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter[...] = np.asarray(parameter) - self.rate * np.asarray(parameter.grad)


class Agreement:
    """An accuracy: the share of rows whose largest entries agree"""

    def __call__(self, probabilities, labels):
        rows = np.argmax(probabilities, axis=-1) == np.argmax(labels, axis=-1)
        return float(np.mean(rows))

    forward = __call__
