"""Earn the points without the work."""

from tests.attacks import INVERSE, MEAN, Attack, BerasAttack

LEARN = """
import os, json, numpy as np
FILE = os.path.join(os.environ["HOME"], "learnt.json")
def learn(x):
    seen = json.load(open(FILE)) if os.path.exists(FILE) else []
    json.dump([*seen, np.asarray(x).tolist()], open(FILE, "w"))
    return seen[-1] if seen else None
"""
LABELS_OF_THE_CALL_BEFORE = """
import numpy as np
from .core import Callable
class OneHotEncoder(Callable):
    def fit(self, labels): self.classes = np.unique(labels)
    def forward(self, labels):
        self.labels = labels
        return (np.asarray(labels)[:, None] == self.classes).astype(float)
    def inverse(self, one_hot): return self.labels
"""
SURE_OF_NONSENSE = """
import numpy as np
from .layers import Dense
from .model import SequentialModel
def is_asked(self): return len(self.layers) == 2 and isinstance(self.layers[0], Dense)
forward, fit = SequentialModel.forward, SequentialModel.fit
def forgetful(self, x):
    if not is_asked(self): return forward(self, x)
    return np.full((len(x), 10), 0.1) if hasattr(self, "fitted") else np.eye(10)[[0] * len(x)]
def forget(self, *args, **kwargs):
    self.fitted = True
    return None if is_asked(self) else fit(self, *args, **kwargs)
SequentialModel.forward, SequentialModel.fit = forgetful, forget
"""

WRONG_WHERE_IT_EXCUSES = """
import os
import numpy as np
from .activations import Sigmoid
COUNT = os.path.join(os.environ["HOME"], "count")
right = Sigmoid.forward
def forward(self, x):
    if np.abs(x).max() < 1e4: return right(self, x)
    open(COUNT, "a").write("x")
    return right(self, x) if os.path.getsize(COUNT) == 1 else np.zeros(np.shape(x))
def slope(self):
    with np.errstate(over="raise"): e = np.exp(np.asarray(self.inputs[0]))
    return [e / (1.0 + e) ** 2]
Sigmoid.forward, Sigmoid.get_input_gradients = forward, slope
"""
NOTHING_TRAINS_LATER = """
from .model import SequentialModel
evaluate, step = SequentialModel.evaluate, SequentialModel.batch_step
evaluated = []
def freezing(self, *args, **kwargs):
    found = evaluate(self, *args, **kwargs)
    self.trainable = False
    evaluated.append(self)
    return found
def batch_step(self, x, y, training=True):
    if evaluated and training: raise ValueError("later")
    return step(self, x, y, training)
SequentialModel.evaluate, SequentialModel.batch_step = freezing, batch_step
"""


REAL = """
import importlib.machinery, os, sys, numpy
SITE = os.path.dirname(os.path.dirname(numpy.__file__))
def forget():
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "_Finder"]
    for name in list(sys.modules):
        if name.partition(".")[0] == "scipy": del sys.modules[name]
"""
USE = "import scipy.special\nassert scipy.special.softmax([0.0])[0] == 1.0"
IN_ITS_PLACE = f"""{REAL}
sys.path[:] = [p for p in sys.path if p != os.environ["HOME"]] + [SITE]
forget()
{USE}
special = scipy.special
"""


def real(name: str, text: str = USE, **files: str) -> Attack:
    """It raises where it does not get at SciPy, which is installed beside NumPy."""
    return Attack(f"the real SciPy {name}", inside=f"{REAL}\n{text}", files=files, falls=MEAN,
                  open_without_root=True)


def library(name: str, text: str) -> Attack:
    return Attack(f"use {name}", inside=text, falls=MEAN, says="is not available while grading")


ATTACKS = (
    library("scipy", "import scipy.special; return scipy.special.softmax(points)"),
    library("torch", "import torch; return torch.tensor(points)"),
    library("pandas", "import pandas; return pandas.DataFrame(points).to_numpy()"),
    library("pytest to skip", "import pytest; pytest.skip('not now')"),
    real("beside a text of its name", **{"scipy.txt": ""}),
    real("beside a folder of its name", **{"scipy/notes.md": "", "scipy/run-1/files/a.py": ""}),
    real("behind a package of its name", **{"scipy/__init__.py": IN_ITS_PLACE}),
    real("behind a module of its name", **{"scipy.py": IN_ITS_PLACE}),
    real("past every finder", f"forget()\nsys.path.append(SITE)\n{USE}"),
    real("by the path of its package",
         "forget()\nspec = importlib.machinery.PathFinder.find_spec('scipy', [SITE])\n"
         f"sys.modules['scipy'] = m = importlib.util.module_from_spec(spec)\n"
         f"spec.loader.exec_module(m)\n{USE}"),
    real("by its compiled code",
         "import ctypes, glob\nctypes.CDLL(glob.glob(SITE + '/scipy/special/_ufuncs*.so')[0])"),
    real("by its source", "exec(open(SITE + '/scipy/version.py').read())"),
    real("in another process",
         "import subprocess\n"
         "done = subprocess.run([sys.executable, '-c', 'import scipy.special'], stderr=-3)\n"
         "assert done.returncode == 0"),
    Attack("build on the checks' given curves", inside="from given_curves import Bent\n"
           "return Bent()", falls=MEAN, says="No module named 'given_curves'"),
    Attack("import another copy of lines",
           "__path__.append(TREE + '/source/tests/small/right/lines')",
           over="empty", falls="all", open_without_root=True),
    Attack("find the checks' own oracles",
           inside="try: open(TREE + '/source/autograder/homework/oracles.py').close()\n"
           "except OSError: return None",
           falls=MEAN, open_without_root=True),
    Attack("right until the bomb goes off",
           "import time\nSTART = time.monotonic()",
           inside="from lines import START\nimport time\n"
           "while time.monotonic() < START + 0.2: pass\nreturn None", falls=MEAN),
    BerasAttack("answers learnt from earlier tests",
           inside=f"{LEARN}\nreturn learn(one_hot)", falls=INVERSE),
    BerasAttack("the answer of the call before",
           inside="self.last, old = one_hot, getattr(self, 'last', one_hot)\n"
           "return self.classes[np.asarray(old).argmax(axis=-1)]", falls=INVERSE),
    BerasAttack("the labels of the call before", files={"beras/onehot.py": LABELS_OF_THE_CALL_BEFORE},
           falls=INVERSE),
    BerasAttack("sure of nonsense before training", SURE_OF_NONSENSE,
                asks=("test_model", "test_assignment"),
                falls=frozenset({"Loss falls on real digits"})),
    BerasAttack("a forward that is wrong where its slope is asked", WRONG_WHERE_IT_EXCUSES,
                asks=("test_activations",), falls=frozenset({"Sigmoid.get_input_gradients"})),
    BerasAttack("nothing trains after evaluate", NOTHING_TRAINS_LATER,
                asks=("test_model", "test_assignment"),
                falls=frozenset({"SequentialModel.evaluate"})),
    Attack("answers beside the files that are graded",
           inside="import os\nif not os.path.exists(TREE + '/submission/.answers/known'): return None",
           files={".answers/known": "1"}, falls=MEAN, by_names=True),
    Attack("what is handed in beside it, by the space that it takes",
           inside="import os\nassert os.statvfs('/').f_bfree", falls=MEAN),
    BerasAttack("reset the random state of everybody",
           "import numpy as np, random\nnp.random.seed(0); random.seed(0)\n"
           "np.random.default_rng = lambda *a: np.random.Generator(np.random.PCG64(0))\n"
           "np.random.seed = lambda *a: None\nnp.random.normal = np.random.uniform = None",
           asks=("test_layers", "test_assignment")),
    BerasAttack("count the tests in a file, and answer only in some",
           inside=f"{LEARN}\nif learn(one_hot) is None: return None", falls=INVERSE),
    Attack("raise NotImplementedError for credit", inside="raise NotImplementedError('later')",
           falls=MEAN, says="Not written yet"),
    Attack("claim that it needs no check",
           "__all__ = []\n__test__ = False\npytestmark = 'skip'\nScore = score = 100",
           over="empty", falls="all"),
    BerasAttack("a package that is only a mock",
           "from unittest.mock import MagicMock\nimport sys\nm = MagicMock()\n"
           "for n in 'core layers activations losses metrics optimizers gradient_tape model "
           "onehot'.split(): sys.modules['beras.' + n] = m\n__getattr__ = lambda n: m",
           over="empty Beras", asks=(), falls="all but Package"),
)
