"""What a submission sets in its whole process at import changes nothing afterwards."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from autograder.home.modules import LocalModules
from autograder.sandbox.client import Sandbox
from tests.submissions import EXECUTES, RUNS, package

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


def graded(folder, code, probes):
    """What a worker answers to each probe after the import of a package with this code."""
    with Sandbox(RUNS, package(code=code)) as sandbox:
        return [asked(sandbox.session(10), probe) for probe in probes]


def at_home(folder, code, probes):
    """The same in the process of a home run: a fork of this one."""
    package(code=code)(folder / "home")
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(asked_at_home, folder / "home", probes).result()


def asked_at_home(folder, probes):
    """Each probe finds modules that were imported anew, as each check does."""
    provider, arguments = LocalModules(RUNS, folder), sys.argv
    answers = [asked(provider.lend(None), probe) for probe in probes]
    assert sys.argv is arguments
    return answers


def asked(lending, probe):
    """What the package answers while it is lent, or how it fails."""
    try:
        with lending as modules:
            return modules.package.run(probe)
    except Exception as failure:
        return repr(failure)


RUN = {"graded": graded, "at_home": at_home}


@pytest.fixture(scope="module", params=RUN)
def found(request, tmp_path_factory):
    """What each probe answers after the import of a module that sets all of it."""
    code = "\n".join([*(setting for setting, _ in SETTINGS.values()), EXECUTES])
    probes = [probe for _, probe in SETTINGS.values()]
    answers = RUN[request.param](tmp_path_factory.mktemp("settings"), code, probes)
    return dict(zip(SETTINGS, answers, strict=True))


@pytest.mark.filterwarnings("ignore")  # the overflows that are asked for
@pytest.mark.parametrize("name", SETTINGS)
def test_what_a_module_sets_in_its_process_ends_with_its_import(found, name):
    scope = {}
    exec(SETTINGS[name][1], scope)
    assert found[name] == scope["answer"]


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
def test_a_module_may_replace_what_puts_things_back(tmp_path, run):
    code = f"import builtins as b; b.all = b.map = b.setattr = lambda *_: True\n{EXECUTES}"
    assert run(tmp_path, code, ["answer = [all([0]), list(map(abs, [-1]))]"]) == [[False, [1]]]


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
def test_a_name_that_was_added_stays(tmp_path, run):
    code = f"import numpy as np; np.float = float\n{EXECUTES}"
    assert run(tmp_path, code, ["import numpy as np; answer = np.float(1)"]) == [1.0]


@pytest.mark.parametrize("run", RUN.values(), ids=RUN)
def test_a_script_is_given_no_arguments(tmp_path, run):
    code = f"import sys; SEEN = list(sys.argv)\n{EXECUTES}"
    probe = "import sys; answer = [sys.modules['lines.code'].SEEN, sys.argv]"
    assert run(tmp_path, code, [probe] * 2) == [[[RUNS.script]] * 2] * 2
