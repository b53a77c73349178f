"""Ends at home what does not end by itself, and names what was being run."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest

from autograder.definition import Item
from autograder.home.modules import LocalModules
from autograder.hosting.plugin import item_name
from autograder.outcomes import Report
from autograder.raised import Frame
from autograder.report import sentences


class Clock:
    """A pytest plugin that gives each check its seconds.

    A student's own tests, and what a debugger looks at, take what they need.
    """

    def __init__(self, modules: LocalModules, report: Report, config: pytest.Config) -> None:
        self._modules, self._report, self._config = modules, report, config
        self._debugs = config.getoption("usepdb") or config.getoption("trace")
        self._item: Item | None = None
        self._stopped = ""
        modules.give_up = self._give_up

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember what is being run."""
        self._item = self._report.rubric.by_name.get(item_name(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """End a check when its time is over."""
        if self._item is None or self._debugs:
            return (yield)
        with self._modules.limit(self._item):
            return (yield)

    def pytest_enter_pdb(self) -> None:
        """Stop the clock: a person is thinking."""
        self._modules.stop_limits()

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember what a person did not wait for."""
        if self._item:
            place = self._modules.teller.where(excinfo.value)
            self._stopped = f"You stopped {self._item.number} {self._item.name}{_at(place)}."

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Name what was stopped, at the very end."""
        if self._stopped:
            terminalreporter.write_line(self._stopped, yellow=True)

    def _give_up(self, frame: FrameType | None) -> None:
        """End the program, which nothing can stop, with the sentence that the student needs."""
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        if capture:
            capture.suspend_global_capture(in_=True)
        place = self._modules.teller.running(frame)
        name = f"{self._item.number} {self._item.name}" if self._item else "This"
        text = f"{name} does not end{_at(place)}, and cannot be stopped"
        print(f"\n{text}: is there a bare `except:` in a loop?", file=sys.stderr, flush=True)
        os._exit(pytest.ExitCode.TESTS_FAILED)


def _at(frame: Frame | None) -> str:
    return f", at {sentences.in_line(frame)}" if frame else ""
