"""What compare50 is given, and where its page is; where it is not installed, by a stand-in."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from dataclasses import replace

import pytest

from autograder import __main__ as commands
from autograder.commands import clone
from tests.small import RIGHT, project
from tests.submissions import edited

PROJECT = replace(project.PROJECT, template="student_template")
"""The small project, with a template that is there."""

FAKE = """
import json, os, pathlib, sys
output = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])
files = sorted(str(path) for path in pathlib.Path().rglob("*.py"))
output.mkdir()
(output / "index.html").write_text(json.dumps([sys.argv[1:], files, os.environ["PYTHONHASHSEED"]]))
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A place of packages that holds a compare50 which writes down what it was given."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "compare50.py").write_text(FAKE, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def source(tmp_path):
    for name in ("one", "two", "<i>three"):
        edited(tmp_path / "class" / name, of=RIGHT)
    shutil.make_archive(str(tmp_path / "class" / "four"), "zip", RIGHT)
    return tmp_path / "class"


def run(source, output):
    return commands.main(["similar", str(source), "--output", str(output)], PROJECT)


def test_compare50_gets_what_is_graded_of_each_and_the_template(fake, source, tmp_path, capfd):
    (source / "five.zip").write_bytes(b"no zip")
    assert run(source, tmp_path / "alike") == 0
    said = capfd.readouterr()
    assert said.out == f"Page: {tmp_path}/alike/index.html\n"
    assert "five: left out. " in said.err
    arguments, files, seed = json.loads((tmp_path / "alike" / "index.html").read_text())
    names = [name for name in arguments if re.match(r"\d{3} ", name)]
    assert names == ["001 _i_three", "003 four", "004 one", "005 two"]
    assert {name.split("/")[0] for name in files} == set(names)
    assert "003 four/lines/line.py" in files
    assert arguments[arguments.index("--distro") + 1] == str(PROJECT.output)
    assert seed == "50"


def test_a_folder_that_is_there_is_refused(fake, source, tmp_path, capfd):
    (tmp_path / "alike").mkdir()
    assert run(source, tmp_path / "alike") == 2
    assert "name a new folder" in capfd.readouterr().err


def test_without_a_template_nothing_is_compared(fake, source, tmp_path, capfd):
    options = ["similar", str(source), "--output", str(tmp_path / "alike")]
    assert commands.main(options, project.PROJECT) == 2
    assert "python -m autograder template writes it" in capfd.readouterr().err


def test_one_submission_is_compared_with_nothing(fake, tmp_path, capfd):
    edited(tmp_path / "class" / "one", of=RIGHT)
    assert run(tmp_path / "class", tmp_path / "alike") == 2
    assert "no two submissions" in capfd.readouterr().err
    assert run(tmp_path / "nothing", tmp_path / "alike") == 2
    assert "does not exist" in capfd.readouterr().err


def test_a_compare50_that_fails_is_said_so(fake, source, tmp_path, capfd):
    (fake / "compare50.py").write_text("raise SystemExit(7)\n", encoding="utf-8")
    assert run(source, tmp_path / "alike") == 2
    assert "compare50 ended with 7" in capfd.readouterr().err


def test_what_is_missing_is_asked_of_setup(source, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(clone, "provide", lambda *wanted: asked.append(wanted))
    assert run(source, tmp_path / "alike") == 2
    assert asked == [("compare50", PROJECT, "similar")]


@pytest.mark.skipif(importlib.util.find_spec("compare50") is None, reason="setup.sh --similar")
def test_a_copy_with_other_names_is_found(tmp_path):
    edits = [("lines/line.py", "slopes", "other")]
    for name, edit in (("one", edits), ("two", [])):
        edited(tmp_path / "class" / name, *edit, of=RIGHT)
    assert run(tmp_path / "class", tmp_path / "alike") == 0
    assert '"source": "001 one"' in (tmp_path / "alike" / "index.html").read_text()
