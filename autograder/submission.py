"""Read a submission, a folder or a zip, and find the project in it: bounded, and without faith."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder import zips
from autograder.sandbox.loading import HOMES

MAX_FILES = 2000
MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 30
IGNORED = frozenset("__MACOSX __pycache__ node_modules venv env site-packages".split())
PACKAGE = "beras"
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")


class SubmissionProblem(Exception):
    """There is nothing to grade; the message is a sentence for the student."""


@dataclass
class Submission:
    """A project: the folder that holds `beras/`, and what was noticed on the way."""

    root: Path
    notes: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Names the content, so that the same files are graded with the same hidden cases."""
        total = hashlib.sha256()
        for name, path in sorted(_bounded(self.root)[0]):
            total.update(f"{name}\0{path.stat().st_size}\0".encode(errors="replace"))
            if name.endswith(".py") and os.access(path, os.R_OK):
                with path.open("rb") as file:
                    while chunk := file.read(1 << 16):
                        total.update(chunk)
        return total.hexdigest()

    def copy_to(self, target: Path) -> None:
        """Copy regular files, up to the bounds; what is left out is noted."""
        target.mkdir(exist_ok=True)
        files, left_out = _bounded(self.root)
        for name, path in files:
            self._copy(path, target / name)
        if left_out:
            self.notes.append(
                f"Only {MAX_FILES} files and {MAX_BYTES >> 20} MB are looked at: "
                f"{_some(left_out)} left out."
            )

    def _copy(self, path: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        except OSError as fault:
            name = _quoted(path.relative_to(self.root))
            self.notes.append(f"{name} could not be read ({fault.strerror}); it was left out.")


@contextmanager
def opened(path: Path) -> Iterator[Submission]:
    """The submission at `path`; what was unpacked for it is gone afterwards.

    A zip that stands alone in place of a project is opened too: some systems pack twice.

    Raises:
        SubmissionProblem: nothing there, not readable, or not one `beras/`.
    """
    if not path.is_dir() and not path.is_file():
        raise SubmissionProblem(f"There is no submission: {_quoted(path.name)} does not exist.")
    with ExitStack() as unpacked:
        top, notes = (path, []) if path.is_dir() else _unpacked(path, unpacked)
        inner = _lone_zip(top)
        if inner is not None:
            try:
                top, more = _unpacked(inner, unpacked)
            except SubmissionProblem as problem:
                raise SubmissionProblem(
                    f"There is no folder `{PACKAGE}` in this submission, and {problem}"
                ) from problem
            notes += [f"Graded what {_quoted(inner.name)} in this submission holds.", *more]
        found = _find(top)
        found.notes[:0] = notes
        yield found


def _lone_zip(top: Path) -> Path | None:
    """The one zip of a submission that holds no Python file."""
    paths = [path for _, path in _files(top)]
    found = [path for path in paths if path.suffix.lower() == ".zip"]
    has_code = any(path.suffix == ".py" for path in paths)
    return found[0] if len(found) == 1 and not has_code else None


def _archives(top: Path) -> list[Path]:
    return [path for _, path in _files(top) if path.suffix.lower() in ARCHIVES]


def _find(top: Path) -> Submission:
    """The one folder that holds `beras/`, nearest to the top."""
    candidates = sorted(_projects(top), key=lambda root: len(root.parts))
    if not candidates:
        raise SubmissionProblem(_nothing_found(top))
    depth = len(candidates[0].parts)
    nearest = [root for root in candidates if len(root.parts) == depth]
    names = [_quoted((root / PACKAGE).relative_to(top)) for root in candidates]
    if len(nearest) > 1:
        raise SubmissionProblem(
            f"There are {len(nearest)} folders named `{PACKAGE}`: {', '.join(names[:5])}. "
            "Hand in one project, so that it is clear which to grade."
        )
    notes = [f"Graded {names[0]}; ignored {', '.join(names[1:5])}."] if candidates[1:] else []
    return Submission(candidates[0], notes + _misnamed(candidates[0]) + _links(candidates[0]))


def _projects(top: Path) -> Iterator[Path]:
    for folder, folders, _ in _walk(top):
        package = Path(folder, PACKAGE)
        if PACKAGE in folders and not package.is_symlink():
            if any(name.endswith(".py") for name in _names(package)):
                yield Path(folder)
            folders.remove(PACKAGE)


def _names(folder: Path) -> list[str]:
    """What a folder holds; nothing when it cannot be entered."""
    try:
        names = sorted(path.name for path in folder.iterdir())
        return names if os.access(folder, os.X_OK) else []
    except OSError:
        return []


def _misnamed(root: Path) -> list[str]:
    """A sentence for each module that is there under another name only; also for `__init__`."""
    names, notes = _names(root / PACKAGE), []
    if "__init__.py" not in names:
        notes.append(
            f"`{PACKAGE}/__init__.py` is missing: `import {PACKAGE}` alone brings no names."
        )
    for home in HOMES:
        if f"{home}.py" in names or home in names:
            continue
        for name in names:
            shown = _quoted(f"{PACKAGE}/{name}")
            if name.lower() == f"{home}.py":
                notes.append(f"{shown} must be named `{home}.py`, in small letters.")
            elif name.lower() == f"{home}.ipynb":
                notes.append(f"{shown} is a notebook; save its code as `{PACKAGE}/{home}.py`.")
    return notes


def _links(root: Path) -> list[str]:
    """A sentence if links were left out."""
    found = [
        Path(folder, name).relative_to(root).as_posix()
        for folder, folders, files in _walk(root)
        for name in folders + files
        if Path(folder, name).is_symlink()
    ]
    if not found:
        return []
    return [f"Links are not followed, {_some(found)} left out; hand in the files themselves."]


def _nothing_found(top: Path) -> str:
    seen = list(_walk(top))
    alike = [Path(folder, f) for folder, below, _ in seen for f in below if f.lower() == PACKAGE]
    files = [name for _, _, names in seen for name in names]
    missing = f"There is no folder `{PACKAGE}` in this submission"
    if alike:
        return _unusable(alike[0], _quoted(alike[0].relative_to(top)))
    if "layers.py" in files:
        return f"The modules are there, but not in a folder named `{PACKAGE}`; put them in one."
    if f"{PACKAGE}.py" in files:
        return (
            f"`{PACKAGE}.py` is one file; put its classes in the modules of a folder `{PACKAGE}`."
        )
    if archives := _archives(top):
        return f"{missing}, but {_quoted(archives[0].name)}; unpack it and hand in the folder."
    if any(name.endswith(".ipynb") for name in files):
        return f"{missing}. A notebook cannot be graded: save its code in the modules of `beras`."
    if not files:
        return f"{missing}: it is empty. Hand in the folder that holds `{PACKAGE}`."
    return f"{missing}; hand in the folder that holds it."


def _unusable(folder: Path, shown: str) -> str:
    """Why a folder with the name of the package, in whatever letters, is none."""
    if folder.is_symlink():
        return f"{shown} is a link; hand in the folder itself."
    if folder.name != PACKAGE:
        return f"{shown} must be named `{PACKAGE}`, in small letters."
    if not os.access(folder, os.R_OK | os.X_OK):
        return f"{shown} cannot be read; give everybody the right to read it."
    if any(name.endswith(".ipynb") for name in _names(folder)):
        return f"{shown} holds no Python file. A notebook cannot be graded: save its code as .py."
    return f"{shown} holds no Python file."


def _quoted(name: Path | str) -> str:
    """A name in a sentence: whatever its letters are, it stays one short word there."""
    text = (name if isinstance(name, str) else name.as_posix()).encode(errors="replace").decode()
    text = "".join(c if c.isprintable() else "?" for c in text).replace("`", "'")
    return f"`{text[:40]}...{text[-40:]}`" if len(text) > 90 else f"`{text}`"


def _some(names: list[str]) -> str:
    """The first name and how many follow, with their verb."""
    more = f" and {len(names) - 1} more were" if names[1:] else " was"
    return f"{_quoted(names[0])}{more}"


def _walk(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """`os.walk` without what nobody wrote or nobody may enter, no deeper than `MAX_DEPTH`."""
    for folder, folders, files in os.walk(top):
        if not os.access(folder, os.X_OK):  # an ordinary user may see its names and no more
            folders.clear()
            continue
        kept = sorted(f for f in folders if f not in IGNORED and not f.startswith("."))
        is_deep = len(Path(folder).parts) - len(top.parts) >= MAX_DEPTH
        folders[:] = [] if is_deep else kept  # before Python 3.12 os.walk recurses
        yield folder, folders, files


def _bounded(root: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The files that are graded, up to the bounds, and the names of those that are left out."""
    kept: list[tuple[str, Path]] = []
    left_out: list[str] = []
    total = 0
    for name, path in _files(root):
        size = path.stat().st_size
        if len(kept) == MAX_FILES or total + size > MAX_BYTES:
            left_out.append(name)
        else:
            total += size
            kept.append((name, path))
    return kept, left_out


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Regular files below `root`, Python first: a link or a pipe is nobody's solution."""
    found = []
    for folder, _, files in _walk(root):
        for name in sorted(files):
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                found.append((path.relative_to(root).as_posix(), path))
    yield from sorted(found, key=lambda pair: (not pair[0].endswith(".py"), pair[0]))


def _unpacked(archive: Path, stack: ExitStack) -> tuple[Path, list[str]]:
    """A folder with what a zip holds, for as long as `stack` is open, and notes about it."""
    target = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beras-zip-")))
    shown = _quoted(archive.name)
    try:
        left_out = zips.unpack(archive, target, MAX_FILES, MAX_BYTES)
    except zips.ZipProblem as problem:
        raise SubmissionProblem(f"{shown} {problem}") from problem
    if not left_out:
        return target, []
    return target, [f"{shown} holds links or names outside of it: {_some(left_out)} left out."]
