"""What a student reads where a Python or a package is missing."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from autograder.home import start
from tests.submissions import ROOT

FIRST = ("docs/handout/conftest.py", "docs/handout/submit.py", "autograder/home/start.py")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy>=1.26\n# matplotlib\n")
    return tmp_path


@pytest.fixture
def alone(monkeypatch):
    """No environment is active."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)


def activate(root):
    script = root / ".venv" / "bin" / "activate"
    script.parent.mkdir(parents=True)
    script.touch()


@pytest.mark.parametrize("file", [*FIRST, "autograder/__init__.py", "autograder/home/__init__.py"])
def test_an_old_python_reads_what_runs_first(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))
    before = text.partition("refuse(HERE)")[0]
    assert "from __future__ import annotations" not in before


def test_nothing_is_said_where_all_is_there(root):
    assert start.refusal(root) == ""
    assert start.refusal(root / "no requirements") == ""


@pytest.mark.usefixtures("alone")
def test_an_old_python_is_refused(root, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    told = start.refusal(root)
    assert told.startswith(f"Python 3.9 ({sys.executable}) is too old: you need 3.10 to 3.13.")
    assert "`python3.12 -m venv .venv`" in told
    activate(root)
    assert f"source {start._from_here(root / '.venv/bin/activate')}" in start.refusal(root)
    with pytest.raises(SystemExit, match="too old"):
        start.refuse(root)


@pytest.mark.usefixtures("alone")
def test_a_missing_package_is_named_and_how_to_get_it(root, monkeypatch):
    (root / "requirements.txt").write_text("numpy>=99\nno-such-package>=1\n")
    monkeypatch.chdir(root)
    told = start.refusal(root)
    assert "lacks numpy 99 or newer (it has" in told
    assert ", no-such-package. Make an environment" in told
    monkeypatch.setattr(sys, "prefix", "elsewhere")
    assert "Install it: `python -m pip install -r requirements.txt`" in start.refusal(root)
    activate(root)
    assert "not active: `source .venv/bin/activate`" in start.refusal(root)


def test_a_newer_python_gets_a_note(monkeypatch):
    assert start.newer() == ""
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert "newer than what Gradescope has (3.10 to 3.13)" in start.newer()


def test_paths_are_told_as_a_shell_takes_them(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert start._from_here(tmp_path / "a b") == '"a b"'
    assert start._from_here(Path("a")) == "a"
