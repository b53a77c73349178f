"""Beras with its solution, its template and its proofs, as one value."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from autograder.homework import leaderboard
from autograder.homework.beras import BERAS
from autograder.homework.questions import QUESTIONS
from autograder.homework.rubric import headline
from autograder.project import Project

PROJECT = Project(
    BERAS,
    root=Path(__file__).resolve().parents[2],
    rubric="autograder/homework/rubric.py",
    copied=("data/README.md", "data/digits.npz"),
    support=(
        "autograder/homework/__init__.py",
        "autograder/homework/beras.py",
        "autograder/homework/contract.py",
        "autograder/homework/digits.py",
        "autograder/homework/editions.py",
        "autograder/homework/given_layers.py",
        "autograder/homework/hints/__init__.py",
        "autograder/homework/hints/1.md",
        "autograder/homework/hints/2.md",
        "autograder/homework/hints/3.md",
        "autograder/homework/hints/4.md",
        "autograder/homework/hints/5.md",
        "autograder/homework/hints/6.md",
        "autograder/homework/hints/7.md",
        "autograder/homework/hints/8.md",
        "autograder/homework/hints/9.md",
        "autograder/homework/mistakes.py",
        "autograder/homework/oracles.py",
        "autograder/homework/stack.py",
        "autograder/homework/rubric.py",
        "autograder/homework/sentences.py",
        "autograder/homework/checks/__init__.py",
        "autograder/homework/checks/by_tape.py",
        "autograder/homework/checks/calls.py",
        "autograder/homework/checks/chains.py",
        "autograder/homework/checks/descents.py",
        "autograder/homework/checks/fixtures.py",
        "autograder/homework/checks/learning.py",
        "autograder/homework/checks/methods.py",
        "autograder/homework/checks/metrics.py",
        "autograder/homework/checks/problems.py",
        "autograder/homework/checks/spelling.py",
        "autograder/homework/checks/unwritten.py",
        "autograder/homework/checks/trial.py",
        "autograder/homework/data/digits.npz",
    ),
    handout={
        "README.md": "docs/handout/README.md",
        ".gitignore": "docs/handout/gitignore",
        ".github/workflows/checks.yml": "docs/handout/workflow.yml",
        ".vscode/settings.json": "docs/handout/vscode.json",
        "conftest.py": "docs/handout/conftest.py",
        "pytest.ini": "docs/handout/pytest.ini",
        "requirements.txt": "docs/handout/requirements.txt",
        "submit.py": "docs/handout/submit.py",
        "tests/test_mine.py": "docs/handout/test_mine.py",
    },
    headline=partial(headline, "The gradient methods and the tape"),
    leaderboard=leaderboard.ACCURACY,
    tables=("docs/checks.md",),
    samples=("docs/how-it-works.md",),
    questions=QUESTIONS,
    key="reference/conceptual/key.md",
)
