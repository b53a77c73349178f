"""Where a worker runs under the grader's own uid: what holds, and which layer holds it."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import kernel, landlock, limits, processes
from tests.layers import without_filter, without_landlock, without_uid
from tests.submissions import EXECUTES, package
from tests.test_protections import ends_soon
from tests.workers import answer, worker

pytestmark = pytest.mark.skipif(
    not landlock.available(), reason="this kernel has no Landlock that is new enough"
)

CHILD = (
    "import os, time\nread, write = os.pipe()\nchild = os.fork()\n"
    "if child == 0: os.read(read, 1); os._exit(0)\n"
)
END = "os.write(write, b'x')\nanswer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"


@pytest.fixture(autouse=True)
def same_user(monkeypatch):
    without_uid(monkeypatch)


@pytest.fixture
def folder():
    """A folder outside of every one that a worker may read."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder).resolve()


@pytest.fixture(scope="module")
def attack():
    """What a text answers in a worker with all layers that are left; None when it raised."""
    with worker(without_uid) as shared:
        yield shared


@pytest.fixture(scope="module")
def unfiltered():
    """The same in one that is refused no system call."""
    with worker(without_uid, without_filter) as shared:
        yield shared


@pytest.fixture(scope="module")
def without_rules():
    """The same in one whose files Landlock does not close."""
    with worker(without_uid, without_landlock) as shared:
        yield shared


@pytest.fixture
def attack_anew(homework):
    """The same in a worker of its own, with what the test has changed by now."""

    def attack(text: str) -> object:
        with Sandbox(homework, package(code=EXECUTES)) as sandbox:
            return answer(sandbox, text)

    return attack


FILES = {
    "reading": "answer = open(f'{folder}/secret').read()",
    "listing": "import os; answer = os.listdir(folder)",
    "writing": "open(f'{folder}/secret', 'a').write('forged'); answer = 1",
    "truncating": "import os; os.truncate(f'{folder}/secret', 0); answer = 1",
    "making": "open(f'{folder}/forged', 'w').close(); answer = 1",
    "linking": "import os; os.symlink('/', f'{folder}/forged'); answer = 1",
    "removing": "import os; os.remove(f'{folder}/secret'); answer = 1",
    "running": "import subprocess; subprocess.run([f'{folder}/program'], check=True); answer = 1",
    "terminals": "answer = bool(open('/dev/ptmx'))",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_landlock_closes_files(attack, without_rules, folder, text):
    (folder / "secret").write_text("canary", encoding="utf-8")
    (folder / "program").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / "program").chmod(0o755)
    text = f"folder = {str(folder)!r}\n{text}"
    assert attack(text) is None
    assert {path.name for path in folder.iterdir()} == {"secret", "program"}
    assert (folder / "secret").read_text(encoding="utf-8") == "canary"
    if "ptmx" in text and not os.access("/dev/ptmx", os.R_OK):
        pytest.skip("nobody may open a terminal here")
    assert without_rules(text)


@pytest.mark.skipif(os.geteuid() == 0, reason="a worker that has lost root's powers cannot anyway")
def test_landlock_closes_the_memory_of_the_grader(attack, without_rules):
    text = f"answer = bool(open('/proc/{os.getpid()}/environ').read())"
    assert attack(text) is None
    assert without_rules(text)


ATTRIBUTES = {
    "mode": "import os; os.chmod(file, 0o777); answer = 1",
    "times": "import os; os.utime(file, (0, 0)); answer = 1",
    "labels": "import os; os.setxattr(file, 'user.mark', b'x'); answer = 1",
    "reading labels": "import os; answer = len(os.listxattr(file))",
}


@pytest.mark.parametrize("text", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_the_filter_keeps_attributes_of_files(attack, unfiltered, text):
    with tempfile.NamedTemporaryFile(dir="/var/tmp") as file:
        labelled = takes_labels(file.name)
        text = f"file = {file.name!r}\n{text}"
        assert attack(text) is None
        if "xattr" in text and not labelled:
            pytest.skip("this file system has no extended attributes")
        assert unfiltered(text) == 1


def takes_labels(path: str) -> bool:
    try:
        os.setxattr(path, "user.try", b"x")
    except OSError:
        return False
    return True


FLAGS = (
    "import fcntl\nGETFLAGS, SETFLAGS = 0x80086601, 0x40086602\n"
    "flags = fcntl.ioctl(file, GETFLAGS, bytes(8))\nfcntl.ioctl(file, SETFLAGS, flags)\n"
)


def test_the_filter_keeps_the_flags_of_files_that_may_be_read(attack, unfiltered):
    # The worker's own code is of the grader's uid and open to it, as the libraries can be.
    text = f"import sys\nfile = open(sys.modules['__main__'].__file__)\n{FLAGS}answer = 1"
    assert attack(text) is None
    with tempfile.TemporaryFile() as file:
        try:
            exec(FLAGS, {"file": file})
        except OSError:
            pytest.skip("this file system has no flags")
    assert unfiltered(text) == 1


@pytest.fixture
def shared_memory():
    """The number of a segment of this user's, without a key."""
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    number = libc.shmget(0, 4096, 0o1600)
    address = libc.shmat(number, None, 0)
    ctypes.memmove(address, b"canary", 6)
    yield number
    libc.shmdt(ctypes.c_void_p(address))
    libc.shmctl(number, 0, None)  # IPC_RMID


def test_the_filter_closes_shared_memory_of_others(attack_anew, monkeypatch, shared_memory):
    monkeypatch.setattr(limits, "CLONE_NEWIPC", 0)  # what root can have beside
    text = (
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.shmat.restype = ctypes.c_void_p\n"
        f"answer = ctypes.string_at(libc.shmat({shared_memory}, None, 0), 6)"
    )
    assert attack_anew(text) is None
    without_filter(monkeypatch)
    assert attack_anew(text) == b"canary"


X32 = {"ioctl": 514, "rt_sigqueueinfo": 524, "rt_tgsigqueueinfo": 536, "kill": 62}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="no other machine has them")
@pytest.mark.parametrize("number", X32.values(), ids=X32)
def test_the_filter_knows_the_other_numbers_of_calls(attack, unfiltered, number):
    text = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"libc.syscall({0x40000000 | number}, 0, 0x8901, 0, 0)\nanswer = ctypes.get_errno()"
    )
    assert attack(text) == errno.EPERM
    assert unfiltered(text) != errno.EPERM


SIGNALS = {
    "directly": "os.kill(child, 9)",
    "by the owner of a pipe": (
        "import ctypes, fcntl\nr, w = os.pipe()\n"
        "fcntl.fcntl(r, fcntl.F_SETFL, fcntl.fcntl(r, fcntl.F_GETFL) | os.O_ASYNC)\n"
        "F_SETSIG, F_SETOWN = 10, (1 << 40) + 8  # only the lower half of it counts\n"
        "fcntl.fcntl(r, F_SETSIG, 9)\n"
        "assert ctypes.CDLL(None).fcntl(r, ctypes.c_ulong(F_SETOWN), child) == 0\n"
        "os.write(w, b'x'); time.sleep(0.2)"
    ),
}


@pytest.mark.parametrize("text", SIGNALS.values(), ids=SIGNALS)
def test_the_filter_refuses_signals(attack, unfiltered, text):
    # Any process of this uid would do; a child of the test is the one that nobody misses.
    text = f"{CHILD}{text}\n{END}"
    assert attack(text) is None
    assert unfiltered(text) == -9


def test_the_filter_keeps_the_bounds_of_others(attack, unfiltered):
    text = CHILD + "import resource\nresource.prlimit(child, resource.RLIMIT_CPU, (7, 7))\n" + END
    own = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (7, 7)); answer = 1"
    assert attack(own) == 1
    assert attack(text) is None
    assert unfiltered(text) == 0


LEAVING = {
    "a session": "os.setsid()",
    "a group": "os.setpgid(0, 0)",
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_the_filter_keeps_all_in_the_group_that_ends_at_once(attack, unfiltered, leave):
    text = f"import os\n{leave}\nanswer = os.getpgid(0) == os.getpgid(os.getppid())"
    assert attack(text) is True
    assert unfiltered(text) is False


def test_what_was_orphaned_ends_with_the_group(homework, monkeypatch):
    monkeypatch.setattr(processes, "kill_strays", lambda known: None)
    leave = (
        "import ctypes, os, time\nctypes.CDLL(None).prctl(36, 0, 0, 0, 0)  # no subreaper\n"
        "read, write = os.pipe()\nif os.fork() == 0:\n  os.setsid()\n"
        "  if os.fork(): os._exit(0)\n  os.write(write, str(os.getpid()).encode())\n"
        "  time.sleep(60)\n  os._exit(0)\nPID = int(os.read(read, 20))\n"
    )

    def is_left() -> bool:
        with Sandbox(homework, package(code=leave)) as sandbox, sandbox.session(20) as opened:
            orphan = opened.module("lines.code").PID
        left = not ends_soon(orphan, seconds=0.3)
        processes.kill(orphan)
        return left

    assert not is_left()
    monkeypatch.setattr(processes, "kill_group", processes.kill)
    assert is_left()


@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel does not count root's processes")
def test_processes_are_bounded_beside_those_of_the_user(attack_anew, monkeypatch):
    text = (
        "import os, time\nfor _ in range(150):\n"
        "  if os.fork() == 0: time.sleep(0.5); os._exit(0)\nanswer = 1"
    )
    assert attack_anew(text) == 1
    monkeypatch.setattr(limits, "SHARED_ROOM", 20)
    assert attack_anew(text) is None
    monkeypatch.setattr(limits, "count_tasks", lambda uid: 1000)
    assert attack_anew(text) == 1


@pytest.fixture
def inheritable():
    """All capabilities of this process stay with what it starts, as some containers have it."""
    header = struct.pack("Ii", kernel.CAPABILITY_VERSION, 0)
    before = ctypes.create_string_buffer(24)
    kernel.check(kernel.libc().capget(header, before))
    effective, permitted, _, *high = struct.unpack("6I", before)
    sets = (effective, permitted, permitted, high[0], high[1], high[1])
    kernel.check(kernel.libc().capset(header, struct.pack("6I", *sets)))
    yield
    kernel.check(kernel.libc().capset(header, before))


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no capability to lose")
@pytest.mark.usefixtures("inheritable")
def test_a_worker_of_root_has_lost_its_powers(attack, attack_anew, monkeypatch):
    text = "import os; os.chroot('/'); answer = 1"
    assert attack(text) is None
    monkeypatch.setattr(limits, "drop_capabilities", lambda: True)
    assert attack_anew(text) == 1


def test_a_python_in_whose_folder_the_checks_lie_is_told_of(homework, tmp_path):
    def checks(private: Path) -> str:
        with Sandbox(homework, package(code=EXECUTES), private=[private]) as sandbox:
            return sandbox.isolation["checks"]

    assert checks(tmp_path) == "hidden"
    assert checks(Path(sys.prefix) / "results") == "readable"
