"""The small homework with its solution, its template and its proofs."""

from __future__ import annotations

from autograder.project import Project
from tests.small import HERE, SMALL

PROJECT = Project(
    SMALL,
    root=HERE.parents[1],
    rubric="tests/small/__init__.py",
    reference="tests/small/right",
    template="tests/small/template",
    wheats="tests/small/wheats",
    chaffs="tests/small/chaffs",
    course="tests/small/course.toml",
    support=("tests/small/__init__.py", "tests/small/given_curves.py"),
    handout={
        "README.md": "tests/small/handout.md",
        "conftest.py": "docs/handout/conftest.py",
        "pytest.ini": "docs/handout/pytest.ini",
        "requirements.txt": "docs/handout/requirements.txt",
    },
)
"""Its template is written on demand: none is kept. There is no course.toml of it, so that tests do
not follow one that lies in the clone."""
