"""The backward edition with its solution, its template and its proofs, as one value."""

from __future__ import annotations

from functools import partial

from autograder.homework import project as tape
from autograder.homework.backward.edition import BACKWARD
from autograder.homework.questions import renamed
from autograder.homework.rubric import headline
from autograder.project import Project

OF_THE_TAPE = frozenset(
    f"autograder/homework/{name}.py"
    for name in ("beras", "editions", "given_layers", "rubric", "checks/by_tape")
)
"""Support of the tape edition that this one's checks do without."""

PROJECT = Project(
    BACKWARD,
    root=tape.PROJECT.root,
    rubric="autograder/homework/backward/rubric.py",
    reference="editions/backward/reference",
    shared=tape.PROJECT.reference,
    template="editions/backward/template",
    wheats="tests/backward/wheats",
    shared_wheats=tape.PROJECT.wheats,
    chaffs="tests/backward/chaffs",
    copied=tape.PROJECT.copied,
    support=(
        *(path for path in tape.PROJECT.support if path not in OF_THE_TAPE),
        "autograder/homework/hints/backward.md",
        "autograder/homework/backward/__init__.py",
        "autograder/homework/backward/contract.py",
        "autograder/homework/backward/driving.py",
        "autograder/homework/backward/edition.py",
        "autograder/homework/backward/given_layers.py",
        "autograder/homework/backward/mistakes.py",
        "autograder/homework/backward/rubric.py",
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
