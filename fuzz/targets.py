"""What must hold for any bytes from outside: targets for a fuzzer, and for tests of their own.

Each target takes bytes and raises `AssertionError` (or anything else) where an invariant breaks:

- no exception but the one family that callers expect;
- no more memory than the bounds allow (the fuzzer watches its own process);
- no hang, and nothing written outside the folder meant for it.
"""

from __future__ import annotations

import io
import os
import socket
import stat
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder import submission
from autograder.raised import Raised
from autograder.sandbox.deadline import Clock
from autograder.sandbox.faults import StudentError, WorkerLost
from autograder.sandbox.inside import wire
from autograder.sandbox.remote import Answer, Remote, RemoteArray
from autograder.sandbox.session import Session, Shared
from tests.small import SMALL

Target = Callable[[bytes], None]

# ---- the decoder ----


class Handle:
    """An object of the other side, with whatever it wrote about it."""

    def __init__(self, body: object) -> None:
        self.body = body


def decode_frame(data: bytes) -> None:
    """Any frame is a `WireFault` or a plain value, and a value survives another crossing."""
    try:
        value = wire.decode(wire.unpack(data), Handle)
    except wire.WireFault:
        return
    assert_plain(value)
    crossed = wire.decode(wire.unpack(wire.pack(wire.encode(value, _special))), Handle)
    assert repr(crossed) == repr(value) or "Handle" in repr(value)


def _special(value: object) -> object:
    if isinstance(value, Handle):
        return {"h": 0}
    if type(value) is int:  # msgpack reads integers up to 2**64, and no decoder minds
        return value
    if isinstance(value, np.generic):
        return wire.encode_number(value)
    assert isinstance(value, np.ndarray), type(value)
    return {"a": wire.encode_array(value)}


def assert_plain(value: object, depth: int = 0) -> None:
    """Only builtin values, bounded arrays of numbers and handles, nested no deeper than allowed."""
    assert depth <= wire.MAX_DEPTH + 1
    kind = type(value)
    if isinstance(value, Answer):
        assert type(value.number) is int
        kind = kind.__bases__[0]
    if kind in (list, tuple):
        for part in value:  # type: ignore[attr-defined]
            assert_plain(part, depth + 1)
    elif kind is dict:
        for pair in value.items():  # type: ignore[attr-defined]
            assert_plain(pair, depth + 1)
    elif kind is slice:
        assert_plain([value.start, value.stop, value.step], depth)  # type: ignore[attr-defined]
    elif kind is np.ndarray:
        assert value.dtype.kind in wire.KINDS
        assert value.nbytes <= wire.MAX_ARRAY
        assert value.ndim <= wire.MAX_DIMENSIONS
    else:
        own = (Handle, Remote, RemoteArray)
        assert value is None or kind in (*wire.PLAIN, *own) or issubclass(kind, np.generic), kind


# ---- the client ----


def converse(data: bytes) -> None:
    """Whatever a worker answers, each operation ends as a value, a student's error or a loss.

    The first byte chooses the operations, the rest is the stream that the worker writes.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data[1:])
        theirs.shutdown(socket.SHUT_WR)  # a worker that has nothing more to say
        session = Session(ours, Clock(1.0), SMALL, Shared({}, makes={"Tensor": RemoteArray}))
        try:
            for operation in (*_operations(data[:1]), "settle"):
                _one(session, operation)
        except WorkerLost as lost:
            assert_worded(lost)
        finally:
            session.close()


def _operations(choice: bytes) -> Iterator[str]:
    number = choice[0] if choice else 0
    for _ in range(3):
        yield ("request", "array", "has", "use", "made", "later")[number % 6]
        number //= 6


def _one(session: Session, operation: str) -> None:
    try:
        if operation == "array":
            (found,) = session.fetch_arrays(session.package)
            assert_plain(found)
            assert found is None or found.flags.writeable is False or found.size == 0
        elif operation == "has":
            assert session.has("Dense") in (True, False)
        elif operation == "made":
            assert_plain(np.array(session.make("Tensor", "get", session.package, "Tensor")))
        elif operation == "settle":
            session.settle()
        elif operation == "later":
            session.later("get", session.package, "Dense")
        else:
            value = session.request("get", session.package, "Dense")
            assert_plain(value)
            if operation == "use" and type(value) is RemoteArray:
                assert_plain(np.array(value))
    except StudentError as error:
        assert_worded(error)
        assert_bounded(error.raised)


def assert_worded(failure: BaseException) -> None:
    """It says something, and not too much."""
    assert 0 < len(str(failure)) <= 2210


def assert_bounded(raised: Raised) -> None:
    """Texts and numbers where they belong, none too long, and no file but one of ours."""
    texts = [raised.type_name, raised.base, raised.absent, raised.item, raised.file, raised.missing]
    texts += [text for file, _, function in raised.frames for text in (file, function)]
    assert all(type(text) is str and len(text) <= 200 for text in texts)
    assert all(type(number) is int for number in (raised.errno, *(f.line for f in raised.frames)))
    assert len(raised.frames) <= 12
    assert raised.file in ("", *map(SMALL.file, SMALL.modules))


# ---- the reader of submissions ----

SECRET = b"nobody may read this"


def read_zip(data: bytes) -> None:
    """Any file is refused in one sentence or read into bounded files, all of them inside."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        top = Path(folder)
        (top / "hw.zip").write_bytes(data)
        _read(top, top / "hw.zip")


def read_built_zip(data: bytes) -> None:
    """The same for a zip whose members, names, modes and sizes the bytes describe."""
    read_zip(_built(data))


def read_folder(data: bytes) -> None:
    """The same for a folder of files and links that the bytes describe."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        top = Path(folder)
        (top / "secret.py").write_bytes(SECRET)
        (top / "hw").mkdir()
        for record in _records(data):
            _make(top / "hw", *record)
        _read(top, top / "hw")


def _read(top: Path, path: Path) -> None:
    (top / "scratch").mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(top / "scratch")
    kept = set(top.iterdir())
    try:
        with submission.opened(path, SMALL) as found:
            assert len(found.digest) == 64
            found.copy_to(top / "copy")
        _assert_bounded(top / "copy")
        _assert_sentences(found.notes, top)
    except submission.SubmissionProblem as problem:
        _assert_sentences([str(problem)], top)
    finally:
        tempfile.tempdir = before
    assert set(top.iterdir()) <= kept | {top / "copy"}, "something was written outside"
    assert not list((top / "scratch").iterdir()), "something was left behind"


def _assert_bounded(copy: Path) -> None:
    sizes = []
    for folder, _, files in os.walk(copy):
        for name in files:
            path = Path(folder, name)
            assert stat.S_ISREG(path.lstat().st_mode)
            sizes.append(path.stat().st_size)
            assert not path.read_bytes().startswith(SECRET), "a link was followed"
    assert len(sizes) <= submission.MAX_FILES
    assert sum(sizes) <= submission.MAX_BYTES


def _assert_sentences(texts: list[str], top: Path) -> None:
    for text in texts:
        assert text.endswith("."), text
        assert "\n" not in text
        assert str(top) not in text
        assert len(text) < 4000


NAMES = (
    *("lines", "Lines", "lines.py", "line.py", "Line.py", "mean.py", "a.ipynb", "hw.zip", "b"),
    *("..", ".", "", "/", "\\", "C:", "__MACOSX", ".git", "é", "\ud800", "\n", "`", "x" * 250),
)


def _records(data: bytes) -> Iterator[tuple[str, int, bytes]]:
    """`(name, kind, content)` for every 6 bytes: four parts of a path, a kind and a size."""
    for start in range(0, min(len(data) - 5, 600), 6):
        *parts, kind, size = data[start : start + 6]
        path = "/".join(NAMES[part % len(NAMES)] for part in parts if part < 128)
        yield path, kind, data[: size % 64]


def _built(data: bytes) -> bytes:
    """A zip by the module that wrote it, so that what is odd is never just its checksum."""
    written = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(written, "w") as archive:
        warnings.simplefilter("ignore")  # of two members with one name
        for path, kind, content in _records(data):
            info = zipfile.ZipInfo("placeholder")
            info.filename = path.encode(errors="replace").decode().replace("/", "/\\"[kind % 2])
            info.compress_type = kind // 2 % 2 * zipfile.ZIP_DEFLATED
            info.external_attr = (0, stat.S_IFLNK, stat.S_IFREG, stat.S_IFIFO)[kind // 8 % 4] << 16
            info.create_system = kind // 32 % 4
            archive.writestr(info, content)
    found = bytearray(written.getvalue())
    place = found.rfind(b"PK\1\2")
    if data[:1] > b"\xc8" and place >= 0:  # its directory lies about the last member
        found[place + 10] = (data[0] >> 2) % 16  # how it is packed
        found[place + 24 : place + 28] = struct.pack("<I", data[0] << data[0] % 20)
    return bytes(found)


def _make(top: Path, name: str, kind: int, content: bytes) -> None:
    """One file, link, pipe or folder below `top`; what the file system refuses is left out."""
    parts = [p for p in name.split("/") if p not in ("", ".", "..") and "\ud800" not in p]
    path = top.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind % 8 == 1:
            path.symlink_to(top.parent / "secret.py")
        elif kind % 8 == 2:
            path.symlink_to(top)
        elif kind % 8 == 3:
            os.mkfifo(path)
        elif kind % 8 == 4:
            path.mkdir()
        elif not path.exists():
            path.write_bytes(_built(content) if name.endswith(".zip") else content)
            if kind % 8 == 5:
                path.chmod(0)
    except OSError:
        pass


# ---- where a fuzzer starts ----


def _frames() -> list[bytes]:
    values: list[Any] = [
        None,
        {"t": [1, -2.5, True, "text", b"bytes"]},
        {"d": [["key", [1, 2]], [3, {"t": []}]]},
        {"s": [0, None, -1]},
        {"a": ["<f8", [2, 1], bytes(16)]},
        {"a": ["|b1", [], b"\1"]},
        {"n": ["<f4", [], bytes(4)]},
        [{"h": [1, "array", "Tensor", ["<f8", [2], bytes(16)]]}, {"h": [0, "object", "x", None]}],
        {"h": 3},
    ]
    return [wire.pack(value) for value in values]


def _framed(*replies: object) -> bytes:
    frames = [r if isinstance(r, bytes) else wire.pack(r) for r in replies]
    return b"".join(struct.pack(">I", len(frame)) + frame for frame in frames)


def _conversations() -> list[bytes]:
    array = {"a": ["<f8", [2], None]}
    error = {"type": "Own", "base": "ValueError", "message": "no", "frames": [["a.py", 1, "f"]]}
    handle = {"h": [1, "array", "Tensor", None]}
    return [
        b"\0" + _framed([1, "ok", 5], [2, "ok", handle], [3, "error", error]),
        b"\1" + _framed([1, "ok", array], bytes(16), [2, "ok", None]),
        b"\2" + _framed([1, "error", error], [2, "ok", None]),
        b"\3" + _framed([1, "ok", handle], [2, "ok", array], bytes(16)),
        b"\0" + _framed([1, "ok", {"v": [1, 0.5]}], [2, "ok", {"v": [2, {"t": [handle]}]}]),
        b"\0" + b"\xff\xff\xff\xff" + b"\0" * 7 + b"\x01x",
    ]


def _zips() -> list[bytes]:
    return [
        _built(bytes([0, 200, 200, 200, k, 9, 0, 3, 200, 200, k, 20])) for k in range(0, 256, 9)
    ]


TARGETS: dict[str, tuple[Target, Callable[[], list[bytes]]]] = {
    "wire": (decode_frame, _frames),
    "session": (converse, _conversations),
    "zip": (read_zip, _zips),
    "built-zip": (read_built_zip, lambda: [bytes([0, 3, 200, 200, 8, 9]) * 3]),
    "folder": (
        read_folder,
        lambda: [bytes([p, 3, 200, 200, k, 9]) * 3 for p in (0, 8) for k in range(8)],
    ),
}
"""What to run, and well-formed inputs to start from."""
