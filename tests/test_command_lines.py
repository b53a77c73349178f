"""Each command line in a page is one that exists, with options that it has."""

from __future__ import annotations

import re
import shlex
import sqlite3

import pytest

from autograder import __main__ as commands
from autograder.classroom.record import TABLES
from tests.documents import command_lines
from tests.submissions import ROOT

OURS = r"(?:\.venv/bin/python|python) -m autograder|beras-autograder"
HOME = r"python -m pytest|\.\.\."
SCRIPT = r"\.venv/bin/python ((?:benchmarks|mutants|docs)/\S+\.py)"
KINDS = (
    *(OURS, r"\./run_autograder", r"\./run_tests", r"(?:time )?bash setup\.sh"),
    *(HOME, SCRIPT, r"\.venv/bin/python -m fuzz", r"sqlite3 class\.sqlite"),
)
"""Programs whose arguments are held against what they take: below, for setup.sh in test_docs.py."""

OTHERS = {
    "a student's environment": (
        "python3 -m venv .venv",
        "py -m venv .venv",
        "source .venv/bin/activate",
        r".venv\Scripts\Activate.ps1",
        "python -m pip install -r requirements.txt",
        "python -m pip install watchfiles",
    ),
    "a student's scripts": ("python submit.py", "python assignment.py", "python visualize.py"),
    "tools for a developer": (
        ".ci/run",
        ".venv/bin/mypy",
        ".venv/bin/ruff check .",
        ".venv/bin/ruff format .",
        ".venv/bin/python -m sphinx -c docs -W . build/site",
    ),
    "packages": (
        "pip install .",
        'pip install ".[class]"',
        ".venv/bin/python -m pip install -r fuzz/requirements.txt",
        ".venv/bin/python -m pip install cosmic-ray",
    ),
    "a cluster": (
        ".venv/bin/python -m dask scheduler",
        ".venv/bin/python -m dask worker tcp://HOST:8786",
    ),
    "a check at home": (
        "cd SUBMISSION && PYTHONPATH=PROJECT PROJECT/.venv/bin/python -m pytest --rootdir=. "
        "-c /dev/null PROJECT/autograder/homework/checks/test_layers.py",
    ),
}
"""Lines without an option of ours. Run a new one in a fresh clone, as written, then add it."""

OF_PYTEST = {"-k", "-n", "-s", "-v", "-x", "--pdb", "--tb"}


def lines(program):
    """The lines that begin so, with what they show as optional."""
    found = [line for line in command_lines() if begins(line, program)]
    assert found, program
    return [re.sub(r"[\[\]]", "", line) for line in found]


def begins(line, program):
    return re.match(rf"(?:{program})(?: |$)", line)


def arguments(line, program):
    """What follows the program, with something in place of what it leaves open."""
    filled = re.sub(r"\b(N|SECONDS|FACTOR)\b", "1", line[begins(line, program).end() :])
    return shlex.split(filled.replace("--edition NAME", "--edition tape").partition(" > ")[0])


def options(line):
    """What a line gives to its program; `-m`, which names a program, is Python's."""
    return set(re.findall(r"(?<= )--?[a-z][\w-]*", line)) - {"-m"}


def declared(path):
    """The options that a file of ours declares."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return set(re.findall(r"(?:add_argument|addoption)\(\s*\"(--[\w-]+)\"", text))


def test_pages_show_commands_of_a_known_kind_alone():
    known = {line for group in OTHERS.values() for line in group}
    shown = set(command_lines())
    assert {line for line in shown if not any(begins(line, kind) for kind in KINDS)} == known


@pytest.mark.parametrize("line", lines(OURS))
def test_the_autograder_takes_what_pages_give_it(line):
    given = arguments(line, OURS)
    assert not given or commands._parser().parse_args(given).run


@pytest.mark.parametrize("line", lines(r"\./run_autograder"))
def test_run_autograder_takes_what_pages_give_it(line):
    given = ["grade", *arguments(line, r"\./run_autograder")]
    assert commands._parser().parse_args(given).run


@pytest.mark.parametrize("line", lines(r"\./run_tests"))
def test_tests_that_pages_run_are_there(line):
    assert options(line) <= OF_PYTEST | declared("tests/conftest.py")
    files = re.findall(r"\S+\.py", line)
    assert [name for name in files if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("line", lines(HOME))
def test_students_have_the_options_that_pages_give_them(line):
    assert options(line) <= OF_PYTEST | declared("autograder/home/options.py")


@pytest.mark.parametrize("line", lines(SCRIPT))
def test_scripts_have_the_options_that_pages_give_them(line):
    assert options(line) <= declared(re.match(SCRIPT, line)[1])


@pytest.mark.parametrize("line", lines(r"\.venv/bin/python -m fuzz"))
def test_the_fuzzer_has_the_options_that_pages_give_it(line):
    assert options(line) <= declared("fuzz/__main__.py")


@pytest.mark.parametrize("line", lines(r"sqlite3 class\.sqlite"))
def test_a_record_answers_the_queries_that_pages_ask(line):
    record = sqlite3.connect(":memory:")
    record.executescript(TABLES)
    (query,) = arguments(line, r"sqlite3 class\.sqlite")
    assert record.execute(query).fetchall() == []
