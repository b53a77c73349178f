"""Workers that tests share: each text runs there in a session of its own."""

from __future__ import annotations

import ast
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import processes
from autograder.sandbox.faults import StudentError, WorkerLost
from tests.submissions import EXECUTES, RUNS, package

Ask = Callable[[str], object]
"""Runs a text; what it answers, a literal, or None where it raised or its worker was lost."""

Layer = Callable[[pytest.MonkeyPatch], None]
"""Switches off a layer of protection: see `tests/layers.py`."""

JOIN_SECONDS = 20.0
"""Within this time a grader ends once a test hangs up."""


@contextmanager
def worker(*missing: Layer) -> Iterator[Ask]:
    """A worker without the layers `missing`.

    Its grader is a fork of this process: what a test patches later does not reach it. So there can
    be several graders, too, though a sandbox ends whatever its own process has started meanwhile.
    """
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    grader = fork.Process(target=_serve, args=(ours, theirs, missing), daemon=True)
    grader.start()
    theirs.close()
    ours.recv()  # it is ready

    def send(text: str) -> object:
        ours.send(text)
        return ast.literal_eval(ours.recv())

    def ask(text: str) -> object:
        answered = send(text)
        # None must come of this text: where no worker starts any more, every answer is None.
        assert answered is not None or send("answer = 1") == 1, "no worker answers any longer"
        return answered

    yield ask
    ours.close()
    grader.join(JOIN_SECONDS)
    assert grader.exitcode == 0, "the grader did not end, or failed"


def _serve(ours: Connection, theirs: Connection, missing: tuple[Layer, ...]) -> None:
    """Answer until the tests hang up."""
    ours.close()
    with pytest.MonkeyPatch.context() as patch:
        for layer in missing:
            layer(patch)
        with Sandbox(RUNS, package(code=EXECUTES)) as sandbox, suppress(EOFError):
            told = "ready"
            while True:
                _settle(sandbox)
                theirs.send(told)
                told = repr(answer(sandbox, theirs.recv()))


def _settle(sandbox: Sandbox) -> None:
    """Wait until all is there that the next session needs.

    To a sandbox that a test opens in between, whatever came later would be a stray.
    """
    sandbox.wait_until_ready()
    assert sandbox._worker is not None
    while sandbox._next and not processes.has_children(sandbox._worker._server):
        time.sleep(0.001)


def answer(sandbox: Sandbox, text: str, seconds: float = 20.0) -> object:
    """What a text answers in a session of its own; None where it raised or the worker was lost."""
    try:
        with sandbox.session(seconds) as opened:
            return opened.package.run(text)
    except (StudentError, WorkerLost):
        return None
