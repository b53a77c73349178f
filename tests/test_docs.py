"""What the documents say of the code is what the code says."""

from __future__ import annotations

import re
import sys

import pytest
import yaml

from autograder.homework import catalogue
from autograder.template import documents
from tests.submissions import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCUMENTS = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))


@pytest.fixture(params=catalogue.names())
def edition(request):
    return catalogue.named(request.param)


def test_what_is_written_from_the_rubric_is_up_to_date(edition):
    """If this fails: .venv/bin/python -m autograder template, with --edition if it is another."""
    assert documents.difference(edition) == ""


def test_items_that_a_document_shows_have_the_numbers_of_the_rubric(edition):
    items = edition.homework.rubric.items
    shown = {(item.number, item.name) for item in items}
    names = "|".join(re.escape(item.name) for item in items)
    for document in (*DOCUMENTS, ROOT / edition.handout["README.md"]):
        text = document.read_text(encoding="utf-8")
        found = re.findall(rf"(\d+\.\d+) +({names})(?![\w.]*\w)", text)
        assert set(found) <= shown, document


def test_links_between_documents_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_citation_agrees_with_the_project():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["authors"] == project["authors"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
