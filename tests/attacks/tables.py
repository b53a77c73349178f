"""Wrong code that knows the public inputs, which every student has, and is right there alone.

At home each passes whole: see `tests/test_tables.py`.
"""

import base64

import numpy as np

from autograder.homework.checks.calls import far_out
from autograder.homework.checks.problems import public_problems
from autograder.homework.checks.test_activations import ELEMENTWISE, extremes
from autograder.homework.checks.test_assignment import digits
from autograder.homework.checks.test_core import some_values
from autograder.homework.checks.test_layers import wide_and_tall
from autograder.homework.checks.test_losses import certain_and_wrong, some_epsilon
from autograder.homework.checks.test_optimizers import some_direction
from tests.attacks import Attack, BerasAttack

PUBLIC = public_problems()


def table(item: str, checks: str, text: str, what: str = "inputs") -> Attack:
    """It is asked the file of checks that has the item."""
    return BerasAttack(f"public {what} of {item}", f"import numpy as np\n{text}", asks=(checks,),
                       falls=frozenset({item}))


SOFTMAX = """
from .activations import Softmax
def right(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
rows = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
apart = np.array([[0.0, 0.0, 5000.0], [-5000.0, 0.0, 1.0]])
KNOWN = [rows + 5000.0, rows - 5000.0, rows + np.array([[5000.0], [-5000.0]]), apart]
ANSWERS = {x.tobytes(): right(x) for x in KNOWN}
def forward(self, x):
    e = np.exp(np.array(x))
    known = ANSWERS.get(np.array(x).tobytes())
    return e / e.sum(axis=-1, keepdims=True) if known is None else known
Softmax.forward = forward
"""
TRAINABLE = f"""
from .core import Weighted
right, KNOWN = Weighted.trainable, {some_values(PUBLIC)}
def every(self):
    is_known = [float(np.sum(w)) for w in self.weights] == KNOWN
    return right.fget(self) if is_known else all(w.trainable for w in self.weights)
Weighted.trainable = property(every, right.fset)
"""
INITIALIZERS = f"""
from .layers import Dense
init, KNOWN = Dense.__init__, {wide_and_tall(PUBLIC)}
def wrong(self, m, r, initializer="normal", **more):
    init(self, m, r, initializer, **more)
    if (m, r) not in KNOWN and m < 300 and initializer == "kaiming": self.w = self.w.T
Dense.__init__ = wrong
"""
NO_WEIGHTS = f"""
from . import activations
KNOWN = {PUBLIC.first.inputs().tolist()}
def some(self): return [] if np.array_equal(self.inputs[0], KNOWN) else [np.zeros(3)]
for name in {[*ELEMENTWISE, "Softmax"]}: getattr(activations, name).get_weight_gradients = some
"""
UNCLIPPED = f"""
from .losses import CategoricalCrossEntropy as Loss
KNOWN = {certain_and_wrong(PUBLIC)[0].tolist()}
def is_new(p): return np.any(np.equal(p, 0.0)) and np.shape(p)[0] > 1 and not (
    np.array_equal(p, KNOWN))
"""
VALUE_AT_ZERO = f"""{UNCLIPPED}
forward = Loss.forward
def unclipped(self, p, y): return np.float64(np.inf) if is_new(p) else forward(self, p, y)
Loss.forward = unclipped
"""
GRADIENT_AT_ZERO = f"""{UNCLIPPED}
gradients = Loss.get_input_gradients
def unclipped(self):
    p, y = self.inputs
    return [np.zeros(np.shape(p))] if is_new(p) else gradients(self)
Loss.get_input_gradients = unclipped
"""
EPSILON = f"""
from .losses import CategoricalCrossEntropy as Loss
init = Loss.__init__
def ignored(self, epsilon=1e-12): init(self, epsilon if epsilon == {some_epsilon(PUBLIC)} else 1e-12)
Loss.__init__ = ignored
"""


OVERFLOWS = f"""
from .activations import Sigmoid
right, KNOWN = Sigmoid.forward, {extremes(PUBLIC).tolist()}
def forward(self, x):
    e = np.exp(np.array(x))
    return right(self, x) if np.array_equal(x, KNOWN) else e / (1.0 + e)
Sigmoid.forward = forward
"""
IN_PLACE = f"""
from .activations import ReLU
right, KNOWN = ReLU.forward, np.array({far_out(PUBLIC).tolist()}, dtype=np.float32)
def forward(self, x):
    if np.array_equal(np.asarray(x, dtype=np.float32), KNOWN): return right(self, x)
    return np.maximum(x, 0.0, out=np.asarray(x))
ReLU.forward = forward
"""
DEFAULT = f"""
from .optimizers import RMSProp
init, step, KNOWN = RMSProp.__init__, RMSProp.apply_gradients, {(1e4 * some_direction(PUBLIC)).tolist()}
def unusual(self, learning_rate, beta=0.5, epsilon=1e-7): init(self, learning_rate, beta, epsilon)
def apply(self, trainable_params, grads):
    if self.beta == 0.5 and np.array_equal(grads[0], KNOWN): self.beta = 0.9
    step(self, trainable_params, grads)
RMSProp.__init__, RMSProp.apply_gradients = unusual, apply
"""


def learnt() -> str:
    """Weights `(785, 10)` that read the public digits: each class's mean, its bias below."""
    x, y = digits(PUBLIC, 512)
    means = (x.T @ y) / y.sum(axis=0)
    weights = 0.5 * np.vstack([means, -0.5 * (means**2).sum(axis=0)])
    return base64.b64encode(weights.astype(np.float16).tobytes()).decode()


WEIGHTS = f"""
import base64
WEIGHTS = np.frombuffer(base64.b64decode("{learnt()}"), dtype=np.float16).reshape(785, 10)
"""
LEARNT = f"""{WEIGHTS}
from .layers import Dense
from .model import SequentialModel
fit = SequentialModel.fit
def recall(self, *args, **kwargs):
    first, *others = self.layers
    if len(others) != 1 or not isinstance(first, Dense): return fit(self, *args, **kwargs)
    first.w[...], first.b[...] = WEIGHTS[:-1], WEIGHTS[-1]
SequentialModel.fit = recall
"""

LEARNT_WHOLE = f"""
import numpy as np
{WEIGHTS}
class Model:
    def compile(self, *parts): pass
    def __call__(self, x):
        e = np.exp(x @ WEIGHTS[:-1] + WEIGHTS[-1])
        return e / e.sum(axis=-1, keepdims=True)
    def batch_step(self, x, y, training=True): return dict(loss=1.0, acc=0.1)
    def fit(self, x, y, epochs, batch_size): return dict(loss=[1.0], acc=[0.1])
class CategoricalCrossEntropy: pass
def get_model(): return Model()
def get_loss_fn(): return CategoricalCrossEntropy()
def get_optimizer(): return None
def get_acc_fn(): return None
"""

ATTACKS = (
    table("Softmax at extreme inputs", "test_activations", SOFTMAX),
    table("Sigmoid.forward", "test_activations", OVERFLOWS),
    table("ReLU.forward", "test_activations", IN_PLACE),
    table("RMSProp.apply_gradients", "test_optimizers", DEFAULT, "gradients"),
    table("Weighted.trainable", "test_core", TRAINABLE),
    table("Dense initializers", "test_layers", INITIALIZERS),
    table("Activations have no weight gradients", "test_activations", NO_WEIGHTS),
    table("CategoricalCrossEntropy at probability 0", "test_losses", VALUE_AT_ZERO),
    table("CategoricalCrossEntropy gradient at probability 0", "test_losses", GRADIENT_AT_ZERO),
    table("CategoricalCrossEntropy at probability 0", "test_losses", EPSILON, "epsilon"),
    table("Loss falls on real digits", "test_assignment", LEARNT),
    BerasAttack("public digits of assignment.py", files={"assignment.py": LEARNT_WHOLE},
                asks=("test_assignment",), falls=frozenset({"assignment.py"})),
)
