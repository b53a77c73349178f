"""The checks by which a class is graded: a grading is reused only if they are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import __version__, salt
from autograder.definition import Homework
from autograder.grading import versions

OURS = Path(__file__).resolve().parents[1]
APART = ("audit", "bundle", "classroom", "commands", "home", "template")
"""Folders of ours that a grading does not use."""


@dataclass(frozen=True)
class Checks:
    """Digests of what grades and of what the course sets, and the packages that it ran with."""

    version: str
    sources: str
    rubric: str
    salt: str
    edition: str
    settings: str
    packages: str

    @property
    def digest(self) -> str:
        """One digest of it all."""
        return _digest(json.dumps(asdict(self), sort_keys=True).encode())


def of(homework: Homework) -> Checks:
    """The checks of a homework as they are on this machine now."""
    return Checks(
        version=__version__,
        sources=_digest(*_contents(homework)),
        rubric=_digest(
            repr(
                [*homework.rubric.stages.values(), *homework.rubric.items, homework.policy]
            ).encode()
        ),
        salt=_digest(b"salt of the hidden cases", salt.secret()),
        edition=homework.name,
        settings=_digest(repr(_settings(homework)).encode()),
        packages=json.dumps(versions(), sort_keys=True),
    )


def _settings(homework: Homework) -> tuple[object, ...]:
    """What a course sets beside the rubric."""
    board = homework.leaderboard and homework.leaderboard.title
    form = homework.form and (homework.form.name, homework.form.is_fixed)
    return homework.rubric.total, homework.budget, homework.policy, board, form


def _contents(homework: Homework) -> Iterator[bytes]:
    """Names and contents of all files that decide how a grading ends."""
    for root in (OURS, homework.checks, homework.given):
        for path in sorted(_sources(root)):
            yield path.relative_to(root.parent).as_posix().encode()
            yield path.read_bytes()


def _sources(root: Path) -> Iterable[Path]:
    if root.is_file():
        return [root]
    return (path for path in root.rglob("*") if path.is_file() and _decides(path, root))


def _decides(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    is_apart = root == OURS and parts[0] in APART
    return not is_apart and "__pycache__" not in parts and path != salt.SALT_FILE


def _digest(*parts: bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:32]
