"""`--draw`: a picture of how the student's code works, in place of running the checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.definition import Homework
from autograder.home.modules import LocalModules

FILE = "picture.svg"


class Draw:
    """A pytest plugin that draws instead of running checks."""

    def __init__(
        self, homework: Homework, modules: LocalModules, root: Path, config: pytest.Config
    ) -> None:
        self._homework, self._modules, self._root = homework, modules, root
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Run nothing."""
        reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line(f"\n{self._told()}\n")
        return True

    def _told(self) -> str:
        """Draw, and say where; what went wrong on the way stands in the picture, and here."""
        if self._homework.draw is None:
            return "There is nothing to draw in this homework."
        try:
            with self._modules.lend(None):
                svg, wrong = self._homework.draw(self._modules.package)
        except Exception as failure:
            return f"Nothing could be drawn ({type(failure).__name__}: {failure})."
        path = self._root / FILE
        path.write_text(svg, encoding="utf-8")
        red = "".join(f"\n    {line}" for line in wrong)
        return f"{path}: open it in a browser.{red and ' In red:'}{red}"
