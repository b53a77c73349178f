"""The key as a page, the table that leads from questions to items, and who never gets the key."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from autograder import __main__ as commands
from autograder import key, template
from autograder.bundle import contents
from autograder.commands import clone
from autograder.commands.key import PACKAGES
from autograder.definition import Question
from autograder.homework import catalogue
from autograder.homework.project import PROJECT
from autograder.template import TemplateError, documents
from reference.conceptual import claims
from tests import at_home
from tests.submissions import ROOT

KEY = (ROOT / PROJECT.key).read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=catalogue.names())
def edition(request):
    return catalogue.named(request.param)


@pytest.fixture(scope="module")
def handed_out(edition):
    """The files of the edition's template."""
    return at_home.handed_out(edition.homework.form.name)


# ---- the page ----


@pytest.fixture(scope="module")
def page():
    return key.page(PROJECT)


def test_every_formula_becomes_mathml_without_a_command_of_latex_left(page):
    formulas = re.findall(r"<math.*?</math>", page, re.DOTALL)
    assert len(formulas) == len(re.findall(r"\$\$.+?\$\$|\$.+?\$", KEY, re.DOTALL))
    assert page.count('display="block"') == len(claims.CLAIMS)
    text = unescape(re.sub(r"<[^>]+>", "", page.partition("</style>")[2]))
    assert not re.search(r"[\\$]", text)


def test_the_page_needs_nothing_but_itself(page):
    assert not re.search(r"<(script|link|img|iframe)|src=|url\(|@import", page)
    assert set(re.findall(r'href="(.)', page)) == {"#"}


def test_the_contents_lead_to_every_question(page):
    linked = re.findall(r'href="#(.+?)"', page)
    assert linked == re.findall(r'<h2 id="(.+?)"', page)
    assert len(linked) == len(set(linked)) == KEY.count("\n## ")


def test_what_earns_points_is_set_apart(page):
    assert page.count('<section class="grading">') == KEY.count("### Grading")
    for section in re.findall(r'<section class="grading">.+?</section>', page, re.DOTALL):
        assert "<h2" not in section
        assert "typical wrong answer" in section


# ---- the command ----


def test_the_command_writes_the_page_of_an_edition(tmp_path, capsys):
    path = tmp_path / "key.html"
    assert commands.main(["key", "--output", str(path), "--edition", "backward"]) == 0
    assert path.read_text(encoding="utf-8") == key.page(catalogue.named("backward"))
    assert capsys.readouterr().out == f"{path}: written. It is for staff alone.\n"


def test_a_file_that_cannot_be_written_is_named(tmp_path, capsys):
    path = tmp_path / "missing" / "key.html"
    assert commands.main(["key", "--output", str(path)]) == 2
    assert capsys.readouterr().err == f"{path}: No such file or directory.\n"


def test_a_project_without_a_key_says_so(tmp_path, capsys):
    project = replace(PROJECT, key="")
    assert commands.main(["key", "--output", str(tmp_path / "key.html")], project) == 2
    assert capsys.readouterr().err == "Beras has no key.\n"


def test_the_grader_alone_has_no_key(tmp_path, capsys):
    project = replace(PROJECT, root=tmp_path)
    assert commands.main(["key", "--output", str(tmp_path / "key.html")], project) == 2
    assert "run it in a clone" in capsys.readouterr().err


@pytest.mark.parametrize("package", PACKAGES)
def test_a_missing_package_is_asked_for(tmp_path, capsys, monkeypatch, package):
    monkeypatch.setattr(clone, "provide", lambda name, project: name != package)
    path = tmp_path / "key.html"
    assert commands.main(["key", "--output", str(path)]) == 2
    assert not path.exists()


# ---- from questions to items ----


def test_every_question_of_the_key_is_in_the_table_and_no_other():
    headings = re.findall(r"^## ((?:Bonus )?Problem \d)", KEY, re.MULTILINE)
    assert [question.name for question in PROJECT.questions] == list(dict.fromkeys(headings))


def test_every_item_of_the_table_is_one_of_the_rubric_and_has_one_question(edition):
    items = [name for question in edition.questions for name in question.items]
    assert len(items) == len(set(items)) > 20
    assert set(items) <= edition.homework.rubric.by_name.keys()


def test_both_editions_have_the_same_questions_about_the_same_stages():
    tape, backward = map(catalogue.named, ("tape", "backward"))
    for one, other in zip(tape.questions, backward.questions, strict=True):
        assert one.name == other.name
        assert stages(tape, one) == stages(backward, other)


def stages(project, question):
    by_name = project.homework.rubric.by_name
    return [by_name[name].number.partition(".")[0] for name in question.items]


def test_the_handout_leads_from_an_item_to_its_question(edition, handed_out):
    text = handed_out["README.md"].decode()
    assert documents.questions(edition) in text
    assert "<!-- " not in text
    for number, question in re.findall(r"Stuck on (\d\.\d+)\? ((?:Bonus )?Problem \d)", text):
        assert re.search(rf"^\|.* {re.escape(number)}\b.*\| {question} \|", text, re.MULTILINE)


def test_a_question_about_an_item_that_there_is_not_is_named():
    project = replace(PROJECT, questions=(Question("Problem 1", "nothing", ("Nothing.at_all",)),))
    with pytest.raises(TemplateError, match=r'Problem 1 is about "Nothing\.at_all"'):
        documents.questions(project)


def test_a_handout_without_a_place_for_the_table_is_named(tmp_path):
    handout = tmp_path / "README.md"
    handout.write_text("<!-- roadmap -->\n", encoding="utf-8")
    project = replace(PROJECT, handout={"README.md": str(handout)})
    with pytest.raises(TemplateError, match=r"README.md:1: lacks the line <!-- questions -->"):
        template.build(project)


# ---- who never gets it ----

SENTENCES = [line.encode() for line in KEY.splitlines() if len(line) > 60]
"""Lines that nothing has by chance."""


def holds_the_key(content):
    return any(sentence in content for sentence in SENTENCES)


def test_the_key_is_recognised():
    assert len(SENTENCES) > 100
    assert holds_the_key(KEY.encode())


def test_no_file_of_the_template_has_anything_of_it(handed_out):
    assert [path for path, content in handed_out.items() if holds_the_key(content)] == []
    assert not any("conceptual" in path for path in handed_out)


def test_nothing_that_goes_to_gradescope_has_anything_of_it(monkeypatch):
    monkeypatch.setattr(contents, "SALT", "LICENSE")  # a clone need not have a salt
    files = contents.collect(ROOT)
    assert len(files) > 50
    assert [path for path, content in files.items() if holds_the_key(content)] == []
    assert not any("conceptual" in path for path in files)
