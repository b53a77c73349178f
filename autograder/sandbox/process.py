"""The worker as a process: started under its limits, asked for forks, ended with all it started."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, BinaryIO

from autograder.definition import Homework
from autograder.raised import ImportFailure
from autograder.sandbox.confinement import limits, processes
from autograder.sandbox.deadline import deadline
from autograder.sandbox.faults import NoWorker, read
from autograder.sandbox.inside import wire
from autograder.sandbox.workspace import Workspace

START_SECONDS = 20.0
"""How long a worker may take to reach the submission."""

REAP_SECONDS = 5.0
"""How long the fork server may take to report a child that it should have reaped at once."""

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class ImportFault(Exception):
    """Importing a module took longer than `seconds` or, where that is None, ended the process."""

    def __init__(self, module: str, seconds: float | None) -> None:
        super().__init__(module, seconds)
        self.module, self.seconds = module, seconds


class WorkerProcess:
    """One run of `worker.py`. `isolation` names what the system granted."""

    def __init__(
        self,
        homework: Homework,
        workspace: Workspace,
        confinement: limits.Confinement,
        printed: BinaryIO,
        progress: BinaryIO,
        skip: Collection[str],
    ) -> None:
        """Start it; it imports the submission, but for the modules in `skip`, meanwhile."""
        self._progress = progress.fileno()
        self._homework, self._uid = homework, confinement.uid
        self._control, theirs = socket.socketpair()
        read, write = os.pipe()
        with theirs:
            self._process = subprocess.Popen(
                self._command(workspace, theirs.fileno(), skip),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                env={**ENVIRONMENT, "HOME": str(workspace.submission)},
                cwd=workspace.submission,
                pass_fds=[theirs.fileno(), self._progress],
                start_new_session=True,
                preexec_fn=lambda: limits.confine(
                    confinement, write, [workspace.code], [workspace.submission]
                ),
            )
        os.close(write)
        with os.fdopen(read, "rb") as report:
            self.isolation: dict[str, str] = json.loads(report.read() or b"{}")
        # In namespaces the process that we started only waits for the one that serves.
        waits = confinement.hidden is not None
        below = processes.descendants(self._process.pid) if waits else []
        self._server = below[0] if below else self._process.pid

    def wait_until_ready(self, seconds: float) -> dict[str, ImportFailure]:
        """Modules that did not import, and what they raised.

        Raises:
            ImportFault: the import took longer than `seconds`, or ended the process.
            NoWorker: the worker did not reach the submission.
        """
        with Connection(os.dup(self._control.fileno())) as link:
            trying = self._first_module(link)
            try:
                with deadline(seconds, self._give_up) as clock:
                    while "ready" not in (report := wire.unpack(link.recv_bytes(wire.MAX_FRAME))):
                        trying = self._known(report["trying"])
                    return self._failures(report["ready"])
            except Exception as fault:  # whatever it wrote or did not write
                raise ImportFault(trying, seconds if clock.expired else None) from fault

    def _first_module(self, link: Connection) -> str:
        """What it tries to import first; that Python starts slowly is not the student's doing."""
        try:
            with deadline(START_SECONDS, self._give_up):
                return str(wire.unpack(link.recv_bytes(wire.MAX_FRAME))["trying"])[:80]
        except Exception as fault:
            raise NoWorker("the worker did not start") from fault

    def _give_up(self) -> None:
        """Kill the worker, and stop reading even if a stray process holds the other end."""
        self.kill()
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def begin_test(self) -> socket.socket:
        """Our end of a socket on which a fresh child answers; dead when the worker is."""
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):  # the first request will find nobody there
            socket.send_fds(self._control, [b"t"], [theirs.fileno()])
        return ours

    def end_test(self) -> bool:
        """Wait until the child is gone. False when anything but the worker itself is left."""
        self._control.settimeout(REAP_SECONDS)
        try:
            reaped = len(self._control.recv(4)) == 4
        except OSError:
            reaped = False
        return reaped and not processes.has_children(self._server)

    @property
    def pid(self) -> int:
        """The process that this one started: the worker, or what waits for its namespaces."""
        return self._process.pid

    def kill(self) -> None:
        """End the worker and what it started, but for what left its group: that is a stray."""
        if self._uid is not None:
            processes.kill_all_of(self._uid)
        else:
            processes.kill_group(self._process.pid)

    def stop(self) -> None:
        """Kill the worker, reap it and close the connection."""
        self.kill()
        self._process.wait()
        self._control.close()

    def _command(self, workspace: Workspace, control: int, skip: Collection[str]) -> list[str]:
        modules = {name: list(names) for name, names in self._homework.modules.items()}
        names = {"script": self._homework.script, "package": self._homework.package}
        elsewhere = {name: list(at) for name, at in self._homework.edition.elsewhere.items()}
        setup: dict[str, object] = {**names, "modules": modules, "elsewhere": elsewhere}
        setup |= {"skip": list(skip), "progress": self._progress}
        return [
            *(sys.executable, "-I", "-B", str(workspace.code / "worker.py")),
            *(str(control), str(workspace.submission), str(workspace.given)),
            wire.pack(setup).hex(),
        ]

    def _known(self, name: object) -> str:
        """A module's name from the worker.

        Students read it in our own sentences, so only known names pass.
        """
        if name == self._homework.package or name in self._homework.modules:
            return str(name)
        raise ValueError("there is no module of that name")

    def _failures(self, report: Mapping[Any, Any]) -> dict[str, ImportFailure]:
        return {self._known(name): self._failure(name, told) for name, told in report.items()}

    def _failure(self, module: str, told: object) -> ImportFailure:
        raised = read(told)
        undotted = raised.absent if raised.absent in self._homework.modules else ""
        return ImportFailure(self._homework.file(module), raised, undotted=undotted)
