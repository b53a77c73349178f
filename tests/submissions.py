"""Small submissions for the tests, made of text."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from autograder import submission
from tests.small import RIGHT, SMALL

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "reference"

RUNS = replace(
    SMALL,
    modules={"code": ("run", "STATE"), "more": ("More",)},
    called=frozenset({"run", "fit"}),
)
"""A homework whose one function runs the text that it is given, with two modules to be broken."""

EXECUTES = """
STATE = []
def run(text):
    scope = {"STATE": STATE}
    exec(text, scope)
    return scope.get("answer")
"""
"""The module `code` of such a submission; it answers with what the text names `answer`."""


def package(**modules: str) -> Callable[[Path], None]:
    """What fills a folder with a package of these modules; `__init__` may be among them."""

    def fill(folder: Path) -> None:
        (folder / SMALL.package).mkdir(parents=True)
        for name, text in {"__init__": "", **modules}.items():
            (folder / SMALL.package / f"{name}.py").write_text(text, encoding="utf-8")

    return fill


Edit = tuple[str, str, str]
"""A file, a text that it holds, and what takes its place."""


def edited(target: Path, *edits: Edit, of: Path = RIGHT) -> Path:
    """A copy of a right submission, the small one or `of`; an edit that changes nothing fails."""
    ignore = shutil.ignore_patterns("data", "__pycache__")
    shutil.copytree(of, target, ignore=ignore)
    target.chmod(0o755)  # setup.sh closes reference/ and tests/ to other users
    for name, old, new in edits:
        path = target / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def edited_reference(target: Path, *edits: Edit) -> Path:
    """The same of Beras."""
    return edited(target, *edits, of=REFERENCE)


def opened(path):
    """The submission at `path`, as one of the small homework."""
    return submission.opened(path, SMALL)
