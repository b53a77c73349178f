"""The backward edition, as the one value that is handed to whatever grades it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.definition import Form, Homework
from autograder.homework import catalogue, hints, stack
from autograder.homework.backward import contract
from autograder.homework.backward.driving import Backward
from autograder.homework.backward.mistakes import SENTENCES, explain
from autograder.homework.backward.rubric import RUBRIC
from autograder.homework.checks import problems
from autograder.homework.contract import classes

HERE = Path(__file__).parent

SHARED = (
    *("activations", "assignment", "layers", "losses", "metrics", "model", "onehot"),
    *("optimizers", "own_layers", "package"),
)
"""What is checked as in the tape edition, in this edition's words."""

BACKWARD = Homework(
    name="Beras, backward edition",
    package=contract.PACKAGE,
    modules=contract.MODULES,
    scripts=contract.SCRIPTS,
    optional=contract.OPTIONAL,
    called=contract.CALLED,
    made=classes(contract.CALLED),
    rubric=RUBRIC,
    checks=HERE / "checks",
    shared=tuple(HERE.parent / "checks" / f"test_{name}.py" for name in SHARED),
    words=contract.WORDS,
    given=HERE / "given_layers.py",
    public=problems.public_problems,
    sentences=SENTENCES,
    edition=Backward(),
    explain=explain,
    hints=hints.of_backward,
    hints_from=hints.OPENS,
    draw=stack.picture,
)

# BEGIN STAFF
BACKWARD = replace(
    BACKWARD,
    hidden=problems.hidden_problems,
    form=Form(HERE.name, contract.HAS, contract.MARKS, catalogue.recognised),
)
# END STAFF
