"""Each layer of protection carries weight: an attack that it stops succeeds without it."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder import salt
from autograder.raised import ImportFailure, Raised
from autograder.sandbox import client, printed, process, session, workspace
from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import (
    kernel,
    libraries,
    limits,
    namespaces,
    privacy,
    processes,
)
from autograder.sandbox.deadline import Clock
from autograder.sandbox.faults import StudentError, WorkerLost
from autograder.sandbox.inside import wire
from autograder.sandbox.private_folder import PrivateFolder
from autograder.submission import Submission, traces
from tests.layers import without_filter, without_landlock, without_prctl, without_uid
from tests.small import SMALL
from tests.submissions import EXECUTES, opened, package
from tests.workers import answer, worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these layers are Linux's")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="what only root can grant")
needs_uid = pytest.mark.skipif(limits.free_uid() is None, reason="no worker has its own uid here")

RAW = """
import os, stat
def write(data):
    for d in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(d).st_mode): os.write(d, len(data).to_bytes(4, "big") + data)
        except OSError: pass
"""


@pytest.fixture(scope="module")
def attack():
    """What a text answers in a worker with all layers; None when it raised or was lost."""
    with worker() as shared:
        yield shared


@pytest.fixture(scope="module")
def unfiltered():
    """The same in one that is refused no system call."""
    with worker(without_filter) as shared:
        yield shared


@pytest.fixture(scope="module")
def without_rules():
    """The same in one whose files Landlock does not close."""
    with worker(without_landlock) as shared:
        yield shared


@pytest.fixture
def attack_anew(homework):
    """The same in a worker of its own, with what the test has changed by now."""

    def attack(text: str, seconds: float = 20.0, **bounds: int) -> object:
        chosen = replace(limits.Limits(), **bounds)
        with Sandbox(homework, package(code=EXECUTES), bounds=chosen) as sandbox:
            return answer(sandbox, text, seconds)

    return attack


def without_line(monkeypatch, tmp_path, line):
    """From now on workers run a copy of worker.py that lacks a line."""
    shutil.copytree(workspace.INSIDE, tmp_path / "sandbox")
    worker = tmp_path / "sandbox" / "worker.py"
    text = worker.read_text(encoding="utf-8")
    assert text.count(f"{line}\n") == 1
    worker.write_text(text.replace(f"{line}\n", "\n"), encoding="utf-8")
    monkeypatch.setattr(workspace, "INSIDE", tmp_path / "sandbox")


@contextmanager
def no_deadline(seconds, expire):
    yield Clock(seconds)


# ---- bounds on resources, one by one ----

BOUNDS = {
    "memory": ({"memory": 4 << 30}, "import numpy; answer = numpy.empty(60_000_000).size"),
    "file size": (
        {"file_size": 1 << 30},
        "answer = open('large', 'wb').write(bytes(20 << 20))",
    ),
    "open files": ({"open_files": 512}, "answer = len([open('/dev/null') for _ in range(100)])"),
    "processes": (
        {"processes": 1000},
        "import os\nfor _ in range(100):\n  if os.fork() == 0: os._exit(0)\nanswer = 1",
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_on_resources(attack, attack_anew, name):
    wider, text = BOUNDS[name]
    if name == "processes" and limits.free_uid() is None and not namespaces.available():
        pytest.skip("under a shared uid processes cannot be bounded")
    assert attack(text) is None
    assert attack_anew(text, **wider) is not None


def test_the_bound_on_cpu_seconds(attack, attack_anew):
    busy = "import time\nwhile time.process_time() < 1.3: pass\nanswer = 1"
    assert attack_anew(busy, cpu_seconds=1) is None
    assert attack(busy) == 1


def test_the_bound_on_address_space(attack, attack_anew, monkeypatch):
    shared = "import mmap; answer = len(mmap.mmap(-1, 800 << 20))"
    assert attack(shared) is None
    monkeypatch.setattr(limits, "SHARED_MEMORY", 2 << 30)
    assert attack_anew(shared) == 800 << 20


CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")


@pytest.mark.skipif(
    not CORE_PATTERN.exists() or CORE_PATTERN.read_text()[0] in "|/",
    reason="here the system takes core dumps elsewhere",
)
def test_no_core_dump(attack_anew, monkeypatch):
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("nobody may dump core here")
    abort = (
        "import os, subprocess, sys\n"
        "subprocess.run([sys.executable, '-I', '-c', 'import os; os.abort()'])\n"
        "answer = any(name.startswith('core') for name in os.listdir())"
    )
    set_limit = limits._set_limit
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        assert attack_anew(abort) is False
        monkeypatch.setattr(
            limits,
            "_set_limit",
            lambda kind, bound: kind == resource.RLIMIT_CORE or set_limit(kind, bound),
        )
        assert attack_anew(abort) is True
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


# ---- what a worker may reach ----


@needs_uid
def test_a_uid_of_its_own(without_rules, attack_anew, monkeypatch, open_folder):
    secret = open_folder / "secret"
    secret.write_text("canary", encoding="utf-8")
    secret.chmod(0o600)
    read = f"answer = open({str(secret)!r}).read()"
    assert without_rules(read) is None
    without_landlock(monkeypatch)
    without_uid(monkeypatch)
    assert attack_anew(read) == "canary"


@needs_uid
def test_files_that_are_closed_while_a_worker_runs(without_rules, open_folder):
    results = open_folder / "results"
    results.mkdir()
    (results / "results.json").write_text("earned", encoding="utf-8")
    read = f"answer = open('{results}/results.json').read()"
    with privacy.closed_to_others(results):
        assert without_rules(read) is None
    assert without_rules(read) == "earned"


@needs_root
def test_two_gradings_leave_a_folder_as_it_was(open_folder):
    first, second = privacy.closed_to_others(open_folder), privacy.closed_to_others(open_folder)
    for grading in (first, second):
        grading.__enter__()
        assert open_folder.stat().st_mode & 0o777 == 0o700
    for grading in (first, second):
        grading.__exit__(None, None, None)
    assert open_folder.stat().st_mode & 0o777 == 0o755


@needs_root
def test_no_new_privileges(without_rules, attack_anew, monkeypatch, open_folder):
    program = Path(shutil.copy(shutil.which("grep"), open_folder / "grep"))
    program.chmod(0o4755)
    gain = (
        "import os, subprocess\n"
        f"look = ['{program}', '-E', '^(Uid|CapEff):', '/proc/self/status']\n"
        "_, _, uid, *_, powers = subprocess.check_output(look).split()\n"
        "answer = [int(uid) - os.geteuid(), int(powers, 16)]"
    )
    assert without_rules(gain) == [0, 0]
    without_landlock(monkeypatch)
    without_prctl(monkeypatch, kernel.PR_SET_NO_NEW_PRIVS)
    without_filter(monkeypatch)  # loading one sets the flag too
    assert attack_anew(gain)[1] > 0


@pytest.mark.parametrize("layer", ["namespace", "seccomp"])
def test_no_network(unfiltered, attack_anew, monkeypatch, layer):
    if layer == "namespace" and os.geteuid() != 0 and not namespaces.available():
        pytest.skip("no namespaces here")
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = (
            "import socket\n"
            f"answer = bool(socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5))"
        )
        if layer == "namespace":
            assert unfiltered(call) is None
        monkeypatch.setattr(limits, "_new_network", lambda: False)
        monkeypatch.setattr(namespaces, "available", lambda: False)
        if layer == "seccomp":
            assert attack_anew(call) is None
        without_filter(monkeypatch)
        assert attack_anew(call) is True


@pytest.mark.skipif(not namespaces.available(), reason="no worker has namespaces here")
def test_namespaces_hide_files_and_processes(attack, attack_anew, monkeypatch):
    look = (
        f"import os\nanswer = [os.path.exists({client.__file__!r}), "
        f"len([p for p in os.listdir('/proc') if p.isdigit()]) > 3]"
    )
    assert attack(look) == [False, False]
    monkeypatch.setattr(namespaces, "available", lambda: False)
    assert attack_anew(look) == [True, True]


@pytest.mark.skipif(not namespaces.available(), reason="no worker has namespaces here")
def test_mounts_that_cannot_be_written(without_rules, attack_anew, monkeypatch, open_folder):
    write = f"answer = open('{open_folder}/left', 'w').write('x')"
    assert without_rules(write) is None
    without_landlock(monkeypatch)
    monkeypatch.setattr(namespaces, "_set_read_only", lambda *_, **__: None)
    assert attack_anew(write) == 1
    assert (open_folder / "left").exists()


@pytest.mark.skipif(limits.free_uid() is not None, reason="another uid is kept out by modes")
def test_no_socket_of_a_service(attack, unfiltered, open_folder):
    path = f"{open_folder}/service"
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(path)
        service.listen()
        call = f"import socket; answer = socket.socket(socket.AF_UNIX).connect({path!r}) is None"
        assert attack(call) is None
        assert unfiltered(call) is True


def test_no_datagram_from_one_of_a_pair(attack, unfiltered, open_folder):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service:
        service.bind(str(path := open_folder / "service"))
        service.setblocking(False)
        path.chmod(0o777)
        send = (
            "import socket\n"
            "for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
            "  try:\n"
            "    pair = socket.socketpair(socket.AF_UNIX, kind | socket.SOCK_CLOEXEC)\n"
            f"    answer = pair[0].sendto(b'canary', {str(path)!r})\n"
            "  except PermissionError: pass"
        )
        assert attack(send) is None
        with pytest.raises(BlockingIOError):
            service.recv(9)
        assert unfiltered(send) == 6
        assert service.recv(9) == b"canary"


def test_shared_memory_that_goes_with_the_worker(attack, attack_anew, monkeypatch):
    key = 0x62000000 + os.getpid()
    make = f"import ctypes; answer = ctypes.CDLL(None).shmget({key}, 4096, 0o1666)"

    def is_left() -> bool:
        lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
        return any(int(line.split()[0]) == key for line in lines)

    assert attack(make) == -1
    without_filter(monkeypatch)
    number = attack_anew(make)
    assert number >= 0
    assert not is_left() or (os.geteuid() != 0 and not namespaces.available())
    for module in (limits, namespaces):
        monkeypatch.setattr(module, "CLONE_NEWIPC", 0)
    number = attack_anew(make)
    assert is_left()
    ctypes.CDLL(None).shmctl(number, 0, None)  # IPC_RMID
    assert not is_left()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of the calls are its own")
def test_no_key_in_the_kernel(attack, attack_anew, monkeypatch):
    monkeypatch.setattr(namespaces, "available", lambda: False)  # a key ends with its namespace
    name = f"b'mark-{os.getpid()}'"
    call = "import ctypes\nsyscall = ctypes.CDLL(None).syscall\n"
    keep = (  # in the keyring of its uid, for a minute
        f"{call}key = syscall(248, b'user', {name}, b'x', 1, -4)\n"
        "syscall(250, 15, key, 60)\nanswer = key"
    )
    find = f"{call}answer = syscall(250, 10, -4, b'user', {name}, 0)"
    assert attack(keep) == attack(find) == -1
    without_filter(monkeypatch)
    key = attack_anew(keep)
    if key == -1:
        pytest.skip("this system keeps no keys for anybody")
    assert attack_anew(find) == key  # by another worker


REACHING = {
    "a lease": "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "a lock": "fcntl.lockf(file, fcntl.LOCK_SH)",
    "a lock of the other kind": "fcntl.flock(file, fcntl.LOCK_EX)",
    "who is signalled": "fcntl.fcntl(file, fcntl.F_SETOWN, os.getpid())",
    "with what": "fcntl.fcntl(file, 10, 9)",
    "notices": "fcntl.fcntl(os.open('.', os.O_RDONLY), fcntl.F_NOTIFY, 2)",
    "large pipes": "fcntl.fcntl(os.pipe()[0], 1031, 1 << 18)",
    "memory outside of its bound": "os.memfd_create('x')",
    "free space": "os.statvfs('/')",
}


@pytest.mark.parametrize("call", REACHING.values(), ids=REACHING)
def test_calls_that_reach_beyond_the_worker(attack, unfiltered, call):
    text = f"import fcntl, os\nopen('mine', 'w').close()\nfile = open('mine')\n{call}; answer = 1"
    assert attack(text) is None
    assert unfiltered(text) == 1


def test_what_python_asks_of_its_own_descriptors(attack):
    text = (
        "import fcntl, os\nread, write = os.pipe()\nos.set_blocking(read, False)\n"
        "os.set_inheritable(read, True)\nos.dup2(os.dup(read), read, inheritable=False)\n"
        "fcntl.fcntl(read, fcntl.F_SETFL, fcntl.fcntl(read, fcntl.F_GETFL))\n"
        "fcntl.fcntl(read, fcntl.F_SETFD, fcntl.fcntl(read, fcntl.F_GETFD))\n"
        "answer = fcntl.fcntl(read, 1032) > 0"
    )
    assert attack(text) is True


SOLVE = "from scipy.special import softmax; answer = softmax([0.0, 0.0]).tolist()"
PAST_THE_STAND_INS = (
    "import os, sys, numpy\n"
    "sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != '_Finder']\n"
    "sys.path.append(os.path.dirname(os.path.dirname(numpy.__file__)))\n" + SOLVE
)


def skip_where_modes_close_the_libraries():
    uid = limits.free_uid()
    if uid is not None and not limits.can_read_any(uid, libraries.forbidden()):
        pytest.skip("setup.sh closed them to other users")


def test_stand_ins_for_libraries_that_would_do_the_homework(attack_anew, monkeypatch, tmp_path):
    skip_where_modes_close_the_libraries()
    without_landlock(monkeypatch)
    monkeypatch.setattr(libraries, "folders", lambda: ())
    assert attack_anew(SOLVE) is None
    without_line(monkeypatch, tmp_path, "    standins.install(standins.own_modules(root))")
    assert attack_anew(SOLVE) == [0.5, 0.5]


def test_libraries_whose_files_are_closed(attack, attack_anew, monkeypatch):
    skip_where_modes_close_the_libraries()
    assert attack(PAST_THE_STAND_INS) is None
    without_landlock(monkeypatch)
    if namespaces.available():
        assert attack_anew(PAST_THE_STAND_INS) is None  # their folder is empty
        monkeypatch.setattr(libraries, "folders", lambda: ())
    assert attack_anew(PAST_THE_STAND_INS) == [0.5, 0.5]


def test_packages_that_no_import_finds(attack_anew, monkeypatch, tmp_path):
    """At home they are there too; but none is on Gradescope, and a check must not need one."""
    text = "import importlib.util; answer = importlib.util.find_spec('iniconfig') is None"
    monkeypatch.setattr(libraries, "folders", lambda: ())  # their folder is empty in namespaces
    assert attack_anew(text) is True
    without_line(monkeypatch, tmp_path, "    standins.install(standins.own_modules(root))")
    assert attack_anew(text) is False


def test_given_layers_that_no_import_finds(attack_anew, homework, monkeypatch, tmp_path):
    homework.given.write_text("SOLVED = 'by us'\n", encoding="utf-8")
    build_on = "from given_curves import SOLVED; answer = SOLVED"
    assert attack_anew(build_on) is None
    without_line(monkeypatch, tmp_path, "sys.path.pop(0)")
    assert attack_anew(build_on) == "by us"


def test_an_empty_environment(attack_anew, monkeypatch):
    monkeypatch.setenv("SECRET", "canary")
    read = "import os; answer = os.environ.get('SECRET')"
    assert attack_anew(read) is None
    monkeypatch.setattr(process, "ENVIRONMENT", dict(os.environ))
    assert attack_anew(read) == "canary"


def test_no_input(attack_anew, monkeypatch):
    read, write = os.pipe()
    os.write(write, b"canary")
    os.close(write)
    before = os.dup(0)
    os.dup2(read, 0)
    try:
        look = "import os; answer = os.read(0, 6)"
        assert attack_anew(look) == b""
        inherited = SimpleNamespace(Popen=subprocess.Popen, DEVNULL=None)
        monkeypatch.setattr(process, "subprocess", inherited)
        assert attack_anew(look) == b"canary"
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(read)


def test_the_closed_memory_of_the_fork_server(without_rules, attack_anew, monkeypatch, tmp_path):
    write = "import os\nanswer = bool(open(f'/proc/{os.getppid()}/mem', 'r+b', 0))"
    assert without_rules(write) is None
    if os.geteuid() != 0 and namespaces.available():
        return  # there /proc cannot be written anyway
    without_landlock(monkeypatch)
    without_line(monkeypatch, tmp_path, "    close_memory()")
    assert attack_anew(write) is True


# ---- what a test may leave to the next, and to us ----


def test_a_fork_for_each_test(homework):
    with Sandbox(homework, package(code=EXECUTES)) as sandbox:
        with sandbox.session(10) as first:
            first.package.run("STATE.append('spoilt')")
            assert first.package.run("answer = len(STATE)") == 1  # without a fork between
        with sandbox.session(10) as second:
            assert second.package.run("answer = len(STATE)") == 0


LEAVE = (
    "import os, time\nread, write = os.pipe()\n"
    "if os.fork() == 0:\n  os.setsid()\n  os.write(write, str(os.getpid()).encode())\n"
    "  time.sleep(60)\nanswer = int(os.read(read, 20))"
)


@needs_root
def test_what_is_left_behind_is_ended(attack, attack_anew, monkeypatch):
    assert not processes.is_alive(attack(LEAVE))
    monkeypatch.setattr(processes, "has_children", lambda pid: False)
    monkeypatch.setattr(processes, "kill_strays", lambda known: None)
    monkeypatch.setattr(process.WorkerProcess, "kill", kill_the_worker_only)
    left = attack_anew(LEAVE)
    assert processes.is_alive(left)
    processes.kill(left)


ESCAPE = (
    "import ctypes, os, time\nctypes.CDLL(None).prctl(36, 0, 0, 0, 0)\n"
    "read, write = os.pipe()\nif os.fork() == 0:\n  os.setsid()\n  if os.fork(): os._exit(0)\n"
    "  os.write(write, str(os.getpid()).encode())\n  time.sleep(60)\n  os._exit(0)\n"
    "PID = int(os.read(read, 20))\n"
)


def test_what_leaves_the_family_is_ended_even_without_a_uid_of_its_own(homework, monkeypatch):
    without_uid(monkeypatch)
    without_filter(monkeypatch)  # by which nothing leaves the group

    def escaped() -> int:
        with Sandbox(homework, package(code=ESCAPE)) as sandbox, sandbox.session(10) as opened:
            return opened.module("lines.code").PID

    assert not processes.is_alive(escaped())
    monkeypatch.setattr(processes, "kill_strays", lambda known: None)
    left = escaped()
    assert processes.is_alive(left)
    processes.kill(left)


def test_an_orphan_that_came_to_us_is_ended_with_its_test(homework, monkeypatch):
    without_uid(monkeypatch)
    not_subreaper = "import ctypes; ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)\n"
    leave = LEAVE.replace("os.setsid()", "\n  if os.fork(): os._exit(0)")

    def left() -> bool:
        with Sandbox(homework, package(code=not_subreaper + EXECUTES)) as sandbox:
            with sandbox.session(20) as opened:
                orphan = opened.package.run(f"{leave}; os.wait()")
            return processes.is_alive(orphan)

    assert not left()
    monkeypatch.setattr(Sandbox, "_adopted", lambda self: False)
    assert left()


def test_a_fresh_copy_for_each_worker(homework, monkeypatch):
    hide = "open('learnt', 'w').write('x')\nimport os; os._exit(0)"
    find = "answer = open('learnt').read()"

    def found() -> object:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox:
            for text in (hide, find):
                with sandbox.session(20) as opened, suppress(StudentError, WorkerLost):
                    return opened.package.run(text)
        return None

    assert found() is None
    fill = workspace.Workspace.fill
    monkeypatch.setattr(workspace.Workspace, "empty", lambda self: None)
    monkeypatch.setattr(
        workspace.Workspace, "fill", lambda self: self.submission.exists() or fill(self)
    )
    assert found() == "x"


def test_folders_of_killed_graders_are_removed(homework, open_folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
    with Sandbox(homework, package(code=EXECUTES)) as first, PrivateFolder("zip") as unpacked:
        held = [first._workspace.root, unpacked]
        abandoned = [Path(f"{folder}-abandoned") for folder in held]
        others = open_folder / "autograder-homework"
        for folder in (*abandoned, others):
            folder.mkdir()
        for folder in open_folder.iterdir():
            os.utime(folder, (0, 0))
        with Sandbox(homework, package(code=EXECUTES)):
            assert all(folder.exists() for folder in (*held, others))
            assert not any(folder.exists() for folder in abandoned)


@needs_uid
def test_a_worker_cannot_lock_its_folder(without_rules, attack_anew, monkeypatch):
    """Else what it left would still pass for a grader that lives, when its grader was killed."""
    text = "import os; answer = os.open('..', os.O_RDONLY)"
    assert without_rules(text) is None
    without_landlock(monkeypatch)
    chmod = Path.chmod
    monkeypatch.setattr(Path, "chmod", lambda path, mode: chmod(path, mode | 0o050))
    assert attack_anew(text)


def test_a_worker_ends_with_its_grader(homework, open_folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))  # nobody cleans up after a SIGKILL

    def orphaned() -> int:
        read, write = os.pipe()
        grader = os.fork()
        if grader == 0:
            text = "import time\nopen('here', 'w').close()\ntime.sleep(60)"
            with Sandbox(homework, package(code=text)) as sandbox:
                give_up = time.monotonic() + 20.0
                while not (sandbox._workspace.submission / "here").exists():
                    assert time.monotonic() < give_up
                    time.sleep(0.01)
                os.write(write, str(sandbox._worker._server).encode())
                os.kill(os.getpid(), 9)
        os.waitpid(grader, 0)
        return int(os.read(read, 20))

    assert ends_soon(orphaned())
    without_prctl(monkeypatch, kernel.PR_SET_PDEATHSIG)
    if namespaces.available():
        return  # there the process that stays behind has asked for it too
    left = orphaned()
    assert not ends_soon(left, seconds=0.3)
    processes.kill(left)


def test_a_test_that_loops_ends_with_its_grader(homework, open_folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))  # nobody cleans up after a SIGKILL
    read, write = os.pipe()
    grader = os.fork()
    if grader == 0:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(60) as session:
            session.package.run("answer = 0")
            (child,) = processes.children(sandbox._worker._server)
            os.write(write, str(child).encode())
            session.package.run("while True: pass")
    child = int(os.read(read, 20))
    time.sleep(0.1)
    os.kill(grader, signal.SIGKILL)
    os.waitpid(grader, 0)
    assert ends_soon(child)


def ends_soon(pid: int, seconds: float = 1.0) -> bool:
    give_up = time.monotonic() + seconds
    while processes.is_alive(pid) and time.monotonic() < give_up:
        time.sleep(0.01)
    return not processes.is_alive(pid)


def kill_the_worker_only(worker: process.WorkerProcess) -> None:
    processes.kill(worker._process.pid)


# ---- what an answer may be ----


def test_the_bound_on_a_frame(attack, attack_anew, monkeypatch):
    send = f"{RAW}\nwrite(b'\\x93\\x01\\xa2ok\\xc6' + (10**6).to_bytes(4, 'big') + bytes(10**6))"
    assert attack(send) is None
    monkeypatch.setattr(wire, "MAX_FRAME", 1 << 30)
    assert attack_anew(send) == bytes(10**6)


def test_the_bound_on_all_answers_of_a_test(homework, monkeypatch):
    def flood() -> int:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(30) as opened:
            return sum(len(opened.package.run("answer = 'x' * 200_000")) for _ in range(30))

    with pytest.raises(WorkerLost, match="too much data"):
        flood()
    monkeypatch.setattr(wire, "MAX_REPLIES", 1 << 30)
    assert flood() == 6_000_000


def test_the_bound_on_one_array(homework, monkeypatch):
    entries = 3 << 20  # eight times as many bytes in float64
    handle = wire.pack([1, "ok", {"h": [1, "array", "ndarray", None]}])
    header = wire.pack([2, "ok", {"a": ["|i1", [entries], None]}])
    send = f"{RAW}\nwrite({handle!r}); write({header!r}); write(bytes({entries}))"

    def read() -> int:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(10) as opened:
            return np.asarray(opened.package.run(send)).size

    with pytest.raises(WorkerLost, match="too large"):
        read()
    monkeypatch.setattr(wire, "MAX_ARRAY", 1 << 40)
    assert read() == entries


ARRAYS = {
    "MAX_COPIED": "[numpy.zeros(1 << 20)] * 5",
    "MAX_FETCHED": "[numpy.zeros(2048, complex) for _ in range(2100)]",
}
"""What only one bound is past: copies of one array, and arrays too small to count as copies."""


@pytest.mark.parametrize("bound", ARRAYS)
def test_the_bounds_on_all_arrays_of_a_test(homework, monkeypatch, bound):
    def flood() -> int:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(30) as opened:
            arrays = opened.package.run(f"import numpy; answer = {ARRAYS[bound]}")
            return sum(np.asarray(array).nbytes for array in arrays)

    with pytest.raises(WorkerLost, match="too much data"):
        flood()
    bytes_allowed = getattr(wire, bound)
    monkeypatch.setattr(wire, bound, 1 << 40)
    assert flood() > bytes_allowed


def test_the_bound_on_nesting(homework, monkeypatch):
    nested = b"\x93\x01\xa2ok" + b"\x91" * 1000 + b"\xc0"

    def read() -> None:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(10) as opened:
            opened.package.run(f"{RAW}\nwrite({nested!r})")

    with pytest.raises(WorkerLost, match="nested deeper"):
        read()
    monkeypatch.setattr(wire, "MAX_DEPTH", 10_000)
    with pytest.raises(RecursionError):  # in the grader
        read()


@pytest.mark.parametrize("number", [-1, wire.MAX_HANDLES, 2**63 - 1])
def test_the_bound_on_the_numbers_of_handles(homework, monkeypatch, number):
    """What looks them up must not be slowed by numbers whose hashes were chosen."""
    raw = wire.pack([1, "ok", {"h": [number, "object", "T", None]}])

    def read() -> object:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(10) as opened:
            return opened.package.run(f"{RAW}\nwrite({raw!r})")

    with pytest.raises(WorkerLost, match="unknown handle"):
        read()
    monkeypatch.setattr(wire, "MAX_HANDLES", 1 << 63)
    assert number < 0 or read().__student_type__ == "T"


def test_an_answer_answers_its_own_request(homework):
    twice = f"{RAW}\nimport msgpack\nfor _ in range(2): write(msgpack.packb([2, 'ok', 5]))"
    with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(10) as opened:
        assert opened.package.run("answer = 1") == 1
        assert opened.package.run(twice) == 5
        with pytest.raises(WorkerLost, match="an answer came that nobody asked for"):
            opened.package.run("answer = 3")


def test_the_bound_on_the_keys_of_a_dictionary(homework, monkeypatch):
    monkeypatch.setattr(wire, "MAX_FRAME", 1 << 20)  # room for enough keys to be seen in time
    keys = "list(__import__('itertools').product((-1, -2), repeat=14))"
    send = (
        f"{RAW}\nimport msgpack\nbody = [[dict(t=list(key)), 0] for key in {keys}]\n"
        "write(msgpack.packb([1, 'ok', {'d': body}]))"
    )

    def seconds() -> float:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(10) as opened:
            started = time.process_time()
            with suppress(WorkerLost):
                opened.package.run(send)
            return time.process_time() - started

    usual = seconds()
    monkeypatch.setattr(wire, "MAX_KEYS", 1 << 20)
    assert seconds() > 2 * usual


def test_the_bound_on_the_text_of_an_error(homework, monkeypatch):
    raw = b"\x93\x01\xa5error\x81\xa7message\xda" + (60_000).to_bytes(2, "big") + b"x" * 60_000
    send = f"{RAW}\nwrite({raw!r})"

    def told() -> int:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(10) as opened:
            with pytest.raises(StudentError) as caught:
                opened.package.run(send)
            return len(str(caught.value))

    assert told() < 2200
    monkeypatch.setattr(session, "read", lambda fields: Raised(message=fields["message"]))
    assert told() == 60_000 + len("Error: ")


def test_the_bound_on_what_is_printed(homework, monkeypatch):
    def shown() -> int:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox:
            with sandbox.session(10) as opened:
                opened.package.run("print('x' * 100_000)")
            return len(sandbox.output)

    assert shown() < 4100
    monkeypatch.setattr(printed, "MAX_OUTPUT", 10**9)
    assert shown() > 100_000


def test_the_deadline(attack_anew, monkeypatch):
    sleep = "import time; time.sleep(0.6); answer = 1"
    started = time.monotonic()
    assert attack_anew(sleep, seconds=0.2) is None
    assert time.monotonic() - started < 20
    monkeypatch.setattr(client, "deadline", no_deadline)
    assert attack_anew(sleep, seconds=0.2) == 1


def test_the_deadline_of_an_import(homework, monkeypatch):
    def failures() -> dict[str, ImportFailure]:
        more = "import time; time.sleep(0.9)"
        with Sandbox(homework, package(code=EXECUTES, more=more), import_seconds=0.5) as sandbox:
            sandbox.wait_until_ready()
            return sandbox.failures

    assert failures()["more"].seconds == 0.5
    monkeypatch.setattr(process, "deadline", no_deadline)
    assert "more" not in failures()


# ---- what a submission may foresee ----


def hidden_inputs(folder: Path) -> str:
    with opened(folder) as submission:
        seed = salt.hidden_seed(submission.digest)
    return str(SMALL.hidden(seed).along().tolist())


@pytest.fixture
def submission(tmp_path, monkeypatch) -> Path:
    """A folder with a package, graded with a salt."""
    (tmp_path / "salt.txt").write_text("secret", encoding="utf-8")
    monkeypatch.setattr(salt, "SALT_FILE", tmp_path / "salt.txt")
    (tmp_path / "hw" / "lines").mkdir(parents=True)
    (tmp_path / "hw" / "lines" / "line.py").touch()
    return tmp_path / "hw"


def test_a_seed_that_covers_every_file(submission, monkeypatch):
    """The hidden inputs that one submission saw and printed are of no use to the next."""

    def is_foreseen() -> bool:
        table = submission / "table.txt"
        table.write_text(" " * 1000, encoding="utf-8")
        seen = hidden_inputs(submission)
        table.write_text(seen.ljust(1000), encoding="utf-8")
        return hidden_inputs(submission) == seen

    assert not is_foreseen()
    monkeypatch.setattr(Submission, "digest", "names nothing")
    assert is_foreseen()


def test_a_seed_that_covers_what_the_folder_tells_of_itself(submission, monkeypatch):
    """How many folders it holds can be asked of one that is closed too."""

    def is_foreseen() -> bool:
        seen = hidden_inputs(submission)
        (submission / f".seen{len(list(submission.iterdir()))}").mkdir()
        return hidden_inputs(submission) == seen

    assert not is_foreseen()
    monkeypatch.setattr(traces, "of_entry", lambda path: b"")
    assert is_foreseen()


def test_a_seed_that_takes_a_secret(submission):
    """Everything but the salt is known to whoever has this project."""

    def is_foreseen() -> bool:
        with opened(submission) as known:
            guess = salt.hidden_seed(known.digest, salt="")
        return str(SMALL.hidden(guess).along().tolist()) == hidden_inputs(submission)

    assert not is_foreseen()
    salt.SALT_FILE.write_text("", encoding="utf-8")
    assert is_foreseen()
