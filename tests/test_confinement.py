"""What a hostile submission can't do: each layer of the sandbox, tried from inside."""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.sandbox import processes
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import NoWorker, StudentError, WorkerLost
from tests.submissions import package

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a worker its own uid")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="these layers are Linux's")

# One entry: runs the text it is given and answers with `answer`.
CORE = """
def Tensor(text):
    scope = {}
    exec(text, scope)
    return scope.get("answer")
"""


@pytest.fixture
def sandbox(tmp_path):
    given = Path(tmp_path, "given_layers.py")
    given.touch()
    with Sandbox(package(core=CORE), given) as opened:
        yield opened


@pytest.fixture
def run(sandbox):
    """Run a text in a session of its own."""

    def run(text: str, seconds: float = 10.0) -> object:
        with sandbox.session(seconds) as session:
            return session.package.Tensor(text)

    return run


def is_alive(pid: object) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


ENDINGS = {
    "_exit": "import os; os._exit(0)",
    "abort": "import os; os.abort()",
    "kill itself": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "kill its parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
    "kill its group": "import os, signal; os.killpg(0, signal.SIGKILL)",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "close every descriptor": "import os; os.closerange(0, 64)",
    "overflow the stack": "import ctypes; ctypes.string_at(0)",
    "garbage on every descriptor": (
        "import os\nfor fd in range(3, 64):\n  try: os.write(fd, b'\\0\\0\\0\\5junk!')\n"
        "  except OSError: pass"
    ),
}


@needs_linux
@pytest.mark.parametrize("text", ENDINGS.values(), ids=ENDINGS)
def test_whatever_ends_a_test_ends_only_that_test(run, text):
    # A child that killed its parent or its group may still get an answer out.
    with suppress(WorkerLost):
        run(text)
    assert run("answer = 7") == 7


@pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_every_exception_is_an_answer(run, name):
    with pytest.raises(StudentError, match=name):
        run(f"raise {name}")


def test_an_exception_that_cannot_be_printed_is_an_answer(run):
    with pytest.raises(StudentError, match="could not be made"):
        run("class E(Exception):\n  def __str__(self): raise self\nraise E")


def test_time_is_kept_by_the_grader_whatever_is_swallowed(run):
    started = time.monotonic()
    stubborn = (
        "import signal\nfor n in (1, 2, 3, 14, 15): signal.signal(n, signal.SIG_IGN)\n"
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass"
    )
    with pytest.raises(WorkerLost, match="endless loop"):
        run(stubborn, seconds=0.5)
    assert time.monotonic() - started < 5.0


@needs_linux
def test_processes_that_a_test_leaves_behind_are_ended(run, sandbox):
    leave = (
        "import os, time\nread, write = os.pipe()\n"
        "if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n"
        "    os.write(write, str(os.getpid()).encode())\n    time.sleep(600)\n  os._exit(0)\n"
        "os.wait()\nanswer = int(os.read(read, 20))"
    )
    with sandbox.session(10) as session:
        session.package.Tensor(leave)
        children = set(processes.descendants(os.getpid())) - sandbox._known
    assert run("answer = 1") == 1
    assert not any(map(is_alive, children))


@needs_linux
def test_a_process_that_its_fork_server_does_not_adopt_is_ended_with_its_test(run, sandbox):
    leave = (
        "import ctypes, os, time\nread, write = os.pipe()\n"
        "if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n"
        "    os.write(write, str(os.getpid()).encode())\n    time.sleep(600)\n  os._exit(0)\n"
        "os.wait()\nanswer = int(os.read(read, 20))"
    )
    not_subreaper = "import ctypes\nctypes.CDLL(None).prctl(36, 0, 0, 0, 0)\n"
    with Sandbox(package(core=not_subreaper + CORE), sandbox._workspace.given) as other:
        with other.session(10) as session:
            session.package.Tensor(leave)
            children = set(processes.descendants(os.getpid())) - other._known
        assert not any(map(is_alive, children))


@needs_linux
def test_nothing_outside_its_folder_can_be_written(run, sandbox, tmp_path):
    if sandbox.isolation["degree"] == "same user":
        pytest.skip("nothing holds this here")
    with pytest.raises(OSError, match=r"Permission denied|Read-only file system"):
        run(f"open({str(tmp_path / 'planted')!r}, 'w')")
    assert run("open('mine', 'w').close(); answer = 1") == 1
    assert not (tmp_path / "planted").exists()


@needs_linux
def test_no_local_service_of_the_user_can_be_reached(run, sandbox):
    if sandbox.isolation["degree"] == "same user":
        pytest.skip("nothing holds this here")
    with socket.socket(socket.AF_UNIX) as listener, tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/service"  # such a path must be short
        listener.bind(path)
        listener.listen()
        with pytest.raises(OSError, match=r"Permission denied|Operation not permitted"):
            run(f"import socket; socket.socket(socket.AF_UNIX).connect({path!r})")


@needs_linux
def test_no_key_outlives_the_worker(run):
    add = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "libc.syscall(248, b'user', b'beras', b'x', 1, -4)\nanswer = ctypes.get_errno()"
    )
    if os.uname().machine == "x86_64":
        assert run(add) == errno.EPERM


@needs_linux
def test_processes_that_the_import_leaves_behind_are_ended(tmp_path):
    given = Path(tmp_path, "given_layers.py")
    given.touch()
    text = "import os, time\nPID = os.fork()\nif PID == 0:\n  os.setsid()\n  time.sleep(600)\n"
    with Sandbox(package(core=text), given) as sandbox, sandbox.session(5) as session:
        assert session.module("beras.core").PID > 0
        children = set(processes.descendants(os.getpid())) - sandbox._known
        assert len(children) >= 3
    assert not any(map(is_alive, children))


@needs_linux
def test_no_network_not_even_to_this_machine(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(OSError, match=r"Errno"):
            run(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")


@needs_linux
def test_memory_is_bounded(run):
    with pytest.raises(MemoryError):
        run("import numpy as np; answer = float(np.ones(100_000_000).sum())")
    assert run("import numpy as np; answer = float(np.ones(1_000_000).sum())") == 1e6


def test_printing_is_bounded(run, sandbox):
    with pytest.raises(OSError, match="File too large"):
        run("for _ in range(200): print('x' * 1_000_000)")
    assert len(sandbox.output) < 5000
    assert run("print('fine'); answer = 1") == 1


def test_input_is_closed_and_the_environment_is_empty(run, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "canary")
    with pytest.raises(EOFError):
        run("input()")
    names = run("import os; answer = sorted(os.environ)")
    allowed = {"HOME", "LC_CTYPE", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
    assert set(names) <= allowed


@needs_linux
def test_privileges_are_gone(run, sandbox):
    status = run("answer = open('/proc/self/status').read()")
    fields = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
    assert fields["NoNewPrivs"] == "1"
    assert int(fields["CapEff"], 16) == 0 or (os.geteuid() == 0 and not sandbox.isolation["uid"])
    assert sandbox.isolation["privileges"] == "none new"


@needs_root
def test_a_worker_has_a_uid_of_its_own_and_cannot_read_what_is_closed(run, sandbox, tmp_path):
    if sandbox.isolation["uid"] != "own":
        pytest.skip("other users cannot run this interpreter")
    assert run("import os; answer = os.getuid()") not in (0, 65534)
    assert run("import os; answer = os.getgroups()") == []
    secret = tmp_path / "secret"
    secret.write_text("canary", encoding="utf-8")
    secret.chmod(0o600)
    with pytest.raises(PermissionError):
        run(f"open({str(secret)!r}).read()")
    with pytest.raises(PermissionError):
        run(f"open('/proc/{os.getpid()}/environ').read()")
    with pytest.raises(PermissionError):
        run(f"import os; os.kill({os.getpid()}, 0)")


@needs_linux
def test_nothing_is_left_when_the_sandbox_closes(tmp_path):
    given = Path(tmp_path, "given_layers.py")
    given.touch()
    with Sandbox(package(core=CORE), given) as sandbox, sandbox.session(5) as session:
        session.package.Tensor("import os, time\nif os.fork() == 0: time.sleep(600)")
        root = sandbox._workspace.root
        children = set(processes.descendants(os.getpid())) - sandbox._known
        assert children
    assert not root.exists()
    assert not any(map(is_alive, children))


def test_writing_where_a_student_may_write_leaves_nothing(run, sandbox):
    assert run("open('plot.png', 'w').write('x'); answer = 1") == 1
    assert (sandbox._workspace.submission / "plot.png").exists()


def test_a_worker_that_cannot_start_is_our_fault_and_says_why(tmp_path, monkeypatch):
    given = Path(tmp_path, "given_layers.py")
    given.touch()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    sandbox = Sandbox(package(core=CORE), given)
    with sandbox, pytest.raises(NoWorker, match="did not start"):
        sandbox.wait_until_ready()


@needs_linux
def test_an_import_that_escapes_and_holds_the_socket_still_ends_in_time(tmp_path):
    given = Path(tmp_path, "given_layers.py")
    given.touch()
    text = (
        "import ctypes, os, time\nctypes.CDLL(None).prctl(36, 0, 0, 0, 0)\n"
        "if os.fork() == 0:\n  os.setsid()\n  if os.fork(): os._exit(0)\n"
        "  time.sleep(20); os._exit(0)\ntime.sleep(20)"
    )
    started = time.monotonic()
    with Sandbox(package(core=text), given, import_seconds=1.0) as sandbox:
        sandbox.wait_until_ready()
        assert "did not finish" in sandbox.failures["core"]
    assert time.monotonic() - started < 15.0


@needs_root
def test_files_left_where_everybody_may_write_are_removed(tmp_path):
    given = Path(tmp_path, "given_layers.py")
    given.touch()
    with Sandbox(package(core=CORE), given) as sandbox, sandbox.session(5) as session:
        if sandbox.isolation["uid"] != "own":
            pytest.skip("other users cannot run this interpreter")
        make = "import tempfile; answer = tempfile.mkdtemp(dir='/tmp')"
        left = Path(session.package.Tensor(make))
        assert left.exists()
    assert not left.exists()


@needs_linux
def test_shared_memory_is_bounded_too(run):
    with pytest.raises(StudentError, match="Cannot allocate memory"):
        run("import mmap; answer = len(mmap.mmap(-1, 700 << 20))")


@pytest.mark.parametrize(
    "text", ["b'\\xff'.decode()", "raise ExceptionGroup('two', [ValueError()])"]
)
def test_exceptions_that_want_more_than_a_text_are_answers(run, text):
    with pytest.raises(StudentError, match=r"UnicodeDecodeError|ExceptionGroup"):
        run(text)


def test_many_small_answers_end_the_test_before_they_fill_the_grader(sandbox):
    with sandbox.session(60) as session:
        replies = (session.package.Tensor("answer = [[]] * 100_000") for _ in range(100))
        with pytest.raises(WorkerLost, match="too much data"):
            list(replies)
