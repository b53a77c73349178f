"""The benchmark of the worst submissions still measures what it says."""

from __future__ import annotations

import ast
import dataclasses

import pytest

from benchmarks import box
from tests.submissions import REFERENCE, edited_reference

REFERENCE_ROW = box.ROWS[0]


def test_the_first_row_is_measured():
    figures = box.measure(REFERENCE_ROW, budget=60)
    assert figures.is_right
    assert (figures.score, figures.is_valid) == (100, True)
    assert 0 < figures.wall < 60
    assert "<--" not in box.line(figures)
    assert "<--" in box.line(dataclasses.replace(figures, is_right=False))


def test_only_a_whole_report_is_valid(tmp_path):
    path = tmp_path / "results.json"
    assert box.read(path) == {}
    path.write_text("{", encoding="utf-8")
    assert box.read(path) == {}
    rows = [{"name": name, "score": 1} for name in box.RUBRIC.by_name]
    assert box.is_whole({"score": len(rows), "tests": rows})
    assert not box.is_whole({"score": len(rows) + 1, "tests": rows})
    assert not box.is_whole({"score": len(rows) - 1, "tests": rows[1:]})
    assert not box.is_whole({})


@pytest.mark.parametrize("row", box.ROWS[1:], ids=lambda row: row.name)
def test_each_row_spoils_something_and_stays_python(row, tmp_path):
    root = edited_reference(tmp_path / "submission")
    row.spoil(root)
    changed = 0
    for path in (root / "beras").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        right = ast.parse((REFERENCE / "beras" / path.name).read_text(encoding="utf-8"))
        changed += ast.dump(tree) != ast.dump(right)
    assert changed
