"""What the template has for editors and for GitHub, as these read it."""

from __future__ import annotations

import json

import pytest

from tests.at_home import hand_out, run
from tests.submissions import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return hand_out("tape", tmp_path_factory.mktemp("student") / "work")


def test_an_editor_finds_the_checks(folder):
    settings = json.loads((folder / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["python.testing.pytestEnabled"]
    arguments = settings["python.testing.pytestArgs"]
    found = run(folder, f"--rootdir={folder}", "--collect-only", "-q", *arguments).stdout
    assert "tests/test_layers.py::test_" in found
    one = next(line for line in found.splitlines() if "test_layers.py::" in line)
    assert "Start here: 2.1 Dense.forward" in run(folder, f"--rootdir={folder}", one).stdout


def test_the_workflow_runs_what_a_student_runs(folder):
    workflow = (folder / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    assert "run: python -m pip install -r requirements.txt" in workflow
    assert "run: python -m pytest " in workflow
    assert "\t" not in workflow


@pytest.mark.parametrize("name", [".vscode/settings.json", ".github/workflows/checks.yml"])
def test_git_keeps_what_editors_read(name):
    ignored = (ROOT / "student_template" / ".gitignore").read_text(encoding="utf-8").split()
    assert f"{name.partition('/')[0]}/" not in ignored
