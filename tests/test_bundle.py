"""The zip for Gradescope: what is in it, what never is, its bytes, and its trial."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import zipfile
from dataclasses import replace

import pytest

from autograder import __main__ as commands
from autograder.bundle import archive, contents, trial
from autograder.bundle.contents import BundleError
from autograder.commands import bundle, clone
from autograder.homework import catalogue
from autograder.homework.project import PROJECT
from tests.submissions import ROOT

FILES = ("run_autograder", "setup.sh")
FOLDERS = ("autograder", "reference", "requirements", "student_template")


def copied(folder):
    """A copy of what a bundle is made of and tried on."""
    ignore = shutil.ignore_patterns("__pycache__", "salt.txt")
    folder.mkdir()
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    return replace(PROJECT, root=folder)


@pytest.fixture
def project(tmp_path):
    found = copied(tmp_path / "clone")
    (found.root / contents.SALT).write_text("a secret\n", encoding="utf-8")
    return found


def packed(project):
    return archive.packed(contents.collect(project.root))


def add(project, path, text):
    place = project.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


# ---- what is in it ----


def test_what_grades_is_in_it_and_nothing_else(project):
    names = contents.collect(project.root)
    for needed in ("setup.sh", "autograder/salt.txt", "autograder/homework/data/digits.npz"):
        assert needed in names
    folders = {name.split("/")[1] for name in names if name.startswith("autograder/")}
    assert {"homework", "sandbox", "grading.py"} < folders
    assert folders.isdisjoint(contents.APART)
    assert {name.split("/")[0] for name in names} == {*FILES, "autograder", "requirements"}


def test_what_an_editor_or_python_left_is_not_in_it(project):
    before = packed(project)
    for name in ("grades.csv", "homework/.rubric.py.swp", "__pycache__/grading.pyc"):
        add(project, f"autograder/{name}", "left")
    assert packed(project) == before


def test_the_same_tree_and_salt_give_the_same_bytes(project, tmp_path):
    other = copied(tmp_path / "elsewhere")
    add(other, contents.SALT, "a secret\n")
    os.utime(other.root / "setup.sh", (1, 1))
    (other.root / "autograder" / "grading.py").chmod(0o600)
    assert packed(other) == packed(project)
    add(other, contents.SALT, "another\n")
    assert packed(other) != packed(project)


def test_what_is_run_can_be_run_and_dates_tell_nothing(project):
    entries = zipfile.ZipFile(io.BytesIO(packed(project))).infolist()
    runs = {entry.filename for entry in entries if entry.external_attr >> 16 & stat.S_IXUSR}
    assert runs == set(FILES)
    assert {entry.date_time for entry in entries} == {archive.DATE}


@pytest.mark.parametrize("name", ["setup.sh", "requirements/grade.txt", contents.SALT])
def test_what_is_missing_is_named(project, name):
    (project.root / name).unlink()
    with pytest.raises(BundleError, match=f"{name}: is missing"):
        contents.collect(project.root)


def test_the_courses_settings_go_along_wherever_they_lie(project, tmp_path):
    (tmp_path / "autumn.toml").write_text("total = 50\n", encoding="utf-8")
    files = contents.collect(project.root, tmp_path / "autumn.toml")
    assert files["course.toml"] == b"total = 50\n"
    assert contents.leaks(files, [project]) == []
    assert contents.collect(project.root, tmp_path / "none.toml") == contents.collect(project.root)


# ---- the salt ----


@pytest.mark.parametrize("empty", [False, True])
def test_a_salt_is_made_once_and_kept(project, empty):
    salt = project.root / contents.SALT
    salt.write_text(" \n", encoding="utf-8") if empty else salt.unlink()
    assert contents.keep_salt(project.root)
    made = salt.read_text(encoding="utf-8")
    assert len(made.strip()) == 64
    assert stat.S_IMODE(salt.stat().st_mode) == 0o600
    assert not contents.keep_salt(project.root)
    assert salt.read_text(encoding="utf-8") == made


# ---- what never is ----


def refused(project):
    return contents.leaks(contents.collect(project.root), [project])


def test_nothing_leaks_as_it_is(project):
    assert refused(project) == []


def test_a_solution_is_refused_whatever_its_name_is(project):
    solution = (project.root / "reference/beras/layers.py").read_text(encoding="utf-8")
    add(project, "autograder/homework/old.py", f"# mine\n{solution}")
    found = "autograder/homework/old.py: holds a solution; it must not go to Gradescope."
    assert refused(project) == [found]


@pytest.mark.parametrize("folder", ["tests/wheats", "tests/chaffs", "reference"])
def test_a_copy_of_what_proves_the_checks_is_refused(project, folder):
    add(project, f"{folder}/one.py", "class Dense:\n    pass\n")
    add(project, "autograder/truth/one.py", "class Dense:\n    pass\n")
    assert f"is the same as {folder}/one.py" in refused(project)[0]


@pytest.mark.parametrize("name", ["reference/a.py", "autograder/audit/a.py", "editions/x/a.py"])
def test_what_grades_nothing_is_refused_should_the_list_ever_name_it(project, name):
    assert "is nothing that grades" in contents.leaks({name: b"x"}, [project])[0]


def test_the_command_refuses_and_writes_nothing(project, tmp_path, capsys):
    add(project, "autograder/homework/old.py", "# BEGIN SOLUTION\n")
    assert commands.main(["bundle", "--output", str(tmp_path / "a.zip")], project) == 2
    assert "old.py: holds a solution" in capsys.readouterr().err
    assert not (tmp_path / "a.zip").exists()


# ---- the trial ----


def test_a_bundle_is_tried_by_its_own_scripts_and_written(project, tmp_path, capsys):
    (project.root / contents.SALT).unlink()
    (project.root / ".venv").symlink_to(ROOT / ".venv")
    output = tmp_path / "a.zip"
    assert commands.main(["bundle", "--output", str(output)], project) == 0
    said = capsys.readouterr().out
    for text in (
        "autograder/salt.txt: made",
        "Tried the reference: 100 / 100",
        "Tried the untouched template: 0 / 100",
        "Edition: tape, Beras",
        "autograder 1.0.0, python 3.",
        "Points for the assignment's outline: 100",
        f"{output}: {output.stat().st_size / 1000:.0f} kB",
    ):
        assert text in said
    assert output.read_bytes() == packed(project)
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_an_edition_whose_template_is_not_kept_is_tried_on_one_that_is_written_for_it(monkeypatch):
    edition = replace(catalogue.named("backward"), template="editions/backward/nowhere")
    with bundle._template(edition) as folder:
        text = (folder / "beras" / "layers.py").read_text(encoding="utf-8")
        assert "raise NotImplementedError" in text
    assert not folder.exists()
    monkeypatch.setattr(clone, "provide", lambda *_: False)
    with pytest.raises(BundleError, match="could not be written"), bundle._template(edition):
        pass


@pytest.mark.parametrize("wrong", [{"score": 99}, {"tests": [{"max_score": 90}]}])
def test_a_bundle_that_does_not_grade_as_it_must_is_not_written(
    project, tmp_path, monkeypatch, capsys, wrong
):
    right = [{"score": 100, "tests": [{"max_score": 100}]}, {"score": 0, "tests": []}]
    right[1]["tests"] = right[0]["tests"]
    results = iter([right[0] | wrong, right[1]])
    grade = lambda *_: trial.Trial(next(results), "what staff were told", 1.0)  # noqa: E731
    monkeypatch.setattr(trial, "grade", grade)
    (project.root / ".venv").symlink_to(ROOT / ".venv")
    assert commands.main(["bundle", "--output", str(tmp_path / "a.zip")], project) == 1
    assert "No zip was written." in capsys.readouterr().err
    assert not (tmp_path / "a.zip").exists()


def test_a_setup_that_fails_is_quoted(project, tmp_path, capsys):
    add(project, "setup.sh", "#!/bin/bash\necho no network today; exit 1\n")
    assert commands.main(["bundle", "--output", str(tmp_path / "a.zip")], project) == 2
    assert "no network today" in capsys.readouterr().err


def test_without_results_the_trial_says_what_the_script_said(tmp_path):
    (tmp_path / "run_autograder").write_text("echo broken >&2\n", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    with pytest.raises(BundleError, match="broken"):
        trial.grade(tmp_path, tmp_path / "mine")


def test_results_of_the_submission_before_count_for_nothing(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text(json.dumps({"score": 100}), encoding="utf-8")
    (tmp_path / "run_autograder").write_text("exit 0\n", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    with pytest.raises(BundleError, match="no results"):
        trial.grade(tmp_path, tmp_path / "mine")
