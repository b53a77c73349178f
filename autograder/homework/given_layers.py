"""Layers with known gradients, for checks of the tape and the model that need no layer of yours.

They build on your `Diffable`, and so on your `Callable` and `Tensor`. All four gradient methods
are there, and `call` for a `Callable` that calls that.
"""

import numpy as np

from beras.core import Diffable, Tensor

try:
    from beras.core import Variable as Parameter
except ImportError:
    Parameter = Tensor


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
    """Why no tape can find its way back from the last call of an `Affine` or a distance.

    "closed": no tape was open; "uncalled": only its forward ran; "model": the tape knows the model
    in its place; "": it can, as far as can be told.
    """
    outputs = getattr(layer, "outputs", None)
    if not outputs:
        return "uncalled"
    if layer.noted_tape is None:
        return "closed"
    known = layer.noted_tape.previous_layers.get(id(outputs[0]))
    return "model" if known is model else ""


def _upstream(J):
    """The upstream gradient, or None where backpropagation starts.

    J is None, or a list or tuple of one entry, or an array whose leading axis stands for one.
    """
    return None if J is None or len(J) == 0 else J[0]


def _pulled_back(function, at, upstream):
    """Gradient of `sum(upstream * function(value))` at a value, shaped as it.

    For functions that are affine in the value, whose differences over any step are exact.
    """
    at, gradient = np.asarray(at), np.empty(np.shape(at))
    origin = function(at)
    for index in np.ndindex(at.shape):
        moved = np.array(at)
        moved[index] += 1.0
        gradient[index] = np.sum(np.asarray(upstream) * (function(moved) - origin))
    return gradient


class Given(Diffable):
    """A layer without weights whose local gradients are elementwise slopes.

    Some keep the last tape that was open when they ran, for `unseen`.
    """

    noted_tape = None

    def note_tape(self):
        tape = getattr(Diffable, "gradient_tape", None)
        self.noted_tape = self.noted_tape if tape is None else tape

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # The same function under both names, so that its parameters can be inspected by either.
        cls.call = cls.forward

    @property
    def weights(self):
        return []

    def get_weight_gradients(self):
        return []

    def compose_weight_gradients(self, J=None):
        return []

    def compose_input_gradients(self, J=None):
        upstream = _upstream(J)
        slopes = self.get_input_gradients()
        return slopes if upstream is None else [np.asarray(upstream) * s for s in slopes]


class Square(Given):
    """y = x ** 2"""

    def forward(self, x):
        return np.asarray(x) ** 2

    def get_input_gradients(self):
        return [2.0 * np.asarray(self.inputs[0])]


class Shift(Given):
    """y = x + by"""

    def __init__(self, by):
        super().__init__()
        self.by = by

    def forward(self, x):
        return np.asarray(x) + self.by

    def get_input_gradients(self):
        return [np.ones_like(np.asarray(self.inputs[0]))]


class Combine(Given):
    """y = 2 a - 3 b"""

    def forward(self, a, b):
        return 2.0 * np.asarray(a) - 3.0 * np.asarray(b)

    def get_input_gradients(self):
        a, b = self.inputs
        return [np.full(np.shape(a), 2.0), np.full(np.shape(b), -3.0)]


class Affine(Given):
    """y = x @ w + b, with the weights that it is given"""

    def __init__(self, w, b):
        super().__init__()
        self.w, self.b = Parameter(np.array(w)), Parameter(np.array(b))

    @property
    def weights(self):
        return [self.w, self.b]

    def forward(self, x):
        self.note_tape()
        return np.asarray(x) @ np.asarray(self.w) + np.asarray(self.b)

    def get_input_gradients(self):
        return self.compose_input_gradients([np.ones_like(self.outputs[0])])

    def get_weight_gradients(self):
        return self.compose_weight_gradients([np.ones_like(self.outputs[0])])

    def compose_input_gradients(self, J=None):
        upstream = _upstream(J)
        if upstream is None:
            return self.get_input_gradients()
        return [_pulled_back(self.forward, self.inputs[0], upstream)]

    def compose_weight_gradients(self, J=None):
        upstream = _upstream(J)
        if upstream is None:
            return self.get_weight_gradients()
        x, w, b = (np.asarray(array) for array in (self.inputs[0], self.w, self.b))
        return [
            _pulled_back(lambda value: x @ value + b, w, upstream),
            _pulled_back(lambda value: x @ w + value, b, upstream),
        ]


class SquaredDistance(Given):
    """Sum of (prediction - target) ** 2, a scalar

    `is_asked` tells whether backpropagation ever began here.
    """

    is_asked = False

    def forward(self, prediction, target):
        self.note_tape()
        return np.sum((np.asarray(prediction) - np.asarray(target)) ** 2)

    def get_input_gradients(self):
        self.is_asked = True
        prediction, target = self.inputs
        slope = 2.0 * (np.asarray(prediction) - np.asarray(target))
        return [slope, -slope]


class MeanDistance(SquaredDistance):
    """Mean over rows of the squared distance plus the prediction, a scalar

    Because of that last term, a call with prediction and target swapped gives another loss.
    """

    def forward(self, prediction, target):
        return (super().forward(prediction, target) + np.sum(prediction)) / len(prediction)

    def get_input_gradients(self):
        rows = len(self.inputs[0])
        wrt_prediction, wrt_target = super().get_input_gradients()
        return [(wrt_prediction + 1.0) / rows, wrt_target / rows]


class Holder(Given):
    """Only holds weights."""

    def __init__(self, *weights):
        super().__init__()
        self._weights = list(weights)

    @property
    def weights(self):
        return self._weights

    def forward(self, x):
        return x

    def get_input_gradients(self):
        return [np.ones(np.shape(self.inputs[0]))]


class Descent:
    """An optimizer: p -= rate * gradient, in place"""

    def __init__(self, rate):
        self.rate = self.learning_rate = rate
        self.steps = 0

    def apply_gradients(self, trainable_params=None, grads=None, *, weights=None):
        """`weights` is what some editions call the parameters."""
        self.steps += 1
        parameters = trainable_params if weights is None else weights
        for parameter, gradient in zip(parameters, grads, strict=True):
            parameter[...] = np.asarray(parameter) - self.rate * np.asarray(gradient)


class Agreement:
    """An accuracy: the share of rows whose largest entries agree"""

    def __call__(self, probabilities, labels):
        rows = np.argmax(probabilities, axis=-1) == np.argmax(labels, axis=-1)
        return float(np.mean(rows))

    forward = call = __call__
