"""Two submissions with the same hidden cases tell their workers the same, however they differ.

Else what one saw of its cases could be told to the next: by a folder in which nobody looks, a date,
a link. A worker asks for all that there is to know of its copy, and of what was handed in.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.confinement import namespaces
from autograder.sandbox.confinement.privacy import closed_to_others, private_paths
from autograder.submission import traces
from tests.submissions import EXECUTES, RUNS, opened

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is closed")

FILES = {"lines/__init__.py": "", "lines/code.py": EXECUTES, "notes/a.txt": "a", "b.txt": "b"}

LOOK = """
import os
CACHE = "__pycache__"  # which Python writes as it imports
def entry(path):
    try: s = os.lstat(path)
    except OSError as fault: return str(fault)
    found = [s.st_mode, s.st_nlink, s.st_size]
    if cached(path): return found
    dates = [date if date < BEGUN else "by the grader" for date in (s.st_mtime, s.st_atime)]
    return found + dates[: 1 if os.path.isdir(path) or not path.startswith("/") else 2]
def cached(path): return os.path.exists(os.path.join(path, CACHE))
def below(top):
    try: names = [name for name in os.listdir(top) if name != CACHE]
    except OSError as fault: return str(fault)
    paths = [os.path.join(top, name) for name in names]
    return [[path, entry(path), text(path), below(path)] for path in paths]
def text(path):
    try: return open(path, errors="replace").read() if os.path.isfile(path) else os.readlink(path)
    except OSError as fault: return str(fault)
FOUND = [[entry(p), text(p), below(p)] for p in (HANDED_IN, HANDED_IN + "/.answers")]
answer = [FOUND, entry("."), below(".")]
"""


DATE = 10**9


def make(top: Path, names: list[str] | None = None) -> Path:
    """A folder with the files, in this order, all of one date."""
    for name in names or FILES:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(FILES[name], encoding="utf-8")
    for path in (*top.rglob("*"), top):
        os.utime(path, (DATE, DATE))
    return top


def told(path: Path, homework) -> tuple[object, str]:
    """All that a worker says of a submission, and what its hidden cases are drawn from."""
    private, begun = private_paths(path, path.parent / "results"), time.time()
    with closed_to_others(*private), opened(path) as submission, ExitStack() as open_sandbox:
        sandbox = Sandbox(homework, submission.copy_to, private=private)
        digest = submission.digest if sandbox.closes(path) else submission.open_digest
        session = open_sandbox.enter_context(open_sandbox.enter_context(sandbox).session(20))
        root = str(sandbox._workspace.submission)
        names = f"HANDED_IN, BEGUN = {str(path)!r}, {begun}\n"
        look = str(session.package.run(names + LOOK))
    return look.replace(root, ""), digest


def touch(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


@pytest.fixture(scope="module")
def place():
    """A folder for what is handed in: under one name, as that can be seen too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def executes(place):
    """A homework that runs the texts of a test."""
    touch(place / "given_curves.py")
    return replace(RUNS, given=place / "given_curves.py")


@pytest.fixture
def handed_in(place):
    """A folder that is handed in, as it is before anything differs."""
    yield make(place / "hw")
    shutil.rmtree(place / "hw")


@pytest.fixture(scope="module")
def before(place, executes):
    """What is told of such a folder, and of its zip: of each once, for all that may differ."""
    folder = told(make(place / "hw"), executes)
    shutil.rmtree(place / "hw")
    return folder, told(zipped(place / "hw.zip", list(FILES)), executes)


DIFFERENCES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda top: None,
    "a folder in which nobody looks": lambda top: (top / ".answers").mkdir(),
    "what is in it": lambda top: touch(top / ".answers" / "known", "1"),
    "caches": lambda top: touch(top / "lines" / "__pycache__" / "code.pyc"),
    "an empty folder": lambda top: (top / "notes" / "empty").mkdir(),
    "a link": lambda top: (top / ".answers").symlink_to("1234"),
    "a link among modules": lambda top: (top / "lines" / "known.py").symlink_to("1234"),
    "a pipe": lambda top: os.mkfifo(top / "pipe"),
    "a socket": lambda top: bind(top / "socket"),
    "a second name of a file": lambda top: (top / "c.txt").hardlink_to(top / "b.txt"),
    "one that nobody sees": lambda top: (
        (top / ".git").mkdir(),
        (top / ".git" / "b").hardlink_to(top / "b.txt"),
    ),
    "a date": lambda top: os.utime(top / "b.txt", (7, 7)),
    "when a file was read that nobody grades": lambda top: (
        touch(top / ".answers" / "known"),
        os.utime(top / ".answers" / "known", (7, 1234)),
    ),
    "the date of a folder": lambda top: os.utime(top / "notes", (7, 7)),
    "the date of it all": lambda top: os.utime(top, (7, 7)),
    "a mode": lambda top: (top / "b.txt").chmod(0o755),
    "the mode of a folder": lambda top: (top / "notes").chmod(0o700),
    "the mode of it all": lambda top: top.chmod(0o711),
    "the order in which files were made": lambda top: (
        shutil.rmtree(top),
        make(top, list(reversed(FILES))),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_differs_and_can_be_seen_changes_the_hidden_cases(handed_in, executes, before, name):
    (look, digest), _ = before
    DIFFERENCES[name](handed_in)
    other = told(handed_in, executes)
    assert other == (look, digest) or (other[1] != digest and name != "nothing")


def zipped(path: Path, names: list[str], comment: bytes = b"", year: int = 2024) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = comment
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), FILES.get(name, ""))
    os.utime(path, (DATE, DATE))
    return path


ZIPS: dict[str, Callable[[Path], Path]] = {
    "nothing": lambda path: zipped(path, list(FILES)),
    "a comment": lambda path: zipped(path, list(FILES), b"1234"),
    "dates": lambda path: zipped(path, list(FILES), year=1999),
    "order": lambda path: zipped(path, list(reversed(FILES))),
    "a folder in which nobody looks": lambda path: zipped(path, [*FILES, ".answers/known"]),
    "a name": lambda path: zipped(path.with_name("answers.zip"), list(FILES)),
    "a link": lambda path: zipped(path, [*FILES, "../outside"]),
}


@pytest.mark.parametrize("name", ZIPS)
def test_what_differs_and_can_be_seen_of_a_zip_does_too(place, executes, before, name):
    _, (look, digest) = before
    other = told(ZIPS[name](place / "hw.zip"), executes)
    assert other == (look, digest) or (other[1] != digest and name != "nothing")


@pytest.mark.skipif(namespaces.available(), reason="there the entry is hidden too")
def test_a_digest_without_what_an_entry_tells_is_blind(handed_in, executes, monkeypatch):
    """The number of folders in one that is closed stands in its own entry."""
    monkeypatch.setattr(traces, "of_entry", lambda path: b"")
    monkeypatch.setattr(traces, "of_all", lambda path, graded: b"")
    (look, digest), links = told(handed_in, executes), handed_in.stat().st_nlink
    (handed_in / ".answers").mkdir()
    if handed_in.stat().st_nlink == links:
        pytest.skip("on this file system a folder does not tell how many it holds")
    other = told(handed_in, executes)
    assert other[0] != look
    assert other[1] == digest
