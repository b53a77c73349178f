"""What a submission sets in its whole process at import changes nothing afterwards."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from autograder.sandbox.client import Sandbox
from tests.submissions import EXECUTES, ROOT, RUNS, package

SETTINGS = {
    "errors of NumPy's": (
        "import numpy as np; np.seterr(all='raise')",
        "import numpy as np; answer = float(np.exp(np.array(1e4)))",
    ),
    "a handler of NumPy's errors": (
        "import numpy as np; np.seterr(all='call'); np.seterrcall(lambda *_: 1 / 0)",
        "import numpy as np; answer = float(np.exp(np.array(1e4)))",
    ),
    "warnings as errors": (
        "import warnings; warnings.simplefilter('error')",
        "import numpy as np; answer = float(np.exp(np.array(1e4)))",
    ),
    "the seed": (
        "import numpy as np; np.random.seed = None",
        "import numpy as np; answer = np.random.seed(3)",
    ),
    "a deleted builtin": ("import builtins; del builtins.sum", "answer = sum([1, 2])"),
    "a function of NumPy's": (
        "import numpy as np; np.asarray = None",
        "import numpy as np; answer = np.asarray([1]).tolist()",
    ),
    "the format of arrays": (
        "import numpy as np; np.set_printoptions(precision=1)",
        "import numpy as np; answer = str(np.array([1.2345]))",
    ),
    "the depth of recursion": (
        "import sys; sys.setrecursionlimit(150)",
        "f = lambda n: n and f(n - 1)\nanswer = eval('f(200)', {'f': f})",
    ),
    "the streams": ("import sys; sys.stdout = None", "import sys; answer = sys.stdout is None"),
    "the locale": (
        "import locale; locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "import locale; answer = locale.setlocale(locale.LC_ALL)",
    ),
}


def graded(folder, code, probe):
    """What a worker answers to the probe after the import of a package with this code."""
    with Sandbox(RUNS, package(code=code)) as sandbox, sandbox.session(10) as session:
        return session.package.run(probe)


AT_HOME = """
import json, sys
from pathlib import Path
from autograder.home.modules import LocalModules
from tests.submissions import RUNS
provider, arguments = LocalModules(RUNS, Path(sys.argv[1])), sys.argv
for _ in range(2):  # as two checks do
    with provider.lend(None) as modules:
        answer = modules.package.run(arguments[2])
assert sys.argv is arguments
print(json.dumps(answer))
"""


def at_home(folder, code, probe):
    """The same in the process of a home run."""
    package(code=code)(folder / "home")
    done = subprocess.run(
        [sys.executable, "-c", AT_HOME, folder / "home", probe],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.mark.filterwarnings("ignore")  # the overflows that are asked for
@pytest.mark.parametrize("run", [graded, at_home])
@pytest.mark.parametrize("name", SETTINGS)
def test_what_a_module_sets_in_its_process_ends_with_its_import(tmp_path, run, name):
    setting, probe = SETTINGS[name]
    scope = {}
    exec(probe, scope)
    assert run(tmp_path, f"{setting}\n{EXECUTES}", probe) == scope["answer"]


@pytest.mark.parametrize("run", [graded, at_home])
def test_a_name_that_was_added_stays(tmp_path, run):
    code = f"import numpy as np; np.float = float\n{EXECUTES}"
    assert run(tmp_path, code, "import numpy as np; answer = np.float(1)") == 1.0


@pytest.mark.parametrize("run", [graded, at_home])
def test_a_script_is_given_no_arguments(tmp_path, run):
    code = f"import sys; SEEN = list(sys.argv)\n{EXECUTES}"
    probe = "import sys; answer = [sys.modules['lines.code'].SEEN, sys.argv]"
    assert run(tmp_path, code, probe) == [[RUNS.script]] * 2
