"""Imports that grading does without cost nothing; using a library that does the homework fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.inside import standins

STANDINS = Path(standins.__file__)

RUNNER = """\
import importlib.util, json, sys
import numpy  # as the worker does before
spec = importlib.util.spec_from_file_location("standins", sys.argv[1])
standins = importlib.util.module_from_spec(spec)
spec.loader.exec_module(standins)
standins.install(frozenset(json.loads(sys.argv[2])))
found = {}
for name, source in json.load(sys.stdin).items():
    space = {"__name__": "beras.layers"}
    try:
        exec(source, space)
        found[name] = ["passed", repr(space.get("r"))]
    except BaseException as failure:
        found[name] = [type(failure).__name__, str(failure)]
print(json.dumps(found))
"""


def run(sources, own=(), folder=None):
    """Each source on its own, in one process in which the stand-ins are installed."""
    command = [sys.executable, "-c", RUNNER, str(STANDINS), json.dumps(list(own))]
    done = subprocess.run(
        command, input=json.dumps(sources), capture_output=True, text=True, cwd=folder, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


LIBRARIES = sorted(standins.UNAVAILABLE | standins.DISPLAY_ONLY)

UNUSED = {
    "class of a layer": "from torch import nn\nclass Net(nn.Module):\n    def forward(self): ...",
    "class of a nested name": "import tensorflow as tf\nclass L(tf.keras.layers.Layer): ...",
    "annotations": "import torch\ndef f(x: torch.Tensor, y: 'torch.Tensor') -> torch.Tensor: ...",
    "union": "import torch\ndef f(x: torch.Tensor | None = None) -> list[torch.Tensor]: ...",
    "submodules": "import torch.nn.functional as F\nfrom torch.utils.data import DataLoader",
    "names of submodules": "from tensorflow.keras import layers\nlayers.Dense",
    "everything": "from torch import *",
    "no instance": "import torch\nr = isinstance(3, torch.Tensor)",
    "several": "import scipy.special as sp, pandas as pd, sklearn.metrics\nfrom jax import numpy",
}

USED = {
    "function": ("import torch\ntorch.tensor([1.0])", "torch"),
    "nested function": ("import torch.nn.functional as F\nF.relu(1)", "torch"),
    "imported function": ("from scipy.special import softmax\nsoftmax([1.0])", "scipy"),
    "text argument": ("import torch\ntorch.device('cpu')", "torch"),
    "its own name as argument": ("import torch\ntorch.zeros(torch.float32)", "torch"),
    "subclass": ("from torch import nn\nclass Net(nn.Module): ...\nNet()", "torch"),
    "subclass, text argument": ("from keras import Model\nclass M(Model): ...\nM('m')", "keras"),
    "with": ("import torch\nwith torch.no_grad(): ...", "torch"),
    "decorator": ("import tensorflow as tf\n@tf.function\ndef f(): ...", "tensorflow"),
    "arithmetic": ("import scipy.constants as c\n2 * c.pi", "scipy"),
    "loop": ("from torch import data\nfor x in data: ...", "torch"),
    "module": ("import autograd.numpy as np\nnp.dot(1, 2)", "autograd"),
}

SHOWN = {
    "bar over a range": ("from tqdm import tqdm\nr = list(tqdm(range(3)))", "[0, 1, 2]"),
    "bar with words": ("from tqdm.auto import tqdm\nr = list(tqdm([4], desc='x'))", "[4]"),
    "bar over a generator": ("import tqdm\nr = list(tqdm.tqdm(k for k in 'ab'))", "['a', 'b']"),
    "bar by keyword": ("from tqdm import tqdm\nr = list(tqdm(iterable=(1, 2)))", "[1, 2]"),
    "bar around pairs": ("from tqdm import tqdm\nr = list(tqdm(zip('a', 'b')))", "[('a', 'b')]"),
    "length of a bar": ("from tqdm import tqdm\nr = len(tqdm([1, 2]))", "2"),
    "bar by hand": ("from tqdm import tqdm\nwith tqdm(total=3) as bar: bar.update(1)", "None"),
    "text on a bar": ("from tqdm import tqdm\nb = tqdm([1])\nb.set_postfix(loss=1.0)", "None"),
    "range": ("from tqdm import trange\nr = list(trange(1, 4))", "[1, 2, 3]"),
    "range with words": ("from tqdm import trange\nr = list(trange(2, desc='epoch'))", "[0, 1]"),
    "range as a bar": ("from tqdm import trange\nt = trange(2)\nt.set_description('x')", "None"),
    "with a range": ("from tqdm import trange\nwith trange(2) as t: r = list(t)", "[0, 1]"),
    "module as a bar": ("import tqdm\nr = list(tqdm(range(2)))", "[0, 1]"),
    "plot": ("import matplotlib.pyplot as plt\nplt.plot([1], 'r-')\nplt.show()", "None"),
    "figure": ("import matplotlib.pyplot as plt\nplt.figure().add_subplot(111).plot()", "None"),
    "backend": ("import matplotlib\nmatplotlib.use('Agg')", "None"),
    "subplots": ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])", "None"),
    "grid": (
        "from matplotlib.pyplot import subplots\nf, a = subplots(2, 2)\na[0, 1].imshow(1)",
        "None",
    ),
    "settings": ("import matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 9", "None"),
    "log": ("import wandb\nwandb.init(project='p')\nwandb.log({'loss': 1.0})", "None"),
    "configuration": ("import wandb\nwandb.config.rate = 0.1", "None"),
    "colours": ("from colorama import Fore\nr = Fore.RED + 'text'", "'text'"),
    "colours behind": ("from colorama import Fore\nr = 'text' + Fore.RESET", "'text'"),
    "styles": ("from rich.console import Console\nConsole().print('[b]x[/b]')", "None"),
    "subclass": ("from tqdm import tqdm\nclass Bar(tqdm): ...\nr = list(Bar([1]))", "[1]"),
    "annotation": ("import matplotlib.pyplot as plt\ndef f(ax: plt.Axes | None): ...", "None"),
    "decorator": ("import wandb\n@wandb.watched\ndef f(): return 3\nr = f()", "3"),
    "decorator with words": ("import rich\n@rich.g(name='x')\ndef f(): return 3\nr = f()", "3"),
}


@pytest.fixture(scope="module")
def found():
    """What came of everything above; one process for all of it."""
    unused = {f"unused {name}": source for name, source in UNUSED.items()}
    imports = {f"import {name}": f"import {name}.some.part, {name}" for name in LIBRARIES}
    used = {f"used {name}": source for name, (source, _) in USED.items()}
    shown = {f"shown {name}": source for name, (source, _) in SHOWN.items()}
    return run(unused | imports | used | shown)


@pytest.mark.parametrize("name", LIBRARIES)
def test_an_unused_library_imports_with_any_part_of_it(found, name):
    assert found[f"import {name}"][0] == "passed"


@pytest.mark.parametrize("name", UNUSED)
def test_what_only_stands_there_costs_nothing(found, name):
    assert found[f"unused {name}"][0] == "passed", found[f"unused {name}"]


@pytest.mark.parametrize("name", USED)
def test_using_a_homework_library_fails_and_names_it(found, name):
    kind, message = found[f"used {name}"]
    assert kind == "RuntimeError"
    assert message.startswith(USED[name][1])
    assert "not available while grading: solve it with NumPy alone" in message


@pytest.mark.parametrize("name", SHOWN)
def test_what_only_shows_things_does_nothing(found, name):
    assert found[f"shown {name}"] == ["passed", SHOWN[name][1]]


def test_a_students_own_module_of_that_name_wins(tmp_path):
    (tmp_path / "autograd.py").write_text("def grad(): return 'mine'\n")
    source = "import sys\nsys.path.insert(0, '.')\nimport autograd\nr = autograd.grad()"
    assert run({"own": source}, own=["autograd"], folder=tmp_path)["own"] == ["passed", "'mine'"]


ENTRIES = {
    "torch.py": ["torch"],
    "torch.md": [],
    "scipy.txt": [],
    "scipy/notes.md": [],
    "scipy/__init__.py": ["scipy"],
    "tqdm/auto.py": ["tqdm"],
    "tqdm/parts/auto.py": ["tqdm"],
    "wandb/run-20241231_235959-x1/files/code/train.py": [],
    "wandb/run-20241231_235959-x1/files/config.yaml": [],
    "my-torch.py": [],
    "beras.py/core.py": [],
}
"""What lies in a submission, and the names by which an import finds Python in it."""


@pytest.mark.parametrize("name", ENTRIES)
def test_only_python_that_an_import_finds_is_a_students_own_module(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    assert sorted(standins.own_modules(tmp_path)) == ENTRIES[name]


def test_other_libraries_are_what_they_are():
    source = "import numpy, json, typing\nr = float(numpy.ones(3).sum())"
    assert run({"numpy": source})["numpy"] == ["passed", "3.0"]


def test_what_is_not_listed_is_still_missing():
    assert run({"x": "import no_such_library_here"})["x"][0] == "ModuleNotFoundError"


MISSING = """\
import sys
import numpy, scipy.special
from autograder.sandbox.inside import standins
{block}:
    import tensorflow as tf, scipy.special as again
    print(type(tf).__name__, again is scipy.special)
try:
    import tensorflow
except ModuleNotFoundError:
    print("gone")
"""


def test_at_home_what_is_not_installed_is_there_while_a_check_runs():
    code = MISSING.format(block="with standins.where_missing(frozenset())")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["_StandIn True", "gone"]
    mine = MISSING.format(block='with standins.where_missing(frozenset({"tensorflow"}))')
    done = subprocess.run([sys.executable, "-c", mine], capture_output=True, text=True, timeout=60)
    assert "No module named 'tensorflow'" in done.stderr


def test_the_two_families_have_nothing_in_common():
    assert not standins.UNAVAILABLE & standins.DISPLAY_ONLY
