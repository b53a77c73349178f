"""The trusted side: starts the worker, opens one session per test, keeps time, cleans up.

with Sandbox(folder) as sandbox:
    with sandbox.session(seconds=10) as session:
        beras = session.module("beras")
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from autograder.sandbox import limits, processes, remote, wire
from autograder.sandbox.deadline import Clock, deadline
from autograder.sandbox.faults import StudentError, WorkerLost, student_error
from autograder.sandbox.workspace import Workspace

MAX_OUTPUT = 4000
"""Characters kept of what one test printed."""

END_SECONDS = 5.0
"""How long the fork server may take to report a child that it should have reaped at once."""

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Session:
    """One test's conversation with a fresh child of the worker."""

    def __init__(self, link: Connection, clock: Clock) -> None:
        self.changes = 0
        self._requests = 0
        self._link, self._clock = link, clock
        self.package: Any = remote.Remote(self, 0, "beras package")
        self._remotes: dict[int, remote.Remote] = {0: self.package}

    def module(self, name: str) -> Any:
        """A module of the submission, imported when it is not yet."""
        return self.request("module", name)

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""
        try:
            return self.request("get", self.package, name) is not None
        except StudentError:  # also what importing its module raised
            return False

    def request(self, operation: str, *parts: object) -> Any:
        """Do one thing in the worker and bring back what came of it.

        Raises:
            StudentError: the student's code raised.
            WorkerLost: no well-formed answer came.
        """
        self.changes += 1
        body = self._exchange(operation, *parts)
        try:
            return wire.decode(body, self._remote)
        except wire.WireFault as fault:
            raise self._lost(f"the answer could not be read ({fault})") from fault

    def fetch_array(self, target: remote.Remote) -> np.ndarray[Any, Any]:
        """The numbers of a student's array, as they are now."""
        body = self._exchange("array", target)
        try:
            header = body["a"] if type(body) is dict and set(body) == {"a"} else None
            dtype, shape, _ = wire.array_header(header)
            size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
            return wire.decode_array(header, self._link.recv_bytes(max(size, 1)))
        except (EOFError, OSError, wire.WireFault) as fault:
            raise self._lost("an array could not be read") from fault

    def _exchange(self, operation: str, *parts: object) -> Any:
        self._requests += 1
        frame = wire.pack([self._requests, operation, *map(remote.encode, parts)])
        try:
            self._link.send_bytes(frame)
            reply = wire.unpack(self._link.recv_bytes(wire.MAX_FRAME))
        except (EOFError, OSError) as fault:
            raise self._lost("the program ended in the middle of this check") from fault
        except wire.WireFault as fault:
            raise self._lost(f"the answer could not be read ({fault})") from fault
        if type(reply) is not list or len(reply) != 3 or reply[0] != self._requests:
            raise self._lost("an answer came that nobody asked for")
        if reply[1] == "error":
            raise student_error(reply[2])
        return reply[2]

    def _lost(self, reason: str) -> WorkerLost:
        if self._clock.expired:
            reason = f"no answer within {self._clock.seconds:g} seconds; is there an endless loop?"
        return WorkerLost(reason, timed_out=self._clock.expired)

    def _remote(self, body: object) -> remote.Remote:
        if type(body) is not list or len(body) != 4 or type(body[0]) is not int:
            raise wire.WireFault("malformed handle")
        number, kind, type_name, inline = body
        known = self._remotes.get(number)
        if known is None:
            make = remote.RemoteArray if kind == "array" else remote.Remote
            known = self._remotes[number] = make(self, number, str(type_name)[:80])
        if inline is not None and type(known) is remote.RemoteArray:
            known.remember(wire.decode_array(inline))
        return known


class Sandbox:
    """One submission's worker. `failures` tells which modules did not import, and why."""

    def __init__(
        self,
        fill: Callable[[Path], None],
        given: Path,
        import_seconds: float = 20.0,
        bounds: limits.Limits | None = None,
    ) -> None:
        self.failures: dict[str, str] = {}
        self.isolation: dict[str, str] = {}
        self.output = self.import_output = ""
        self._import_seconds = import_seconds
        self._bounds = bounds or limits.Limits()
        self._uid = limits.free_uid()
        self._note = self._interpreter_note()
        self._fill, self._given = fill, given
        self._skip: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Sandbox:
        self._workspace = Workspace(self._fill, self._given, self._uid)
        self._printed = tempfile.TemporaryFile(buffering=0)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._printed.close()
        self._workspace.remove()

    @contextmanager
    def session(self, seconds: float) -> Iterator[Session]:
        """A conversation with a fresh fork of the worker, over after `seconds`.

        Its requests raise `WorkerLost` when the worker ends or stays silent. What the test printed
        is in `output` afterwards.
        """
        if self._process is None:
            self._start()
        ours, theirs = socket.socketpair()
        link = Connection(os.dup(ours.fileno()))
        try:
            with deadline(seconds, lambda: self._expire(ours)) as clock:
                self._hand_over(theirs)
                yield Session(link, clock)
        finally:
            link.close()
            ours.close()
            self._end_test()
            self.output = self._take_output()

    def _hand_over(self, theirs: socket.socket) -> None:
        with theirs:
            try:
                socket.send_fds(self._control, [b"t"], [theirs.fileno()])
            except OSError as fault:
                raise WorkerLost("the program ended before this check") from fault

    def _expire(self, ours: socket.socket) -> None:
        """Time is up: end the test's child and whatever waits for it."""
        if self._process is not None:
            processes.kill_below(self._process.pid)
        ours.shutdown(socket.SHUT_RDWR)

    def _end_test(self) -> None:
        """Wait until the child is gone; a worker that left anything behind is replaced."""
        if self._process is None:
            return
        with deadline(END_SECONDS, lambda: self._control.shutdown(socket.SHUT_RDWR)):
            try:
                reaped = len(self._control.recv(4)) == 4
            except OSError:
                reaped = False
        if not reaped or processes.has_children(self._process.pid):
            self._stop()

    def _start(self) -> None:
        """Start the worker; a module whose import hangs or ends it is left out the next time."""
        for _ in range(12):
            trying = self._launch()
            if trying is None:
                return
            self._stop()
            self._skip.setdefault(*trying)
        raise WorkerLost("the submission could not be imported")

    def _launch(self) -> tuple[str, str] | None:
        """Start one process. Returns None when it is ready, else the module to blame and why."""
        self._control, theirs = socket.socketpair()
        os.set_inheritable(theirs.fileno(), True)
        read, write = os.pipe()
        with theirs:
            self._process = self._spawn(theirs.fileno(), write)
        os.close(write)
        with os.fdopen(read, "rb") as report:
            self.isolation = {**json.loads(report.read() or b"{}"), **self._note}
        return self._await_ready()

    def _spawn(self, control: int, report: int) -> subprocess.Popen[bytes]:
        script, folder = self._workspace.code / "worker.py", self._workspace.submission
        skip = wire.pack(self._skip).hex()
        return subprocess.Popen(
            [sys.executable, "-I", str(script), str(control), str(folder), skip],
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=self._printed,
            env={**ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder)},
            cwd=folder,
            pass_fds=[control],
            start_new_session=True,
            preexec_fn=lambda: limits.confine(self._uid, self._bounds, report),
        )

    def _await_ready(self) -> tuple[str, str] | None:
        link = Connection(os.dup(self._control.fileno()))
        trying = "beras"
        with deadline(self._import_seconds, self._kill_worker) as clock, link:
            try:
                while True:
                    report = wire.unpack(link.recv_bytes(wire.MAX_FRAME))
                    if "ready" in report:
                        self._note_failures(report["ready"])
                        return None
                    trying = str(report["trying"])[:80]
            except Exception:  # whatever it wrote or did not write: this import is to blame
                return trying, _import_fault(clock, self._import_seconds)

    def _note_failures(self, report: dict[str, Any]) -> None:
        self.failures = {str(name): str(student_error(e)) for name, e in report.items()}
        self.import_output = self._take_output()

    def _take_output(self) -> str:
        """What was printed since the last time, cut in the middle, and forgotten."""
        size = os.fstat(self._printed.fileno()).st_size
        if size == 0:
            return ""
        head = os.pread(self._printed.fileno(), MAX_OUTPUT, 0).decode(errors="replace")
        os.ftruncate(self._printed.fileno(), 0)
        os.lseek(self._printed.fileno(), 0, os.SEEK_SET)
        return head if size <= MAX_OUTPUT else f"{head}\n... ({size:,} bytes in all)"

    def _kill_worker(self) -> None:
        if self._process is not None:
            processes.kill_tree(self._process.pid)

    def _stop(self) -> None:
        """End the worker and everything that it ever started."""
        if self._process is None:
            return
        self._kill_worker()
        if self._uid is not None:
            processes.kill_all_of(self._uid)
        self._process.wait()
        self._control.close()
        self._process = None

    def _interpreter_note(self) -> dict[str, str]:
        """Gives up the own uid where that uid cannot run this interpreter, and says so."""
        needed = (sys.executable, os.__file__, np.__file__)
        if self._uid is None or limits.can_run(self._uid, *needed):
            return {}
        self._uid = None
        return {"interpreter": f"{sys.executable} cannot be read by other users"}


def _import_fault(clock: Clock, seconds: float) -> str:
    if clock.expired:
        return f"did not finish importing within {seconds:g} seconds"
    return "ended the program while it was imported"
