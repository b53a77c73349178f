"""What the documents say of the code is what the code says."""

from __future__ import annotations

import re

from autograder.homework.rubric import RUBRIC
from tests.submissions import ROOT


def row(item) -> str:
    """The item's line in the table of docs/checks.md."""
    points = f"{item.shape} + {item.value}" if item.points else "none"
    needs = ", ".join(RUBRIC.by_name[name].number for name in item.needs)
    return f"| {item.number} | {item.name} | {points} | {needs} |"


def test_the_table_of_items_is_the_rubric():
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if re.match(r"\| \d+\.\d+ \|", line)]
    assert table == [row(item) for item in RUBRIC.items]


def test_the_share_of_gradients_is_the_rubrics():
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    share = sum(item.points for item in RUBRIC.items if item.gradient)
    assert f"are\n{share} of 100" in text


def test_links_between_documents_lead_somewhere():
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
