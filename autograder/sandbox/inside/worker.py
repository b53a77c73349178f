"""The untrusted side: imports the submission once, then forks children that answer.

    python -I worker.py FD ROOT GIVEN SETUP

Runs in a process that was confined before it started, beside copies of its neighbours here. It
knows no check, no oracle and no result; all it can do is answer. `FD` is a socket to the grader,
`ROOT` the copy of the submission; `GIVEN` is a module of the checks, which is loaded after the
student's package and which no import of a submission finds. `SETUP` is a msgpack map (in hex):
`script` is what a student runs, `package` the package's name, `modules` the public names of each
of its modules, `elsewhere` where else some of them may be, `skip` the modules not to import,
`progress` the file that says how far it is.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import operator
import os
import signal
import socket
import sys
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import loading
import raised
import settings
import standins
import wire

sys.path.pop(0)
for _name in (
    "loading",
    "raised",
    "settings",
    "standins",
    "wire",
):  # a submission may have modules of these names
    del sys.modules[_name]

LIBC = ctypes.CDLL(None)  # once here costs less than once in every child
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
OPERATORS: dict[str, Any] = {
    **{name: getattr(operator, name) for name in ("add", "mul", "getitem", "setitem")},
    "len": len,
    "iter": list,
}
KINDS: dict[str, Any] = {
    "array": np.ndarray,
    "class": type,
    "function": (FunctionType, MethodType),
}
"""What an object can be, for whoever holds a handle to it; anything else is an "object"."""
BUILTINS: tuple[Any, ...] = (dict, list, tuple, int, float, str, bytes)
VALUES = (dict, list, tuple, int, float, np.number)
"""Kinds that cross by value but keep their identity: a tape may know one by its id."""


class Link:
    """The grader's `multiprocessing.connection.Connection`, from the other end.

    The same frames (a 4-byte big-endian length, then the bytes), without what importing that
    module costs each start and each fork.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send_bytes(self, *frames: bytes) -> None:
        """All at once: whoever waits for the first then finds the others."""
        self._socket.sendall(b"".join(len(f).to_bytes(4, "big") + f for f in frames))

    def recv_bytes(self) -> bytes:
        """One frame; empty when the grader has hung up."""
        return self._exactly(int.from_bytes(self._exactly(4), "big"))

    def _exactly(self, size: int) -> bytes:
        data = self._socket.recv(size, socket.MSG_WAITALL) if size else b""
        while 0 < len(data) < size:
            more = self._socket.recv(size - len(data), socket.MSG_WAITALL)
            if not more:
                return b""
            data += more
        return data


class Objects:
    """The objects that the grader holds handles to, and how values become bytes."""

    def __init__(self, root: Path, package: object) -> None:
        self._root = root
        self._objects: list[Any] = [package]  # handle 0 is known to both sides
        self._numbers: dict[int, int] = {id(package): 0}
        self._inline_left = 0
        self.answers: dict[int, Any] = {}

    def forget(self) -> None:
        """Let go of all but the package."""
        del self._objects[1:]
        self._numbers = {id(self._objects[0]): 0}
        self.answers.clear()

    def resolve(self, number: object) -> Any:
        if type(number) is int and -number in self.answers:
            return self.answers[-number]
        if type(number) is not int or not 0 <= number < len(self._objects):
            raise wire.WireFault("unknown handle")
        return self._objects[number]

    def begin_frame(self) -> None:
        """What one frame's requests answer is known to those that follow in it."""
        self.answers.clear()
        self._inline_left = 2 * wire.MAX_INLINE

    def encode_reply(self, value: object) -> object:
        tree = wire.encode(value, self._special)
        # The grader may hand a loss back to the tape, which has to know it again.
        return {"v": [self._number(value), tree]} if isinstance(value, VALUES) else tree

    def _special(self, value: object) -> object:
        if isinstance(value, np.generic) and value.dtype.kind in wire.KINDS:
            return wire.encode_number(value)
        for builtin in BUILTINS:  # a defaultdict is a dict too
            if isinstance(value, builtin) and type(value) is not builtin:
                return wire.encode(builtin(value), self._special)
        kind = next((name for name, types in KINDS.items() if isinstance(value, types)), "object")
        inline = self._inline(value) if kind == "array" else None
        named: Any = value if kind == "class" else type(value)
        return {"h": [self._number(value), kind, named.__name__[:80], inline]}

    def _inline(self, value: Any) -> object:
        plain = np.asarray(value)
        if plain.dtype.kind not in wire.KINDS or plain.nbytes > self._inline_left:
            return None
        self._inline_left -= plain.nbytes
        return wire.encode_array(plain)

    def _number(self, value: object) -> int:
        # One object, one number, so that `is` holds on the other side. The list keeps the object
        # alive, which keeps its id from being used again.
        number = self._numbers.setdefault(id(value), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)
        return number

    def describe(self, failure: BaseException) -> dict[str, object]:
        """An exception as fields."""
        known = raised.fields(failure, self._root, is_own=lambda path: True)
        return {**known, **loading.fields(failure)}


def is_placeholder(value: object) -> bool:
    """Whether it is what a stub returns that raises nothing."""
    if value is NotImplemented or value is ... or isinstance(value, NotImplementedError):
        return True
    return isinstance(value, type) and issubclass(value, NotImplementedError)


class Server:
    """Answers the grader's requests, in their order."""

    def __init__(self, root: Path, package: loading.Package, given: Path, progress: int) -> None:
        self._progress = progress
        self._objects = Objects(root, package)
        self._given_path = given
        self._given: ModuleType | None = None
        with suppress(BaseException):  # it fails again, and is told, where a test asks for it
            self._do_module(given.stem)  # once here costs less than once in every test

    def serve(self, link: Link) -> None:
        """Answer until the grader hangs up."""
        while frame := link.recv_bytes():
            requests = wire.unpack(frame)
            del frame  # large arrays should not be there twice while they are worked on
            replies = self.answers(requests)
            with suppress(Exception):  # what is printed belongs to the test that runs
                sys.stdout.flush()
            link.send_bytes(*replies)

    def answers(self, requests: list[list[Any]]) -> list[bytes]:
        """Frames with the answer to each request, up to the first that fails."""
        self._objects.begin_frame()
        replies: list[bytes] = []
        for place, request in enumerate(requests):
            if len(requests) > 1:
                self._tell(place)
            done, frames = self.answer(request)
            replies += frames
            if not done:
                break
        return replies

    def _tell(self, place: int) -> None:
        """Say which request of a frame begins: none has an answer before all of them have."""
        with suppress(OSError):
            os.pwrite(self._progress, bytes([min(place, 255)]), 0)

    def answer(self, request: list[Any]) -> tuple[bool, list[bytes]]:
        """Whether a request, which is empty afterwards, succeeded, and the frames that say so."""
        number, operation, *parts = request
        request.clear()
        try:
            # Under the same name: nobody else holds the arrays as they came.
            parts = [wire.decode(p, self._objects.resolve, writable=True) for p in parts]
            if operation == "array":
                return True, self._array(number, np.asarray(parts[0]))
            value = self._objects.answers[number] = getattr(self, f"_do_{operation}")(*parts)
            reply = wire.pack([number, "ok", self._objects.encode_reply(value)])
            if len(reply) > wire.MAX_FRAME:
                raise ValueError("the answer is too large to look at")
        except BaseException as failure:  # SystemExit and KeyboardInterrupt are answers too
            traceback.clear_frames(failure.__traceback__)  # memory may be what it ran out of
            return False, [wire.pack([number, "error", self._objects.describe(failure)])]
        return True, [reply]

    def _array(self, number: int, value: np.ndarray[Any, Any]) -> list[bytes]:
        if value.dtype == object and value.shape == () and value.item() is None:
            return [wire.pack([number, "ok", None])]
        if value.dtype == object and any(map(is_placeholder, value.ravel()[:1].tolist())):
            raise NotImplementedError
        wire.check_array(value)
        header = {"a": [value.dtype.str, list(value.shape), None]}
        return [wire.pack([number, "ok", header]), value.tobytes()]

    def failures(self, package: loading.Package) -> dict[str, object]:
        return {name: self._objects.describe(e) for name, e in package.failures.items()}

    def _do_forget(self) -> None:
        """Start afresh for the next session, but for what the student's own code remembers."""
        self._objects.forget()
        settings.BEFORE.restore()
        np.random.seed(0)

    def _do_module(self, name: str) -> object:
        if name != self._given_path.stem:
            with settings.put_back():
                return importlib.import_module(name)
        self._given = self._given or loading.from_file(self._given_path)
        return self._given

    def _do_get(self, target: object, name: str) -> object:
        return getattr(target, name)

    def _do_set(self, target: object, name: str, value: object) -> None:
        setattr(target, name, value)

    def _do_call(
        self, target: Any, name: str | None, args: list[Any], kwargs: dict[str, Any]
    ) -> object:
        function = target if name is None else getattr(target, name)
        return function(*args, **kwargs)

    def _do_run(self, *call: Any) -> None:
        # Nobody asks for the answer, so nothing in it can be wrong.
        if is_placeholder(self._do_call(*call)):
            raise NotImplementedError

    def _do_leave(self, *call: Any) -> None:
        self._do_call(*call)

    def _do_operate(self, name: str, args: list[Any]) -> object:
        return OPERATORS[name](*args)

    def _do_enter(self, target: Any) -> object:
        return type(target).__enter__(target)

    def _do_exit(self, target: Any, failed: bool) -> bool:
        # The block ran in the grader: an exception that left it arrives as one of the same role.
        failure = RuntimeError("the block under `with` failed") if failed else None
        kind = type(failure) if failure else None
        return bool(type(target).__exit__(target, kind, failure, None))


def fork_for_each_test(control: socket.socket, server: Server) -> None:
    """For each socket that the grader hands over, one child that serves on it alone."""
    while True:
        command, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not command:
            return
        try:
            child = os.fork()
        except OSError:  # too many processes are left: a worker that is gone gets a successor
            os._exit(1)
        if child == 0:
            control.close()
            serve_and_exit(server, descriptors[0])
        os.close(descriptors[0])
        _, status = os.waitpid(child, 0)
        control.sendall(status.to_bytes(4, "big"))


def serve_and_exit(server: Server, descriptor: int) -> None:
    """The whole life of a child; never returns into the fork server."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a loop must not outlive the grader
    try:
        server.serve(Link(socket.socket(fileno=descriptor)))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(0)


def close_memory() -> None:
    """From now on no test reaches into this process by /proc or ptrace, though it has its uid."""
    _prctl(PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        LIBC.prctl(option, value, 0, 0, 0)


def main() -> None:
    _, descriptor, folder, given, packed = sys.argv
    setup = wire.unpack(bytes.fromhex(packed))
    progress = setup.pop("progress")
    sys.argv = [setup.pop("script")]  # whoever reads the arguments at import was given none
    control, root = socket.socket(fileno=int(descriptor)), Path(folder)
    report = Link(control)
    standins.install(standins.own_modules(root))
    sys.path.insert(0, str(root))
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    # What goes wrong from here is the student's.
    report.send_bytes(wire.pack({"trying": setup["package"]}))
    # What Python or NumPy warns of, a student did not print.
    warnings.showwarning = lambda *args, **kwargs: None
    np.random.seed(0)  # a submission that draws from the global state is graded alike each time
    with settings.put_back():
        package = loading.Package(
            root,
            **setup,
            trying=lambda name: report.send_bytes(wire.pack({"trying": name})),
        )
    close_memory()
    server = Server(root, package, Path(given), progress)
    report.send_bytes(wire.pack({"ready": server.failures(package)}))
    sys.stdout.flush()  # else every child would print it again
    gc.collect()
    gc.freeze()  # so that no child's collection copies pages that all of them share
    fork_for_each_test(control, server)


if __name__ == "__main__":
    main()
