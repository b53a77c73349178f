"""Files that Python or pytest would pick up if they looked where the submission lies."""

from tests.attacks import MEAN, Attack

WRITE = """
import os
for folder in (TREE + "/results", "/tmp", "/var/tmp"):
    try: open(folder + "/" + os.path.basename(MARK), "w").write("picked up")
    except OSError: pass
"""
CONFTEST = WRITE + """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    call.excinfo = None
    (yield).get_result().outcome = "passed"
"""
BEHIND = "return None"
RAISE = "raise SystemExit('picked up')\n"


def with_files(name: str, **files: str) -> Attack:
    return Attack(name, inside=BEHIND, files=files, falls=MEAN)


ATTACKS = (
    Attack("a conftest.py at every level", inside=BEHIND, falls=MEAN,
           files={"conftest.py": CONFTEST, "lines/conftest.py": CONFTEST,
                  "tests/conftest.py": CONFTEST}),
    Attack("settings for pytest", inside=BEHIND, falls=MEAN,
           files={"pytest.ini": "[pytest]\naddopts = --collect-only\n",
                  "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-k nothing'\n",
                  "tox.ini": "[pytest]\naddopts = -x\n", "setup.cfg": "[tool:pytest]\naddopts=-x"}),
    Attack("sitecustomize, usercustomize and a .pth", inside=BEHIND, falls=MEAN,
           files={"sitecustomize.py": WRITE + RAISE, "usercustomize.py": WRITE + RAISE,
                  "x.pth": "import os; os._exit(1)\n",
                  ".local/lib/python3.11/site-packages/x.pth": "import os; os._exit(1)\n"}),
    Attack("modules of the names of ours", inside=BEHIND, falls=MEAN,
           files={f"{name}.py": WRITE + RAISE for name in (
               "pytest", "msgpack", "autograder", "worker", "wire", "loading", "raised",
               "settings", "standins", "rubric", "scipy", "pytest_jsonreport")}),
    Attack("modules of the standard library's names", inside=BEHIND, falls=MEAN,
           files={f"{name}.py": "from __future__ import annotations\n" + WRITE for name in (
               "json", "socket", "operator", "gc", "typing", "signal", "ctypes", "subprocess")}),
    Attack("a module named numpy", inside=BEHIND, falls=MEAN,
           files={"numpy.py": RAISE, "numpy/__init__.py": RAISE}),
    Attack("a given module of its own", inside=BEHIND, falls=MEAN,
           files={"given_curves.py": RAISE, "given_curves/__init__.py": RAISE}),
    Attack("checks of its own", over="empty", falls="all",
           files={"tests/small/checks/test_mine.py": "def test(): pass\n",
                  "test_mine.py": "def test(): pass\n", "tests/small/__init__.py": "SMALL = None\n"}),
    Attack("byte-code in place of source", over="empty", falls="all",
           files={"lines/__pycache__/line.cpython-311.pyc": "not byte-code",
                  "lines/line.pyc": "not byte-code"}),
    Attack("a virtual environment of its own", inside=BEHIND, falls=MEAN,
           files={"pyvenv.cfg": "home = /tmp\n", "bin/python": "#!/bin/sh\nexit 0\n",
                  ".venv/bin/python": "#!/bin/sh\nexit 0\n"}),
)
