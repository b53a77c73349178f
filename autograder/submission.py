"""Read a submission, a folder or a zip, and find the project in it: bounded, and without faith."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MAX_FILES = 2000
MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 30
MAX_READ = 2 * 1024 * 1024
"""Bytes read at once from a zip: its directory comes in one read, and grows 20-fold in memory."""
IGNORED = frozenset("__MACOSX __pycache__ node_modules venv env site-packages".split())
PACKAGE = "beras"
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


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
        files, complete = _bounded(self.root)
        for name, path in files:
            self._copy(path, target / name)
        if not complete:
            self.notes.append(
                f"Only the first {MAX_FILES} files and {MAX_BYTES >> 20} MB were looked at."
            )

    def _copy(self, path: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        except OSError as fault:
            name = path.relative_to(self.root).as_posix()
            self.notes.append(f"`{name}` could not be read ({fault.strerror}); it was left out.")


@contextmanager
def opened(path: Path) -> Iterator[Submission]:
    """The submission at `path`; what was unpacked for it is gone afterwards.

    Raises:
        SubmissionProblem: nothing there, not readable, or not one `beras/`.
    """
    if path.is_dir():
        yield _find(path)
    elif path.is_file():
        with tempfile.TemporaryDirectory(prefix="beras-zip-") as folder:
            _unpack(path, Path(folder))
            yield _find(Path(folder))
    else:
        raise SubmissionProblem(f"There is no submission: `{path.name}` does not exist.")


def _find(top: Path) -> Submission:
    """The one folder that holds `beras/`, nearest to the top."""
    candidates = sorted(_projects(top), key=lambda root: len(root.parts))
    if not candidates:
        raise SubmissionProblem(_nothing_found(top))
    depth = len(candidates[0].parts)
    nearest = [root for root in candidates if len(root.parts) == depth]
    names = [f"`{(root / PACKAGE).relative_to(top).as_posix()}`" for root in candidates]
    if len(nearest) > 1:
        raise SubmissionProblem(
            f"There are {len(nearest)} folders named `{PACKAGE}`: {', '.join(names[:5])}. "
            "Hand in one project, so that it is clear which to grade."
        )
    notes = [f"Graded {names[0]}; ignored {', '.join(names[1:5])}."] if candidates[1:] else []
    return Submission(candidates[0], notes)


def _projects(top: Path) -> Iterator[Path]:
    for folder, folders, _ in _walk(top):
        package = Path(folder, PACKAGE)
        if PACKAGE in folders and not package.is_symlink():
            if any(name.endswith(".py") for name in _names(package)):
                yield Path(folder)
            folders.remove(PACKAGE)


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _nothing_found(top: Path) -> str:
    seen = list(_walk(top))
    alike = [Path(folder, f) for folder, below, _ in seen for f in below if f.lower() == PACKAGE]
    if alike:
        name = alike[0].relative_to(top).as_posix()
        if alike[0].is_symlink():
            return f"`{name}` is a link; hand in the folder itself."
        return f"`{name}` holds no Python file, or is not named `{PACKAGE}` in small letters."
    if any("layers.py" in files for _, _, files in seen):
        return f"The modules are there, but not in a folder named `{PACKAGE}`; put them in one."
    return f"There is no folder `{PACKAGE}` in this submission; hand in the folder that holds it."


def _walk(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """`os.walk` without what nobody wrote, and no deeper than `MAX_DEPTH`."""
    for folder, folders, files in os.walk(top):
        kept = sorted(f for f in folders if f not in IGNORED and not f.startswith("."))
        is_deep = len(Path(folder).parts) - len(top.parts) >= MAX_DEPTH
        folders[:] = [] if is_deep else kept  # before Python 3.12 os.walk recurses
        yield folder, folders, files


def _bounded(root: Path) -> tuple[list[tuple[str, Path]], bool]:
    """The files that are graded, up to the bounds, and whether these are all."""
    kept: list[tuple[str, Path]] = []
    total = 0
    for name, path in _files(root):
        total += path.stat().st_size
        if len(kept) == MAX_FILES or total > MAX_BYTES:
            return kept, False
        kept.append((name, path))
    return kept, True


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Regular files below `root`, Python first: a link or a pipe is nobody's solution."""
    found = []
    for folder, _, files in _walk(root):
        for name in sorted(files):
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                found.append((path.relative_to(root).as_posix(), path))
    yield from sorted(found, key=lambda pair: (not pair[0].endswith(".py"), pair[0]))


class _Sparing(io.FileIO):
    """A file of which nobody reads much at once, as `zipfile` does with what a zip claims."""

    def read(self, size: int | None = -1) -> bytes:
        wanted = MAX_READ + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, MAX_READ + 1)) or b""
        if len(data) > MAX_READ:
            raise zipfile.BadZipFile("it lists too many files")
        return data


def _unpack(archive: Path, target: Path) -> None:
    try:
        with _Sparing(archive) as file, zipfile.ZipFile(file) as opened_zip:
            members = [m for m in opened_zip.infolist() if m.filename[-1:] not in ("/", "\\")]
            if len(members) > MAX_FILES or sum(m.file_size for m in members) > MAX_BYTES:
                raise SubmissionProblem(
                    f"`{archive.name}` unpacks to more than {MAX_FILES} files or "
                    f"{MAX_BYTES >> 20} MB; leave data and environments out."
                )
            if any(m.compress_type not in PLAIN_METHODS for m in members):
                # Python's bzip2 and LZMA unpack whole blocks, whatever size was asked for.
                raise SubmissionProblem(
                    f"`{archive.name}` is packed in an unusual way; make an ordinary zip of it."
                )
            for member in members:
                _extract(opened_zip, member, target)
    except SubmissionProblem:
        raise
    except Exception as fault:  # also zlib.error, UnicodeDecodeError, IndexError: see zipfile
        reason = getattr(fault, "strerror", None) or " ".join(str(fault).split())[:200]
        raise SubmissionProblem(
            f"`{archive.name}` is not a zip file that can be opened ({reason})."
        ) from fault


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """One regular file, inside `target` whatever its name says."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    mode = member.external_attr >> 16
    if name.is_absolute() or ".." in name.parts or stat.S_ISLNK(mode):
        return
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size  # the sizes were added up before; no byte more
    with archive.open(member) as source, path.open("wb") as copy:
        while left > 0 and (chunk := source.read(min(left, 1 << 16))):
            copy.write(chunk)
            left -= len(chunk)
