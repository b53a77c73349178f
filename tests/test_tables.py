"""Each table of public inputs passes whole where there are no other inputs, as at home."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.grading import Conditions, grade
from autograder.homework.beras import BERAS
from tests.attacks import tables
from tests.submissions import REFERENCE, edited_reference


@pytest.mark.parametrize("attack", tables.ATTACKS, ids=lambda attack: attack.name)
def test_a_table_is_right_about_what_is_public(tmp_path, attack):
    root = edited_reference(tmp_path / "hw")
    first = root / "beras" / "__init__.py"
    first.write_text(f"{attack.top}\n{first.read_text(encoding='utf-8')}", encoding="utf-8")
    for name, text in attack.files.items():
        (root / name).write_text(text, encoding="utf-8")
    report = grade(root, replace(BERAS, hidden=None), Conditions(seed=7))
    assert {name for name, r in report.results.items() if r.status != "passed"} == set()


def test_all_items_that_earn_points_have_a_hidden_case_but_one_without_inputs():
    report = grade(REFERENCE, BERAS, Conditions(seed=7))
    results = [result for result in report.results.values() if result.item.points]
    public = [r.item.name for r in results if not any(v.hidden for v in r.verdicts)]
    assert public == ["GradientTape opens and closes"]
