"""What a submission leaves behind is ended and removed; each test has a sandbox of its own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import limits, processes
from autograder.sandbox.faults import NoWorker
from tests.layers import without_landlock
from tests.submissions import EXECUTES, package
from tests.test_confinement import is_alive, needs_linux, needs_root


@needs_linux
def test_a_process_that_its_fork_server_does_not_adopt_is_ended_with_its_test(homework):
    leave = (
        "import ctypes, os, time\nread, write = os.pipe()\n"
        "if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n"
        "    os.write(write, str(os.getpid()).encode())\n    time.sleep(600)\n  os._exit(0)\n"
        "os.wait()\nanswer = int(os.read(read, 20))"
    )
    not_subreaper = "import ctypes\nctypes.CDLL(None).prctl(36, 0, 0, 0, 0)\n"
    with Sandbox(homework, package(code=not_subreaper + EXECUTES)) as sandbox:
        with sandbox.session(10) as session:
            session.package.run(leave)
            children = set(processes.descendants(os.getpid())) - sandbox._known
        assert not any(map(is_alive, children))


@needs_linux
def test_processes_that_the_import_leaves_behind_are_ended(homework):
    text = "import os, time\nPID = os.fork()\nif PID == 0:\n  os.setsid()\n  time.sleep(600)\n"
    with Sandbox(homework, package(code=text)) as sandbox, sandbox.session(5) as session:
        assert session.module("lines.code").PID > 0
        children = set(processes.descendants(os.getpid())) - sandbox._known
        assert len(children) >= 3
    assert not any(map(is_alive, children))


@needs_linux
def test_nothing_is_left_when_the_sandbox_closes(homework):
    with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(5) as session:
        session.package.run("import os, time\nif os.fork() == 0: time.sleep(600)")
        root = sandbox._workspace.root
        children = set(processes.descendants(os.getpid())) - sandbox._known
        assert children
    assert not root.exists()
    assert not any(map(is_alive, children))


def test_a_worker_that_cannot_start_is_our_fault_and_says_why(homework, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    sandbox = Sandbox(homework, package(code=EXECUTES))
    with sandbox, pytest.raises(NoWorker, match="did not start"):
        sandbox.wait_until_ready()


@needs_linux
def test_an_import_that_escapes_and_holds_the_socket_still_ends_in_time(homework):
    text = (
        "import ctypes, os, time\nctypes.CDLL(None).prctl(36, 0, 0, 0, 0)\n"
        "if os.fork() == 0:\n  os.setsid()\n  if os.fork(): os._exit(0)\n"
        "  time.sleep(20); os._exit(0)\ntime.sleep(20)"
    )
    started = time.monotonic()
    with Sandbox(homework, package(code=text), import_seconds=1.0) as sandbox:
        sandbox.wait_until_ready()
        assert sandbox.failures["code"].seconds == 1.0
    assert time.monotonic() - started < 15.0


@needs_root
def test_files_left_where_everybody_may_write_are_removed(homework, monkeypatch):
    without_landlock(monkeypatch)
    if limits.free_uid() is None:
        pytest.skip("nothing holds this here")
    with Sandbox(homework, package(code=EXECUTES)) as sandbox, sandbox.session(5) as session:
        make = "import tempfile; answer = tempfile.mkdtemp(dir='/tmp')"
        left = Path(session.package.run(make))
        assert left.exists()
    assert not left.exists()
