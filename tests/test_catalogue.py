"""Every edition has what its project names: a solution, a template, a handout."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder import reference, template
from autograder.__main__ import main
from autograder.homework import catalogue
from autograder.homework.project import PROJECT as TAPE
from autograder.template import TemplateError
from tests.at_home import handed_out
from tests.submissions import ROOT

BACKWARD = catalogue.named("backward")


@pytest.fixture(params=catalogue.names())
def edition(request):
    return catalogue.named(request.param)


def test_the_tape_edition_is_what_the_commands_work_on():
    assert catalogue.names()[0] == "tape"
    assert catalogue.named("tape") is TAPE


def test_every_item_of_the_roadmap_has_a_file_in_the_solution(edition):
    paths = reference.sources(edition)
    for item in edition.homework.rubric.items:
        assert any(path.startswith(item.file) for path in paths), item.name


def test_every_module_of_the_contract_is_in_the_solution(edition):
    for module in edition.homework.modules:
        source = reference.sources(edition)[f"beras/{module}.py"]
        assert (ROOT / source).is_file()


def test_a_solution_is_assembled_from_its_own_files_and_shared_ones(tmp_path):
    reference.assemble(BACKWARD, tmp_path / "whole")
    for path, folder in (("beras/core.py", BACKWARD.reference), ("beras/losses.py", "reference")):
        assert (tmp_path / "whole" / path).read_bytes() == (ROOT / folder / path).read_bytes()
    assert not (tmp_path / "whole" / "beras" / "gradient_tape.py").exists()


# ---- the template of another edition ----


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The backward edition's template as the command writes it, by path; it is proved elsewhere."""
    monkeypatch.setattr(template, "mistakes", lambda files, project: [])
    folder = tmp_path / "template"
    arguments = ["template", "--edition", "backward", "--output", str(folder)]
    assert main(arguments) == (0 if BACKWARD.homework.checks.is_dir() else 2)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_another_edition_has_its_own_files_and_shares_the_rest(written):
    assert b'"Diffable.backward: roadmap 5.1"' in written["beras/core.py"]
    assert b"| 2.1 | Linear.forward | `beras/layers.py` | 3 | stage 1 |\n" in written["README.md"]
    assert b"BACKWARD" in written["submit.py"]
    assert "beras/gradient_tape.py" not in written
    assert written["preprocess.py"] == (ROOT / "student_template/preprocess.py").read_bytes()
    assert handed_out("backward") == written


def test_checks_that_are_not_written_yet_are_told_of(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(template, "checked", lambda project: {"README.md": b"Beras\n"})
    without = replace(TAPE, homework=replace(TAPE.homework, checks=tmp_path / "checks"))
    assert main(["template", "--output", str(tmp_path / "one")], without) == 2
    assert "its checks are not written yet" in capsys.readouterr().err
    assert main(["template", "--output", str(tmp_path / "two")], TAPE) == 0


def test_lines_of_a_shared_solution_may_not_survive():
    files = handed_out("backward")
    line = "        return np.maximum(as_float(x), 0)\n"
    changed = {**files, "beras/activations.py": files["beras/activations.py"] + line.encode()}
    (mistake,) = template.mistakes(changed, BACKWARD)
    assert "a line of the solution survives: return np.maximum(as_float(x), 0)" in mistake


def test_a_module_that_no_folder_has_is_named():
    modules = {**BACKWARD.homework.modules, "more": ()}
    lacking = replace(BACKWARD, homework=replace(BACKWARD.homework, modules=modules))
    with pytest.raises(TemplateError, match=r"^editions/backward/reference/beras/more\.py:1: "):
        template.build(lacking)
