"""What the documents say of the code is what the code says."""

from __future__ import annotations

import re
import runpy
import sys

import pytest
import yaml

from autograder.course import applied, reading
from autograder.homework import catalogue
from autograder.template import documents
from tests.documents import DOCUMENTS, PICTURES, found, rows, shown
from tests.submissions import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture(params=catalogue.names())
def edition(request):
    """An edition as `template` writes it: as a course.toml in this clone sets it."""
    tape, path = catalogue.named(catalogue.TAPE), ROOT / "course.toml"
    course = applied.applied(tape, reading.read(path)) if path.exists() else tape
    named = catalogue.named(request.param)
    return course if course.homework.name == named.homework.name else named


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


def test_links_lead_to_headings_that_are_there():
    for place, target, heading in found_links():
        titles = re.findall(r"^#+ (.*)$", (place / target).read_text(encoding="utf-8"), re.M)
        assert heading in {_anchor(title) for title in titles}, f"{target}#{heading}"


def found_links():
    """Each link to a heading: the folder it is relative to, the file, the heading."""
    for document in DOCUMENTS:
        for target, heading in found(r"\]\(([^)#:]*)#([^)]+)\)", [document]):
            yield document.parent, target or document.name, heading


def _anchor(title):
    """What GitHub calls a heading in an address."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_python_files_that_documents_name_are_there():
    tops = "autograder|benchmarks|docs|editions|fuzz|mutants|reference|tests"
    named = found(rf"(?<![\w/])((?:{tops})/[\w/]+\.py)\b")
    assert len(named) > 20
    places = (ROOT, ROOT / "student_template")
    assert [name for name in named if not any((top / name).is_file() for top in places)] == []


def test_the_check_that_a_document_shows_is_in_the_code():
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```python\n(@item.+?)^```$", text, re.MULTILINE | re.DOTALL)
    checks = (ROOT / "autograder/homework/checks").glob("test_*.py")
    assert any(shown in path.read_text(encoding="utf-8") for path in checks)


def test_setup_knows_the_options_that_documents_give_it():
    known = set(re.findall(r"setup\.sh (--\w+)", (ROOT / "setup.sh").read_text(encoding="utf-8")))
    assert set(found(r"setup\.sh (--\w+)")) <= known
    assert set(shown("bash setup.sh")) <= {"", *known}


# ---- pictures ----


def test_every_picture_is_shown_with_words_for_those_who_cannot_see_it():
    seen = found(r"!\[([^\]]*)\]\((?:docs/)?pictures/([^)]*)\)")
    assert {name for _, name in seen} == {path.name for path in PICTURES}
    assert min(len(words) for words, _ in seen) > 50


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_pictures_are_small_and_fetch_nothing(picture):
    data = picture.read_bytes()
    assert len(data) < 50_000
    if picture.suffix == ".svg":
        assert re.findall(rb"https?://(?!www\.w3\.org/2000/svg)|@import|<script", data) == []


@pytest.mark.skipif((ROOT / "course.toml").exists(), reason="it sets points of its own")
@pytest.mark.parametrize("name", ["scoreboard.svg", "diagnosis.svg"])
def test_pictures_of_a_students_terminal_show_what_it_shows(name, tmp_path):
    """If this fails: .venv/bin/python docs/pictures/make.py, and look at the pictures."""
    kept = ROOT / "docs" / "pictures"
    made = runpy.run_path(str(kept / "make.py"))["PICTURES"]
    made[name](tmp_path / name, tmp_path / "template")
    assert rows(tmp_path / name) == rows(kept / name)


def test_pictures_show_items_and_points_of_the_rubric():
    """If this fails: .venv/bin/python docs/pictures/make.py, and look at the pictures."""
    items = catalogue.named("tape").homework.rubric.items
    wanted = {(item.number, item.name, f"{item.points:g}") for item in items}
    svgs = [path for path in PICTURES if path.suffix == ".svg"]
    lines = "\n".join(row for path in svgs for row in rows(path))
    scores = set(re.findall(r"^ *(\d+\.\d+) +(\S.*?)  +\d+ / (\d+) ", lines, re.M))
    titles = set(re.findall(r"_ (\d+\.\d+) ([\w.]+) _", lines))
    assert len(scores) == 6
    assert scores <= wanted
    assert titles
    assert titles <= {(number, name) for number, name, _ in wanted}


def test_the_citation_agrees_with_the_project():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["authors"] == project["authors"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
