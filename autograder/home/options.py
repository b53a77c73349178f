"""What pytest must know of a run at home before it finds any check: options, and where to look.

These are hooks of the template's own conftest.py, which pytest reads in whichever of its folders it
starts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
"""The student's folder, where this file is in its tests/."""


COPIES: list[str] = []
"""Something for each other copy of the template that pytest has come upon."""


def root(config: pytest.Config) -> Path:
    """The folder with the student's code; in a clone of ours, where pytest was told to be."""
    return ROOT if (ROOT / "tests") in Path(__file__).parents else config.rootpath


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what can be asked for."""
    text = "run one item (2.3), one stage (2) or all items with a word in their name"
    try:
        parser.addoption("--item", metavar="NUMBER", action="append", default=[], help=text)
        text = "show a hint for the item, one step more at each call"
        parser.addoption("--hint", action="store_true", help=text)
        text = "draw how values and gradients pass through your layers, wrong ones in red"
        parser.addoption("--draw", action="store_true", help=text)
        text = "run the item that you are working on again whenever you save a file"
        parser.addoption("--watch", action="store_true", help=text)
    except ValueError:  # it is declared already
        COPIES.append("another")


def pytest_collection_modifyitems() -> None:
    """Refuse to ask one copy's checks about the code of another."""
    if COPIES:
        raise pytest.UsageError(
            "There are two copies of the homework here: go into one of them first."
        )


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Watch, if that was asked for."""
    if not config.getoption("--watch"):
        return None
    from autograder.home.watch import watch

    return watch(ROOT, [a for a in config.invocation_params.args if a != "--watch"])


def pytest_configure(config: pytest.Config) -> None:
    """Run the checks from anywhere in the student's folder; their summary is ours, not pytest's."""
    started_in = config.invocation_params.dir
    if config.args == [str(started_in)] and ROOT in started_in.parents:
        config.args = [str(ROOT / "tests")]
    config.option.continue_on_collection_errors = True
    config.option.disable_warnings = True  # they are told in a line each
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if config.option.reportchars == "fE":  # nobody asked for another summary than pytest's own
        config.option.reportchars = "N"
        if reporter:  # it was made before where pytest was started above the student's folder
            reporter.reportchars = ""
