"""What a worker writes is gone with it: the next one finds the submission as it was handed in."""

from __future__ import annotations

import sys
from contextlib import suppress

import pytest

from autograder.raised import ImportFailure
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import WorkerLost
from autograder.sandbox.workspace import Workspace
from tests.submissions import EXECUTES, RUNS, package

LOOK = (
    "import os\nanswer = [sorted(os.listdir()), os.stat('.').st_uid == os.getuid(),"
    " os.stat('lines/code.py').st_uid == os.getuid(), len(open('lines/code.py').read())]"
)
WRITE = "import os\nopen('notes', 'w').write('x')\nos.remove('lines/code.py')\n"
ENDINGS = {
    "late": "while True: pass",
    "crash": "os._exit(0)",
    "left a process": "import time\nif os.fork() == 0: time.sleep(60)",
}
ODD = {
    "closed folders": "os.makedirs('a/b/c')\nopen('a/b/c/d', 'w').close()\n"
    "for path in ('a/b/c', 'a/b', 'a', 'lines', '.'):\n"
    "  try: os.chmod(path, 0)\n  except PermissionError: pass  # under the grader's own uid\n",
    "folders made closed": "os.mkdir('a', 0o300)\nos.mkdir('a/b', 0o300)\nos.mkdir('a/b/c', 0)\n",
    "deep folders": "for _ in range(2100): os.mkdir('d'); os.chdir('d')\n",
    "many files": "os.mkdir('m')\nfor k in range(1500): open(f'm/{k}', 'w').close()\n",
    "links": "os.symlink('/', 'root')\nos.rename('lines', 'b')\nos.symlink('b', 'lines')\n",
}


@pytest.fixture(scope="module")
def sandbox():
    """One for all tests: each has its worker replaced."""
    with Sandbox(RUNS, package(code=EXECUTES)) as opened:
        yield opened


@pytest.fixture
def wrote(sandbox, monkeypatch):
    """For each worker that ended: whether its text had come to the end of `WRITE`."""
    endings, empty = [], sandbox._workspace.empty

    def look_and_empty():
        endings.append(not (sandbox._workspace.submission / "lines" / "code.py").exists())
        empty()

    monkeypatch.setattr(sandbox._workspace, "empty", look_and_empty)
    return endings


def run(sandbox, text, seconds=20.0):
    """As a check does it: whoever lends the session never sees that the worker was lost."""
    with sandbox.session(seconds) as session, suppress(WorkerLost):
        return session.package.run(text)


AS_HANDED_IN = [["lines"], True, True, len(EXECUTES)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes left behind are not found")
@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_worker_that_is_replaced_leaves_no_file(sandbox, wrote, ending):
    run(sandbox, WRITE + ending, seconds=1.0)
    assert wrote == [True]
    assert not sandbox._workspace.submission.exists()  # at once, so that a full disk is free again
    assert run(sandbox, LOOK) == AS_HANDED_IN


@pytest.mark.parametrize("leave", ODD.values(), ids=ODD)
def test_however_it_left_them(sandbox, leave):
    run(sandbox, f"import os\n{leave}os._exit(0)")
    assert not sandbox._workspace.submission.exists()
    assert run(sandbox, LOOK) == AS_HANDED_IN


def test_a_module_that_ends_its_import_leaves_no_file(homework):
    more = "import os\nopen('notes', 'w').close()\nos._exit(1)"
    with Sandbox(homework, package(code=EXECUTES, more=more)) as sandbox:
        assert run(sandbox, LOOK) == AS_HANDED_IN
        assert sandbox.failures["more"] == ImportFailure("lines/more.py")


def test_nothing_is_copied_over_what_is_still_there(homework):
    workspace = Workspace(lambda folder: None, homework.given, uid=None)
    try:
        workspace.fill()
        with pytest.raises(FileExistsError):
            workspace.fill()
    finally:
        workspace.remove()
    assert not workspace.root.exists()
