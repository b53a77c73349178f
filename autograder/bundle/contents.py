"""Which files Gradescope gets, and which it must never get."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.project import Project

NEEDED = ("requirements/grade.txt", "run_autograder", "setup.sh")
"""What is beside the grader."""

GRADER = "autograder"
SALT = f"{GRADER}/salt.txt"
COURSE = "course.toml"

APART = ("audit", "bundle", "classroom", "home", "key.py", "template")
"""What is in the grader's folder and no grading uses; some tell how the checks are proved."""

KINDS = (".py", ".npz")
"""Code and data: what else lies in the grader's folders is nobody's, or an editor's."""

_SOLVED = re.compile(rb"^[ \t]*# BEGIN SOLUTION", re.MULTILINE)


class BundleError(ValueError):
    """Why there is no bundle; a line for each reason."""


def keep_salt(root: Path) -> bool:
    """Make a salt where there is none, or an empty one; returns whether it did."""
    path = root / SALT
    if path.is_file() and path.read_bytes().strip():
        return False
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(f"{secrets.token_hex(32)}\n", encoding="utf-8")
    return True


def collect(root: Path, course: Path | None = None) -> dict[str, bytes]:
    """All that Gradescope needs of a clone, and `course` as the settings: content by path, sorted.

    Raises BundleError where something is missing.
    """
    missing = [name for name in (*NEEDED, SALT) if not (root / name).is_file()]
    if missing:
        raise BundleError("\n".join(f"{root / name}: is missing." for name in missing))
    paths = [*NEEDED, SALT, *_grader(root)]
    files = {path: (root / path).read_bytes() for path in paths}
    if course is not None and course.is_file():
        files[COURSE] = course.read_bytes()
    return dict(sorted(files.items()))


def _grader(root: Path) -> Iterator[str]:
    for path in (root / GRADER).rglob("*"):
        below = path.relative_to(root / GRADER)
        if path.suffix in KINDS and below.parts[0] not in APART and path.is_file():
            yield f"{GRADER}/{below.as_posix()}"


def leaks(files: Mapping[str, bytes], projects: Sequence[Project]) -> list[str]:
    """A line for each file that would give away a solution, or how the checks are proved."""
    private = {content: path for project in projects for path, content in _private(project)}
    reasons = ((path, _leak(path, content, private)) for path, content in files.items())
    return [
        f"{path}: {reason}; it must not go to Gradescope." for path, reason in reasons if reason
    ]


def _leak(path: str, content: bytes, private: Mapping[bytes, str]) -> str:
    top, _, below = path.partition("/")
    if path not in (*NEEDED, COURSE) and (top != GRADER or below.partition("/")[0] in APART):
        return "is nothing that grades"
    if path.endswith(".py") and _SOLVED.search(content):
        return "holds a solution"
    return f"is the same as {private[content]}" if content in private else ""


def _private(project: Project) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file of a solution, and of what proves the checks."""
    for folder in {project.reference, project.shared, project.wheats, project.chaffs} - {""}:
        for path in (project.root / folder).rglob("*.py"):
            if content := path.read_bytes().strip() and path.read_bytes():
                yield path.relative_to(project.root).as_posix(), content
