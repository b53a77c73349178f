"""What is forgotten when something is added is named, and nothing of the project is."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from autograder.audit import chaffs
from autograder.audit import run as audit
from autograder.audit.findings import Audit
from autograder.audit.forgotten import forgotten
from autograder.definition import Item, Rubric
from autograder.homework import catalogue
from tests.small import HERE, RUBRIC, SMALL
from tests.small.project import PROJECT


def missing(project, **changes):
    """What is forgotten where the homework is changed like this."""
    project = replace(project, homework=replace(project.homework, **changes))
    found = chaffs.load(project.root / project.chaffs, project.homework)
    return forgotten(project, found)


@pytest.fixture
def project(tmp_path):
    """The small project in a folder of its own, where it may be spoilt."""
    shutil.copytree(HERE, tmp_path / "tests" / "small")
    homework = replace(SMALL, checks=tmp_path / "tests" / "small" / "checks")
    return replace(PROJECT, root=tmp_path, homework=homework)


def edit(project, path, old, new):
    place = project.root / "tests" / "small" / path
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("edition", catalogue.names())
def test_nothing_of_beras_is_forgotten(edition):
    project = catalogue.named(edition)
    found = chaffs.load(project.root / project.chaffs, project.homework)
    assert forgotten(project, found) == []


def test_nothing_of_the_small_homework_is_forgotten(project):
    assert missing(project) == []


def test_a_class_that_the_contract_lacks_is_named(project):
    edit(project, "right/lines/__init__.py", "import Mean", "import Mean, Median")
    assert missing(project) == [
        "Median is exported by the reference: add it to MODULES in the contract."
    ]


def test_a_class_of_the_contract_that_is_nowhere_else_is_named(project):
    modules = {"line": ("Line",), "mean": ("Mean", "Median")}
    assert missing(project, modules=modules, called=frozenset({"Median"})) == [
        "Median is in the contract: export it in the reference's lines/__init__.py.",
        "Median is in the contract: define it in the reference's mean.py.",
        "Median is in the contract: add items for it to the rubric.",
    ]


def test_an_item_that_nothing_else_knows_is_named(project):
    extra = Item("Median.forward", 0, 0, "lines/mean.py")
    assert missing(project, rubric=Rubric([("All", [*RUBRIC.items, extra])])) == [
        "Median is in the rubric: add it to MODULES in the contract.",
        'No check is for "Median.forward": mark one with @item("Median.forward").',
        "tests/small/wheats/loops lacks Median: write it there.",
        "tests/small/handout.md lacks Median: write it there.",
        'No chaff makes "Median.forward" fail: add a mistake to tests/small/chaffs/.',
    ]


def test_a_check_without_an_item_is_named(project):
    edit(project, "checks/test_lines.py", '@item("Mean.forward")\n', "")
    assert missing(project) == [
        "test_lines.py: test_mean is for no item: mark it with one.",
        'No check is for "Mean.forward": mark one with @item("Mean.forward").',
    ]


def test_a_check_of_an_item_that_is_not_in_the_rubric_is_named(project):
    edit(project, "checks/test_lines.py", '@item("Mean.forward")', '@item("Mean.backward")')
    assert missing(project)[0] == (
        'test_lines.py: test_mean is for "Mean.backward": add that item to the rubric.'
    )


def test_items_are_found_in_cases_too(project):
    case = '@pytest.mark.parametrize("n", [pytest.param(1, marks=item("Mean.forward"))])'
    edit(project, "checks/test_lines.py", '@item("Mean.forward")', case)
    assert missing(project) == []


def test_a_whole_audit_is_refused_and_a_part_of_it_warned(project, monkeypatch, capsys):
    edit(project, "handout.md", "`Mean`", "`Average`")
    told = "tests/small/handout.md lacks Mean: write it there.\n"
    assert audit.main([project]) == 2
    assert capsys.readouterr().err == f"audit: something was forgotten.\n{told}"
    monkeypatch.setattr(audit, "run", lambda *_: Audit(RUBRIC, [], 0.0, False))
    audit.main([project], ["loops"])
    assert capsys.readouterr().err == f"audit: {told}"
