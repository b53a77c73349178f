"""The students' template: built from the reference, the checks and the handout."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.homework.beras import BERAS
from autograder.template import documents
from autograder.template.files import TemplateError, difference, refuse_to_overwrite, write
from autograder.template.linter import tidied
from autograder.template.proof import mistakes
from autograder.template.stubs import MarkError, strip

__all__ = [
    "OUTPUT",
    "ROOT",
    "SUPPORT",
    "TemplateError",
    "build",
    "checked",
    "difference",
    "documents",
    "mistakes",
    "refuse_to_overwrite",
    "write",
]

ROOT = Path(__file__).resolve().parents[2]

OUTPUT = ROOT / "student_template"
"""The project's own copy of the template, which is always as generated."""

SUPPORT = (
    "autograder/__init__.py",
    "autograder/definition.py",
    "autograder/outcomes.py",
    "autograder/rubric_table.py",
    "autograder/shown.py",
    "autograder/home/__init__.py",
    "autograder/home/failures.py",
    "autograder/home/handin.py",
    "autograder/home/modules.py",
    "autograder/home/plugin.py",
    "autograder/homework/__init__.py",
    "autograder/homework/beras.py",
    "autograder/homework/contract.py",
    "autograder/homework/digits.py",
    "autograder/homework/given_layers.py",
    "autograder/homework/oracles.py",
    "autograder/homework/rubric.py",
    "autograder/homework/checks/__init__.py",
    "autograder/homework/checks/asking.py",
    "autograder/homework/checks/calls.py",
    "autograder/homework/checks/learning.py",
    "autograder/homework/checks/problems.py",
    "autograder/homework/checks/spelling.py",
    "autograder/homework/data/digits.npz",
    "autograder/hosting/__init__.py",
    "autograder/hosting/judging.py",
    "autograder/hosting/plugin.py",
    "autograder/hosting/provider.py",
    "autograder/report/__init__.py",
    "autograder/report/console.py",
    "autograder/report/sentences.py",
    "autograder/sandbox/__init__.py",
    "autograder/sandbox/faults.py",
    "autograder/sandbox/inside/__init__.py",
    "autograder/sandbox/inside/loading.py",
    "autograder/sandbox/inside/raised.py",
    "autograder/sandbox/inside/standins.py",
    "autograder/truth/__init__.py",
    "autograder/truth/comparison.py",
    "autograder/truth/diagnosis.py",
    "autograder/truth/differences.py",
)
"""What the checks need at home; it goes into the template's tests/."""

_STRIPPED = (
    "reference/beras/*.py",
    "reference/assignment.py",
    "reference/preprocess.py",
    "reference/visualize.py",
)
_COPIED = ("reference/data/README.md", "reference/data/digits.npz")
_CHECKS = ("autograder/homework/checks/conftest.py", "autograder/homework/checks/test_*.py")
_HANDOUT = {
    "docs/handout/README.md": "README.md",
    "docs/handout/gitignore": ".gitignore",
    "docs/handout/pytest.ini": "pytest.ini",
    "docs/handout/requirements.txt": "requirements.txt",
    "docs/handout/submit.py": "submit.py",
    "docs/handout/test_mine.py": "tests/test_mine.py",
}

_ROADMAP = re.compile(rb"^<!-- roadmap -->(?=\r?$)", re.MULTILINE)


def build(root: Path) -> dict[str, bytes]:
    """Return the whole template, path to content; the same sources give the same bytes.

    `root` is the repository. Raises TemplateError with all that is wrong with the sources.
    """
    files: dict[str, bytes] = {}
    wrong: list[str] = []
    for source, target, make in _sources(root):
        try:
            files[target] = make((root / source).read_bytes(), source)
        except OSError as fault:
            wrong.append(f"{source}:1: cannot be read ({fault.strerror}); the template needs it.")
        except UnicodeDecodeError:
            wrong.append(f"{source}:1: is not UTF-8.")
        except MarkError as fault:
            wrong.append(str(fault))
    if wrong:
        raise TemplateError(wrong)
    return dict(sorted(files.items()))


def checked(root: Path) -> dict[str, bytes]:
    """Build the template and prove it. Raises TemplateError with all that is wrong."""
    if wrong := BERAS.rubric.mistakes():
        raise TemplateError([f"autograder/homework/rubric.py: {mistake}" for mistake in wrong])
    files = build(root)
    wrong = mistakes(files, root)
    if wrong:
        raise TemplateError(wrong)
    return files


_Make = Callable[[bytes, str], bytes]
"""Turns a source's content and path into what stands in the template."""


def _sources(root: Path) -> Iterator[tuple[str, str, _Make]]:
    stripped = functools.partial(_stripped, root)
    for source in _matching(root, _STRIPPED):
        yield source, source.removeprefix("reference/"), stripped
    for source in _COPIED:
        yield source, source.removeprefix("reference/"), _copied
    for source in _matching(root, _CHECKS):
        yield source, f"tests/{Path(source).name}", _copied
    for source in SUPPORT:
        yield source, f"tests/{source}", stripped if source.endswith(".py") else _copied
    for source, target in _HANDOUT.items():
        yield source, target, _with_roadmap if target == "README.md" else _copied


def _matching(root: Path, patterns: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        found = sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))
        yield from found or [pattern]  # which then cannot be read


def _copied(content: bytes, source: str) -> bytes:
    return content


def _stripped(root: Path, content: bytes, source: str) -> bytes:
    numbers = {item.name: item.number for item in BERAS.rubric.items}
    stubs = strip(content.decode(), source, numbers)
    return content if stubs == content.decode() else tidied(stubs, source, root).encode()


def _with_roadmap(content: bytes, source: str) -> bytes:
    if not _ROADMAP.search(content):
        raise MarkError(f"{source}:1: lacks the line <!-- roadmap -->, where the roadmap goes.")
    return _ROADMAP.sub(lambda _: documents.roadmap().encode(), content)
