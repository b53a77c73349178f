"""What can go wrong on the other side of the trust boundary, as the checks see it."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from functools import lru_cache


class StudentError(Exception):
    """The student's code raised.

    Also an instance of the builtin exception that it was, so that a check's
    `pytest.raises(RuntimeError)` works alike in process and across the boundary.
    """

    type_name: str
    lines: Sequence[str]


class WorkerLost(BaseException):
    """The worker ended, hung, or broke the protocol: this test is over.

    No `Exception`, so that a check which expects an error does not take this for one. The message
    is for students.
    """

    def __init__(self, reason: str, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class LostInSetup(Exception):
    """A worker was lost while a check was set up; `lost` tells how."""

    def __init__(self, lost: WorkerLost) -> None:
        super().__init__(str(lost))
        self.lost = lost


class NoWorker(Exception):
    """The worker failed before it looked at the submission: our fault, or the machine's."""


def student_error(report: object) -> StudentError:
    """The error of a reply; anything missing or of the wrong type is left empty."""
    fields = report if isinstance(report, Mapping) else {}
    type_name, base = str(fields.get("type", "Error"))[:80], str(fields.get("base", ""))
    message = str(fields.get("message", ""))[:2000]
    error = _made(base, f"{type_name}: {message}" if message.strip() else type_name)
    lines = fields.get("lines")
    error.type_name = type_name
    error.lines = [str(line)[:200] for line in lines[:12]] if isinstance(lines, list) else []
    return error


def _made(base: str, text: str) -> StudentError:
    """The error of that builtin kind; a plain one where the kind wants more than a text."""
    try:
        return _class_for(base)(text)
    except Exception:  # UnicodeDecodeError, ExceptionGroup
        return StudentError(text)


@lru_cache(maxsize=64)
def _class_for(base: str) -> type[StudentError]:
    builtin = getattr(builtins, base, None)
    if not isinstance(builtin, type) or not issubclass(builtin, Exception):
        return StudentError
    if issubclass(builtin, (StopIteration, StopAsyncIteration)):
        return StudentError  # in a check's own `map` or `all` it would pass for the end
    try:
        return type(base, (StudentError, builtin), {"__str__": Exception.__str__})
    except TypeError:  # a builtin whose layout cannot be combined
        return StudentError
