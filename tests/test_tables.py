"""Each table of public inputs passes whole where there are no other inputs, as at home."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.grading import Conditions, grade
from autograder.homework.beras import BERAS
from tests.attacks import tables
from tests.submissions import edited_reference


@pytest.mark.parametrize("attack", tables.ATTACKS, ids=lambda attack: attack.name)
def test_a_table_is_right_about_what_is_public(tmp_path, attack):
    root = edited_reference(tmp_path / "hw")
    first = root / "beras" / "__init__.py"
    first.write_text(f"{attack.top}\n{first.read_text(encoding='utf-8')}", encoding="utf-8")
    report = grade(root, replace(BERAS, hidden=None), Conditions(seed=7))
    assert {name for name, r in report.results.items() if r.status != "passed"} == set()
