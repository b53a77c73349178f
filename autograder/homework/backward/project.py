"""The backward edition with its solution, its template and its proofs, as one value."""

from __future__ import annotations

from functools import partial

from autograder.homework import project as tape
from autograder.homework.backward.edition import BACKWARD
from autograder.homework.questions import renamed
from autograder.homework.rubric import headline
from autograder.project import Project

PROJECT = Project(
    BACKWARD,
    root=tape.PROJECT.root,
    rubric="autograder/homework/backward/rubric.py",
    reference="editions/backward/reference",
    shared=tape.PROJECT.reference,
    template="editions/backward/template",
    wheats="tests/backward/wheats",
    chaffs="tests/backward/chaffs",
    copied=tape.PROJECT.copied,
    support=(
        "autograder/homework/__init__.py",
        "autograder/homework/contract.py",
        "autograder/homework/digits.py",
        "autograder/homework/oracles.py",
        "autograder/homework/stack.py",
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
        "autograder/homework/hints/backward.md",
        "autograder/homework/backward/__init__.py",
        "autograder/homework/backward/contract.py",
        "autograder/homework/backward/edition.py",
        "autograder/homework/backward/rubric.py",
        "autograder/homework/checks/__init__.py",
        "autograder/homework/checks/calls.py",
        "autograder/homework/checks/methods.py",
        "autograder/homework/checks/metrics.py",
        "autograder/homework/checks/problems.py",
        "autograder/homework/checks/trial.py",
        "autograder/homework/data/digits.npz",
    ),
    handout={
        **tape.PROJECT.handout,
        "README.md": "editions/backward/handout/README.md",
        "submit.py": "editions/backward/handout/submit.py",
    },
    headline=partial(headline, "The gradient methods and backward"),
    tables=("docs/editions.md",),
    questions=renamed(
        tape.PROJECT.questions,
        {
            "Dense": "Linear",
            "GradientTape.gradient": "Diffable.backward through several layers",
            "apply_gradients": "step",
        },
    ),
    key=tape.PROJECT.key,
)
"""Its template is written on demand: none is kept."""
