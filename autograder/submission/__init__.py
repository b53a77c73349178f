"""Read a submission, a folder or a zip, and find the project in it; nothing in it is trusted."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.definition import Homework
from autograder.sandbox.private_folder import PrivateFolder
from autograder.shown import filename
from autograder.submission import advice, folders, traces, zips

MAX_FILES = 2000
MAX_BYTES = 64 * 1024 * 1024
COPIED = 1_000_000_000
"""The date of every file and folder in a worker's copy, in seconds: it tells a worker nothing."""


class SubmissionProblem(Exception):
    """There is nothing to grade; the message is a sentence for the student."""


class SeveralProjects(SubmissionProblem):
    """There are `count` projects or zips side by side, and nothing tells which to grade."""

    def __init__(self, count: int, message: str) -> None:
        super().__init__(message)
        self.count = count


@dataclass
class Submission:
    """A project: the folder `root` that holds the `package`, and what was noticed on the way.

    `handed_in` is the folder or the zip in which it was found.
    """

    root: Path
    package: str
    handed_in: Path
    notes: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """A digest of the content: the same files are graded with the same hidden cases.

        Nothing that a worker sees of its copy, or of what was handed in where that is closed to
        it, differs between two submissions of one digest.
        """
        total = hashlib.sha256(traces.of_entry(self.handed_in))
        for name, path in sorted(self._files()[0]):
            total.update(os.fsencode(f"{name}\0{path.stat().st_size}\0") + digest_of(path))
        return total.hexdigest()

    @property
    def open_digest(self) -> str:
        """The same where what was handed in is open to a worker, but for what is in its files."""
        graded = {path for _, path in self._files()[0]}
        seen = traces.of_all(self.handed_in, graded)
        return hashlib.sha256(self.digest.encode() + seen).hexdigest()

    def copy_to(self, target: Path) -> None:
        """Copy regular files, up to the bounds; what is left out is noted once."""
        target.mkdir(exist_ok=True)
        files, left_out = self._files()
        for name, path in files:
            self._copy(path, target / name)
        for path in (target, *target.rglob("*")):
            os.utime(path, (COPIED, COPIED))
        if left_out:
            self._note(
                f"Only {MAX_FILES} files and {MAX_BYTES >> 20} MB are looked at: "
                f"{advice.some(left_out)} left out."
            )

    def _files(self) -> tuple[list[tuple[str, Path]], list[str]]:
        """The files that are graded, up to the bounds, and the names of those that are left out."""
        kept: list[tuple[str, Path]] = []
        left_out: list[str] = []
        total = 0
        for name, path in sorted(folders.files(self.root), key=self._place):
            size = path.stat().st_size
            if len(kept) == MAX_FILES or total + size > MAX_BYTES:
                left_out.append(name)
            else:
                total += size
                kept.append((name, path))
        return kept, left_out

    def _place(self, found: tuple[str, Path]) -> tuple[bool, bool, int, str]:
        """The package and what lies beside it come first, then Python; near before deep."""
        name, _ = found
        is_own = "/" not in name or name.startswith(f"{self.package}/")
        return not is_own, not name.endswith(".py"), name.count("/"), name

    def _copy(self, path: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        except OSError as fault:
            name = filename(path.relative_to(self.root))
            self._note(f"{name} could not be read ({fault.strerror}); it was left out.")

    def _note(self, text: str) -> None:
        if text not in self.notes:  # a submission is copied for each worker that it wears out
            self.notes.append(text)


@contextmanager
def opened(path: Path, homework: Homework) -> Iterator[Submission]:
    """The submission at `path`; what was unpacked for it is gone afterwards.

    A zip that stands alone in place of a project is opened too: some systems pack twice.

    Raises:
        SubmissionProblem: nothing there, not readable, or not one package.
    """
    if not path.is_dir() and not path.is_file():
        raise SubmissionProblem(f"There is no submission: {filename(path.name)} does not exist.")
    with ExitStack() as unpacked:
        top, notes = (path, []) if path.is_dir() else _unpacked(path, unpacked)
        inner = _lone_zip(top)
        if inner is not None:
            try:
                top, more = _unpacked(inner, unpacked)
            except SubmissionProblem as problem:
                raise SubmissionProblem(
                    f"There is no folder `{homework.package}` in this submission, and {problem}"
                ) from problem
            notes += [f"Graded what {filename(inner.name)} in this submission holds.", *more]
        root, more = _find(top, homework)
        yield Submission(root, homework.package, path, notes + more)


def expect_whole(root: Path, homework: Homework) -> None:
    """Raise SubmissionProblem where a file is missing in the submission at `root`."""
    wanted = [homework.file(module) for module in homework.modules]
    wanted += [name for name in homework.scripts if name not in homework.optional]
    if missing := [name for name in wanted if not (root / name).is_file()]:
        them = ", ".join(map(filename, missing))
        raise SubmissionProblem(
            f"Nothing is graded without these files, which are missing: {them}."
        )


def _lone_zip(top: Path) -> Path | None:
    """The one zip of a submission that holds no Python file."""
    paths = [path for _, path in folders.files(top)]
    found = [path for path in paths if path.suffix.lower() == ".zip"]
    has_code = any(path.suffix == ".py" for path in paths)
    return found[0] if len(found) == 1 and not has_code else None


def _find(top: Path, homework: Homework) -> tuple[Path, list[str]]:
    """The one folder that holds the package, nearest to the top, and what to say of it."""
    package = homework.package
    candidates = sorted(_projects(top, package), key=lambda root: len(root.parts))
    if not candidates:
        raise _nothing_found(top, homework)
    depth = len(candidates[0].parts)
    nearest = [root for root in candidates if len(root.parts) == depth]
    names = [filename((root / package).relative_to(top)) for root in candidates]
    if len(nearest) > 1:
        raise SeveralProjects(
            len(nearest),
            f"There are {len(nearest)} folders named `{package}`: {', '.join(names[:5])}. "
            "Hand in one project, so that it is clear which to grade.",
        )
    notes = [f"Graded {names[0]}; ignored {', '.join(names[1:5])}."] if candidates[1:] else []
    notes += advice.misnamed(candidates[0], homework) + advice.links(candidates[0])
    return candidates[0], notes


def _nothing_found(top: Path, homework: Homework) -> SubmissionProblem:
    message = advice.nothing_found(top, homework)
    zips = [path for _, path in folders.files(top) if path.suffix.lower() == ".zip"]
    return SeveralProjects(len(zips), message) if zips[1:] else SubmissionProblem(message)


def _projects(top: Path, name: str) -> Iterator[Path]:
    for folder, below, _ in folders.walk(top):
        package = Path(folder, name)
        if name in below and not package.is_symlink():
            if any(file.endswith(".py") for file in folders.names(package)):
                yield Path(folder)
            below.remove(name)


def _unpacked(archive: Path, stack: ExitStack) -> tuple[Path, list[str]]:
    """A folder with what a zip holds, for as long as `stack` is open, and notes about it."""
    target = stack.enter_context(PrivateFolder("zip")) / "files"  # how many, no worker can see
    target.mkdir()
    shown = filename(archive.name)
    try:
        left_out = zips.unpack(archive, target, MAX_FILES, MAX_BYTES)
    except zips.ZipProblem as problem:
        raise SubmissionProblem(f"{shown} {problem}") from problem
    if not left_out:
        return target, []
    return target, [
        f"{shown} holds links or names outside of it: {advice.some(left_out)} left out."
    ]


def digest_of(path: Path) -> bytes:
    """A digest of a file's content; a file that cannot be read is not copied either."""
    if not os.access(path, os.R_OK):
        return b"closed"
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 16):
            total.update(chunk)
    return total.digest()
