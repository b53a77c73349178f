"""Beras, as the one value that is handed to whatever grades it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.definition import Form, Homework
from autograder.homework import catalogue, contract, editions, hints, mistakes, stack
from autograder.homework.checks import problems
from autograder.homework.rubric import RUBRIC
from autograder.homework.sentences import SENTENCES

HERE = Path(__file__).parent

BERAS = Homework(
    name="Beras",
    package=contract.PACKAGE,
    modules=contract.MODULES,
    scripts=contract.SCRIPTS,
    optional=contract.OPTIONAL,
    called=contract.CALLED,
    made=contract.classes(contract.CALLED),
    rubric=RUBRIC,
    checks=HERE / "checks",
    given=HERE / "given_layers.py",
    public=problems.public_problems,
    words=contract.WORDS,
    sentences=SENTENCES,
    recognise=editions.recognise,
    edition=editions.CONTRACT,
    explain=mistakes.explain,
    hints=hints.of_tape,
    hints_from=hints.OPENS,
    draw=stack.picture,
)

# BEGIN STAFF
BERAS = replace(
    BERAS,
    hidden=problems.hidden_problems,
    form=Form(catalogue.TAPE, contract.HAS, contract.MARKS, catalogue.recognised),
)
# END STAFF
