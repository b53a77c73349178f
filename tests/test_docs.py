"""What the documents say of the code is what the code says."""

from __future__ import annotations

import re

from autograder.homework.project import PROJECT
from autograder.homework.rubric import RUBRIC
from autograder.template import documents
from tests.submissions import ROOT

DOCUMENTS = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))


def test_what_is_written_from_the_rubric_is_up_to_date():
    """If this fails: .venv/bin/python -m autograder template"""
    assert documents.difference(PROJECT) == ""


def test_items_that_a_document_shows_have_the_numbers_of_the_rubric():
    shown = {(item.number, item.name) for item in RUBRIC.items}
    names = "|".join(re.escape(item.name) for item in RUBRIC.items)
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        found = re.findall(rf"(\d+\.\d+) +({names})(?![\w.]*\w)", text)
        assert set(found) <= shown, document


def test_links_between_documents_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
