"""The TA's commands: their help, what documents show of them, what they need and refuse."""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder import __main__ as commands
from autograder.commands import clone
from tests.documents import shown
from tests.small.project import PROJECT
from tests.submissions import ROOT, edited

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parsers():
    """Each command's parser, by its name."""
    parser = commands._parser()
    actions = parser._actions
    return next(a.choices for a in actions if isinstance(a, argparse._SubParsersAction))


@pytest.mark.parametrize("name", parsers())
def test_help_has_an_example_and_says_what_is_written_and_what_overwritten(name):
    text = parsers()[name].format_help()
    assert f"\nexample: python -m autograder {name}" in text
    assert re.search(r"\bwrites\b", text)
    assert re.search(r"\boverwrit(es|ten)\b", text)
    assert "\\" not in text


@pytest.mark.parametrize("name", parsers())
def test_the_example_in_help_is_a_command_that_exists(name):
    example = re.search(
        r"^example: python -m autograder (.*)$", parsers()[name].format_help(), re.M
    )
    assert commands._parser().parse_args(shlex.split(example[1])).run


def test_the_page_of_commands_shows_every_one():
    lines = shown(r"\.venv/bin/python -m autograder", [ROOT / "docs" / "commands.md"])
    assert {line.split()[0] for line in lines} == set(parsers())


# ---- one submission ----


def grade(path, results):
    return commands.main(["grade", str(path), "--results-dir", str(results)], PROJECT)


def test_several_projects_are_refused_with_a_word_of_class(tmp_path, capsys):
    for name in ("one", "two"):
        edited(tmp_path / "class" / name)
    assert grade(tmp_path / "class", tmp_path / "results") == 2
    said = capsys.readouterr().err
    assert "holds 2 submissions" in said
    assert f"python -m autograder class {tmp_path}/class --out DIR" in said
    assert not (tmp_path / "results").exists()


def test_several_zips_are_refused_too(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    for name in ("one.zip", "two.zip", "three.ZIP"):
        (tmp_path / "class" / name).write_bytes(b"")
    assert grade(tmp_path / "class", tmp_path / "results") == 2
    assert "holds 3 submissions" in capsys.readouterr().err


def test_on_gradescope_several_projects_are_the_students_to_mend(tmp_path, capsys):
    for name in ("one", "two"):
        edited(tmp_path / "handed in" / name)
    (tmp_path / "metadata.json").write_text("{}")
    options = ["--results-dir", str(tmp_path / "results")]
    options += ["--metadata", str(tmp_path / "metadata.json")]
    assert commands.main(["grade", str(tmp_path / "handed in"), *options], PROJECT) == 0
    assert "Hand in one project" in (tmp_path / "results" / "results.json").read_text()


# ---- what a command needs ----


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A project in a clone whose own Python this is, and whose setup.sh installs a package."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    monkeypatch.syspath_prepend(tmp_path / "installed")
    write = f"mkdir -p {tmp_path}/installed && touch {tmp_path}/installed/fancy_linter.py"
    (tmp_path / "setup.sh").write_text(
        f'[ "$*" = "--dev --quiet" ] && echo installing && {write}\n'
    )
    return replace(PROJECT, root=tmp_path)


def test_a_missing_package_is_installed_after_one_line(bare, capfd):
    assert clone.provide("fancy_linter", bare)
    said = capfd.readouterr().err.splitlines()
    assert said == ["This needs fancy_linter, which setup.sh --dev installs.", "installing"]


def test_a_failing_setup_is_no_package(bare, tmp_path):
    (tmp_path / "setup.sh").write_text("exit 1\n")
    assert not clone.provide("fancy_linter", bare)


def test_another_python_is_left_as_it_is(bare, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "prefix", "/usr")
    assert not clone.provide("fancy_linter", bare)
    assert ".venv/bin/python" in capsys.readouterr().err
    assert importlib.util.find_spec("fancy_linter") is None


def test_without_a_clone_the_template_is_refused_in_a_sentence(tmp_path, capsys):
    assert commands.main(["template"], replace(PROJECT, root=tmp_path)) == 2
    assert "run it in a clone" in capsys.readouterr().err


# ---- installed by pip ----


def named_in(file):
    """The packages that a file of requirements names itself."""
    lines = (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and line[0] not in "#-"]


def test_what_pip_installs_is_what_grades():
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["dependencies"] == named_in("grade.in")
    assert metadata["optional-dependencies"]["class"] == named_in("class.in")
    assert metadata["scripts"] == {commands.TOOL: "autograder.__main__:main"}


def test_the_tool_names_itself_in_its_help():
    code = "import sys; sys.argv = ['/bin/beras-autograder', 'warm-up', '--help']\n"
    code += "from autograder.__main__ import main; main()"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.startswith("usage: beras-autograder warm-up")
    assert "example: beras-autograder warm-up" in run.stdout
