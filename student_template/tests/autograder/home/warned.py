"""What Python and NumPy warned of at home, a line each in place of pytest's own summary."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from pathlib import Path

MOST = 5
"""Lines shown."""


class Warned:
    """A pytest plugin that remembers warnings about the code below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, set[str]] = {}
        self._of_numbers: set[str] = set()

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, nodeid: str
    ) -> None:
        """Keep it by what ran, unless it is about code of ours."""
        path = Path(warning_message.filename)
        if self._root not in path.parents or "autograder" in path.parts:
            return
        place = f"{path.relative_to(self._root).as_posix()}:{warning_message.lineno}"
        text = str(warning_message.message).partition("\n")[0]
        line = f"{place}: {warning_message.category.__name__}: {text}"
        self._lines.setdefault(line, set()).add(nodeid)
        if issubclass(warning_message.category, RuntimeWarning):
            self._of_numbers.add(line)

    def lines(self, failed: Collection[str]) -> list[str]:
        """What to show; overflow and the like only where a check of `failed` ran.

        `exp` of a large number may warn although the result is right.
        """
        told = [
            line
            for line, checks in self._lines.items()
            if line not in self._of_numbers or not checks.isdisjoint(failed)
        ]
        more = [f"... and {len(told) - MOST} more"] if len(told) > MOST else []
        return told[:MOST] + more
