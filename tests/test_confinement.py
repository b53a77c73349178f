"""What a hostile submission can't do: each layer of the sandbox, tried from inside."""

from __future__ import annotations

import errno
import os
import site
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import landlock, libraries, processes
from autograder.sandbox.faults import StudentError, WorkerLost
from autograder.sandbox.inside import wire
from tests.submissions import EXECUTES, RUNS, package

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a worker its own uid")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="these layers are Linux's")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    """One for all tests: each has a session of its own, and what a session hurts is replaced."""
    given = tmp_path_factory.mktemp("given") / "given_curves.py"
    given.touch()
    with Sandbox(replace(RUNS, given=given), package(code=EXECUTES)) as opened:
        yield opened


@pytest.fixture
def run(sandbox):
    """Run a text in a session of its own."""

    def run(text: str, seconds: float = 10.0) -> object:
        with sandbox.session(seconds) as session:
            return session.package.run(text)

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
    # A child that killed its parent or its group may still get an answer out; under the grader's
    # own uid it may not even try.
    with suppress(WorkerLost, StudentError):
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
        session.package.run(leave)
        children = set(processes.descendants(os.getpid())) - sandbox._known
    assert run("answer = 1") == 1
    assert not any(map(is_alive, children))


def skip_where_nothing_holds(sandbox):
    if sandbox.isolation["degree"] == "same user" and not sandbox.isolation["files"]:
        pytest.skip("neither a uid, nor a namespace, nor Landlock")


OF_THE_USER = {
    "signals": "os.kill(grader, 0)",
    "bounds": "import resource; resource.prlimit(grader, resource.RLIMIT_CPU, (9, 9))",
    "memory": "open(f'/proc/{grader}/mem', 'rb').read(1)",
    "environment": "open(f'/proc/{grader}/environ', 'rb').read(1)",
    "modes": "os.chmod(file, 0o777)",
    "times": "os.utime(file, (0, 0))",
    "truncation": "os.truncate(file, 0)",
    "removal": "os.unlink(file)",
}


@needs_linux
@pytest.mark.parametrize("reach", OF_THE_USER.values(), ids=OF_THE_USER)
def test_the_grader_and_its_files_are_out_of_reach(run, sandbox, tmp_path, reach):
    skip_where_nothing_holds(sandbox)
    file = tmp_path / "mine"
    file.write_text("kept", encoding="utf-8")
    before = (file.stat().st_mode, file.stat().st_mtime_ns)
    names = f"import os\ngrader, file = {os.getpid()}, {str(file)!r}\n"
    with pytest.raises(OSError, match=r"denied|not permitted|No such|Read-only file system"):
        run(names + reach)
    assert file.read_text(encoding="utf-8") == "kept"
    assert (file.stat().st_mode, file.stat().st_mtime_ns) == before


@needs_linux
def test_other_files_cannot_be_read_where_the_kernel_has_landlock(run, sandbox):
    if not sandbox.isolation["files"]:
        pytest.skip("no Landlock here")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        Path(folder, "notes").write_text("for everybody of this machine", encoding="utf-8")
        with pytest.raises(PermissionError):
            run(f"open('{folder}/notes').read()")
        with pytest.raises(PermissionError):
            run(f"import os; os.listdir({folder!r})")


@needs_linux
def test_nothing_outside_its_folder_can_be_written(run, sandbox, tmp_path):
    skip_where_nothing_holds(sandbox)
    with pytest.raises(OSError, match=r"Permission denied|Read-only file system"):
        run(f"open({str(tmp_path / 'planted')!r}, 'w')")
    assert run("open('mine', 'w').close(); answer = 1") == 1
    assert not (tmp_path / "planted").exists()


@needs_linux
def test_no_local_service_of_the_user_can_be_reached(run, sandbox):
    with socket.socket(socket.AF_UNIX) as listener, tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/service"  # such a path must be short
        listener.bind(path)
        listener.listen()
        with pytest.raises(OSError, match=r"Permission denied|Operation not permitted"):
            run(f"import socket; socket.socket(socket.AF_UNIX).connect({path!r})")


@needs_linux
@pytest.mark.parametrize(
    "call",
    [
        "syscall(248, b'user', b'mark', b'x', 1, -4)",
        *("shmget(7, 9, 0o1600)", "shmat(7, 0, 0)", "shmctl(7, 0, 0)"),
        *("msgctl(7, 0, 0)", "msgsnd(7, b'', 0, 0)", "msgrcv(7, b'', 0, 0, 0)"),
        *("semctl(7, 0, 0)", "semop(7, 0, 0)", "semtimedop(7, 0, 0, 0)"),
        "syscall(241, b'mark')",  # mq_unlink
    ],
)
def test_nothing_in_the_kernel_outlives_the_worker_or_belongs_to_others(run, call):
    make = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"libc.{call}\nanswer = ctypes.get_errno()"
    )
    if os.uname().machine == "x86_64":
        assert run(make) == errno.EPERM


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


@needs_linux
def test_where_memory_runs_out_the_worker_goes_before_the_grader(run, sandbox):
    run("answer = 7")
    below = set(processes.descendants(os.getpid())) - sandbox._known
    scores = {Path(f"/proc/{pid}/oom_score_adj").read_text() for pid in below}
    assert scores == {"1000\n"}


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
    assert int(fields["CapEff"], 16) == 0
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


def test_writing_where_a_student_may_write_leaves_nothing(run, sandbox):
    assert run("open('plot.png', 'w').write('x'); answer = 1") == 1
    assert (sandbox._workspace.submission / "plot.png").exists()


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


def test_many_small_answers_end_the_test_before_they_fill_the_grader(sandbox, monkeypatch):
    monkeypatch.setattr(wire, "MAX_REPLIES", 1 << 16)
    with sandbox.session(60) as session:
        replies = (session.package.run("answer = [[]] * 10_000") for _ in range(100))
        with pytest.raises(WorkerLost, match="too much data"):
            list(replies)


def test_a_submission_around_the_interpreter_is_not_closed(tmp_path):
    prefix = Path(sys.prefix).resolve()
    assert landlock.holds_python(prefix)
    assert landlock.holds_python(prefix.parent)
    assert not landlock.holds_python(tmp_path)


def test_a_closed_home_is_no_obstacle(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / ".local" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    monkeypatch.setattr(site, "getuserbase", lambda: str(home / ".local"))
    libraries.folders.cache_clear()
    assert any(home in folder.parents for folder in libraries.folders())
    home.chmod(0)
    libraries.folders.cache_clear()
    assert libraries.folders()
    home.chmod(0o700)
    libraries.folders.cache_clear()
