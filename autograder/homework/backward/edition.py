"""The backward edition, as the one value that is handed to whatever grades it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.definition import Homework
from autograder.homework import hints, stack
from autograder.homework.backward import contract
from autograder.homework.backward.rubric import RUBRIC
from autograder.homework.checks import problems

HERE = Path(__file__).parent

BACKWARD = Homework(
    name="Beras, backward edition",
    package=contract.PACKAGE,
    modules=contract.MODULES,
    scripts=contract.SCRIPTS,
    optional=contract.OPTIONAL,
    called=contract.CALLED,
    rubric=RUBRIC,
    checks=HERE / "checks",
    given=HERE / "given_layers.py",
    public=problems.public_problems,
    hints=hints.of_backward,
    draw=stack.picture,
)

# BEGIN STAFF
BACKWARD = replace(BACKWARD, hidden=problems.hidden_problems)
# END STAFF
