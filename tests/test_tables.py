"""Each table of public inputs passes whole where there are no other inputs, as at home."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.grading import Conditions, grade
from autograder.homework.backward.project import PROJECT as BACKWARD
from autograder.homework.beras import BERAS
from autograder.homework.project import PROJECT
from autograder.reference import assemble
from tests.attacks import tables
from tests.reached import HARDLY_ASKED
from tests.submissions import edited_reference

HALVES = tables.ATTACKS[:6], tables.ATTACKS[6:]
"""Tables that share a submission: a ReLU that works in place spoils inputs that another knows."""


@pytest.mark.parametrize("attacks", HALVES, ids=["first half", "second half"])
def test_each_table_is_right_about_what_is_public(tmp_path, attacks):
    """Each is in a module of its own, and replaces another method."""
    root = edited_reference(tmp_path / "hw")
    first, imports = root / "beras" / "__init__.py", ""
    for number, attack in enumerate(attacks):
        (root / "beras" / f"table_{number}.py").write_text(attack.top, encoding="utf-8")
        imports += f"from . import table_{number}\n"
        for name, text in attack.files.items():
            (root / name).write_text(text, encoding="utf-8")
    first.write_text(imports + first.read_text(encoding="utf-8"), encoding="utf-8")
    report = grade(root, replace(BERAS, hidden=None), Conditions(seed=7))
    wrong = {name for name, r in report.results.items() if r.status != "passed"}
    assert wrong == set(), "what a table is about names the table"


@pytest.mark.parametrize("project", [PROJECT, BACKWARD], ids=["tape", "backward"])
def test_all_items_that_earn_points_have_a_hidden_case_but_one_without_inputs(tmp_path, project):
    root = assemble(project, tmp_path / "hw")
    report = grade(root, project.homework, HARDLY_ASKED)
    results = [result for result in report.results.values() if result.item.points]
    public = {r.item.name for r in results if not any(v.hidden for v in r.verdicts)}
    assert public <= {"GradientTape opens and closes"}
