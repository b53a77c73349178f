"""The trusted side: keeps a worker running, lends sessions with it, and keeps time.

How it is used:

    with Sandbox(homework, fill) as sandbox:
        sandbox.wait_until_ready()
        with sandbox.session(seconds=10) as session:
            line = session.package.Line(4, 3)
"""

from __future__ import annotations

import math
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np

from autograder.definition import Homework
from autograder.raised import ImportFailure
from autograder.sandbox.confinement import landlock, libraries, limits, namespaces, processes
from autograder.sandbox.deadline import deadline
from autograder.sandbox.faults import NoWorker, WorkerLost
from autograder.sandbox.inside.raised import shortened
from autograder.sandbox.printed import Printed
from autograder.sandbox.process import ImportFault, WorkerProcess
from autograder.sandbox.progress import Progress
from autograder.sandbox.session import Makes, Session, Shared
from autograder.sandbox.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
CLOSED = ("autograder", "tests", "reference", "editions", ".git")
"""What of our own folder a worker must not see, as in setup.sh."""

RETRY_DIVISOR = 4
"""After an import that hung or ended the worker, the next one gets its seconds divided by this."""


def imports_until_all_failed(homework: Homework) -> float:
    """How long imports take if everything hangs, in multiples of the seconds of one."""
    return 1 + len(homework.modules) / RETRY_DIVISOR


class Sandbox:
    """One submission's worker, replaced whenever a test leaves it in doubt.

    While it is open, this process must start no other children: they would be killed.

    `failures` tells which modules did not import, and why, and `seconds_hung` how long those took
    that hung; `isolation` what was in force; `output` what the last test printed.
    """

    def __init__(
        self,
        homework: Homework,
        fill: Callable[[Path], None],
        import_seconds: float = 20.0,
        stop: float = math.inf,
        bounds: limits.Limits | None = None,
        private: Sequence[Path] = (),
        on_wait: Callable[[], None] = lambda: None,
    ) -> None:
        """`fill` copies the submission into a folder; the homework's given module is put beside it.

        No import goes on past `stop`, in monotonic seconds. A worker in namespaces sees neither
        `private` nor the checks. `on_wait` is called when an answer takes long.
        """
        self.failures: dict[str, ImportFailure] = {}
        self.isolation: dict[str, str] = {}
        self.output = ""
        self.seconds_hung = 0.0
        self._homework, self._fill = homework, fill
        self._import_seconds, self._stop_at = import_seconds, stop
        self._private = [*(ROOT / name for name in CLOSED), *(path.resolve() for path in private)]
        uid, self._note = _usable_uid()
        hidden = self._private if uid is None and namespaces.available() else None
        if hidden is not None:
            self._note |= {"checks": "hidden", "libraries": "closed"}
        self._confinement = limits.Confinement(uid, hidden, bounds or limits.Limits())
        self._skip: dict[str, ImportFailure] = {}
        self._worker: WorkerProcess | None = None
        self._is_ready = False
        self._known: set[int] = set()
        self._child: socket.socket | None = None
        self._next: socket.socket | None = None
        self._is_intact = True
        self._makes: Makes = {}
        self._on_wait = on_wait

    def closes(self, path: Path) -> bool:
        """Whether all that a worker can learn of `path` is its name, size, owner and dates."""
        if path.resolve() not in self._private:
            return False
        is_closed = self._confinement.uid is not None and path.stat().st_mode & 0o077 == 0
        return is_closed or self._confinement.hidden is not None

    def __enter__(self) -> Sandbox:
        """Start the worker; it imports while the caller goes on."""
        # Orphans come to us: none gets away, and none stays a zombie that counts for its uid.
        processes.adopt_orphans()
        self._known = set(processes.descendants(os.getpid()))
        self._workspace = Workspace(self._fill, self._homework.given, self._confinement.uid)
        self._printed, self._progress = Printed(), Progress()
        try:
            self._launch()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as last:  # all of them, even if one raises
            last.callback(self._workspace.remove)
            last.callback(self._printed.close)
            last.callback(self._progress.close)
            self._stop()

    def wait_until_ready(self) -> None:
        """Wait for the import; a module that hangs or ends the worker is left out of the next.

        Raises:
            WorkerLost: no worker gets through its import.
            NoWorker: the machine does not let a worker start.
        """
        # The package as a whole and each of its modules may fail one start; then one gets through.
        for _ in range(len(self._homework.modules) + 2):
            worker = self._worker or self._launch()
            begun = time.monotonic()
            try:
                if not self._is_ready:
                    raised = worker.wait_until_ready(self._time_to_import())
                    self.failures = raised | self._left_out()
                    self._is_ready = True
                    self.output = self._take_printed()
                return
            except ImportFault as fault:
                self._stop()
                file, waited = self._homework.file(fault.module), fault.seconds
                self._skip.setdefault(fault.module, ImportFailure(file, seconds=waited))
                self.failures = self._left_out()
                self.seconds_hung += time.monotonic() - begun if waited is not None else 0.0
                if time.monotonic() > self._stop_at:
                    raise WorkerLost("the time was up before everything was imported") from fault
            except NoWorker as fault:
                self._stop()
                raise NoWorker(f"{fault}; it printed:\n{self._printed.take()}") from fault
        raise WorkerLost("the submission could not be imported")

    @contextmanager
    def session(
        self, seconds: float, goes_on: bool = False, again: bool = False
    ) -> Iterator[Session]:
        """A conversation with a fork of the worker, over after `seconds`.

        The fork is a fresh one, unless the session before left its own for one that `goes_on`, by
        `leaves_child`. Who asks `again` finds no file that was written in between: where one was,
        the worker is a new one, too. Requests raise `WorkerLost` when the worker ends or stays
        silent.
        """
        self._end_child(unless=goes_on)
        if again and self._workspace.is_written:
            self._stop()
        self.wait_until_ready()
        assert self._worker is not None
        found = self._child is not None
        child = self._child = self._child or self._next or self._worker.begin_test()
        self._next, leaves = None, False
        try:
            with deadline(seconds, lambda: self._expire(child)) as clock:
                shared = Shared(self.failures, self._progress.place, self._makes, self._on_wait)
                session = Session(child, clock, self._homework, shared, goes_on=found)
                try:
                    yield session
                    leaves = session.leaves_child and not session.lost
                finally:
                    session.close()
                    self._is_intact = not session.lost
        finally:
            if leaves:
                self.output = self._take_printed()
            else:
                self._end_child()

    def _left_out(self) -> dict[str, ImportFailure]:
        """Modules that hung or ended a worker; `__init__` only where none of the others did."""
        package = self._homework.package
        modules = {name: failure for name, failure in self._skip.items() if name != package}
        whole = self._skip.get(package)
        return {"__init__": whole} if whole and not modules else modules

    def _time_to_import(self) -> float:
        """Seconds for the next import: fewer after one that hung, or nine would use up the run."""
        seconds = self._import_seconds / (RETRY_DIVISOR if self._skip else 1)
        return max(min(seconds, self._stop_at - time.monotonic()), 0.1)

    def _expire(self, connected: socket.socket) -> None:
        """Time is up: end the worker, and whatever waits for it."""
        if self._worker is not None:
            self._worker.kill()
        with suppress(OSError):  # macOS: the other end may be gone already
            connected.shutdown(socket.SHUT_RDWR)

    def _end_child(self, unless: bool = False) -> None:
        """Make sure that nothing of the child is left, and fork the next one ahead of its test."""
        if self._child is None or unless:
            return
        self._child.close()
        self._child, worker = None, self._worker
        if self._is_intact and worker and worker.end_test() and not self._adopted():
            self.output = self._take_printed()
            self._next = worker.begin_test()
        else:  # also the fork server may have been hurt
            self._stop()
            self.output = self._take_printed()

    def _take_printed(self) -> str:
        """What was printed since the last time, with no place on this machine, no frame of ours."""
        ours = re.escape(str(self._workspace.code))
        frame = rf'(?m)^ *File "{ours}/[^\n]*\n(    [^\n]*\n)?'
        printed = re.sub(frame, "", self._printed.take())
        printed = shortened(printed, self._workspace.submission)
        return printed.replace(str(self._workspace.root), "...")

    def _adopted(self) -> bool:
        """Whether an orphan of the test came to us: its fork server would no longer take it."""
        assert self._worker is not None
        return bool({*processes.children(os.getpid())} - self._known - {self._worker.pid})

    def _launch(self) -> WorkerProcess:
        self._is_ready = False
        self._workspace.fill()
        self._worker = WorkerProcess(
            self._homework,
            self._workspace,
            self._confinement,
            self._printed.file,
            self._progress.file,
            self._skip,
        )
        self.isolation = self._worker.isolation | self._note
        if self.isolation.get("files"):
            self.isolation["libraries"] = "closed"
            if not any(map(landlock.leaves_open, self._private)):
                self.isolation["checks"] = "hidden"
        return self._worker

    def _stop(self) -> None:
        for child in filter(None, (self._child, self._next)):
            child.close()
        worker, self._worker, self._child, self._next = self._worker, None, None, None
        if worker is not None:
            worker.stop()
            processes.kill_strays(self._known)
            self._workspace.empty()  # no later test reads what it wrote, and no disk stays full


def _usable_uid() -> tuple[int | None, dict[str, str]]:
    """A uid that can run this interpreter, if there is one, and what it can read of ours."""
    uid, needed = limits.free_uid(), (sys.executable, os.__file__, np.__file__)
    if uid is not None and limits.can_run(uid, *needed):
        tried = {"checks": [__file__], "libraries": libraries.forbidden()}
        opened = {name for name, paths in tried.items() if limits.can_read_any(uid, paths)}
        return uid, {name: "readable" if name in opened else "closed" for name in tried}
    note = {"checks": "readable", "libraries": "readable"}
    if uid is not None:
        note["interpreter"] = "other users cannot read this Python; see setup.sh"
    return None, note
