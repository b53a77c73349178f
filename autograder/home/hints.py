"""`--hint`: a little help with one item, one step more at each call."""

from __future__ import annotations

import datetime
import textwrap
from typing import Any

import pytest

from autograder.definition import Homework, Item
from autograder.hint_text import NEVER, STEPS

MEMORY = "homework/hints"
"""Where pytest's cache keeps how many steps of each item were shown."""


class Hints:
    """A pytest plugin that shows a hint in place of running the checks."""

    def __init__(self, homework: Homework, config: pytest.Config) -> None:
        self._homework, self._config = homework, config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Run nothing."""
        reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line(f"\n{self._text()}\n")
        return True

    def _text(self) -> str:
        item = self._item()
        if item is None:
            return "A hint is for one item: python -m pytest --item 2.3 --hint"
        if refused := closed(self._homework, datetime.date.today()):
            return refused
        hint = self._homework.hints().get(item.name) if self._homework.hints else None
        if hint is None:
            return f"There is no hint for {item.number} {item.name}: it is given code."
        place = self._seen(item.number)
        step = list(STEPS)[place]
        title = f"{item.number} {item.name}, hint {place + 1} of {len(STEPS)}. {STEPS[step]}:"
        more = "The next call shows more." if place + 1 < len(STEPS) else "That was the last one."
        return f"{title}\n\n{_indented(hint[step])}\n\n{more}"

    def _item(self) -> Item | None:
        wanted = self._config.getoption("--item", [])
        numbers = self._homework.rubric.by_number
        return numbers.get(wanted[0]) if len(wanted) == 1 else None

    def _seen(self, number: str) -> int:
        """The step to show; the last one stays, the call after it begins anew."""
        cache: Any = getattr(self._config, "cache", None)
        seen = dict(cache.get(MEMORY, {})) if cache else {}
        place = int(seen.get(number, 0)) % len(STEPS)
        if cache:
            cache.set(MEMORY, seen | {number: place + 1})
        return place


def closed(homework: Homework, today: datetime.date) -> str:
    """Why there are no hints today; empty where there are."""
    opens = homework.hints_from
    if homework.hints is None or opens == NEVER:
        return "This course gives no hints."
    if opens and today < datetime.date.fromisoformat(opens):
        return f"Hints open on {opens}."
    return ""


def _indented(text: str) -> str:
    """Pictures as they are; a sentence in lines of a reader's width."""
    if not text.startswith("    "):
        text = textwrap.fill(text, 76, initial_indent="    ", subsequent_indent="    ")
    return text
