"""What can go wrong on the other side of the trust boundary, as the checks see it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from autograder.raised import Frame, Raised

MAX_MESSAGE = 2000
MAX_NAME = 200
MAX_FRAMES = 12
"""Bounds on an error's fields, whatever the other side wrote: see `inside/raised.py`."""


class StudentError(Exception):
    """The student's code raised.

    Also an instance of the builtin exception that it was, so that a check's
    `pytest.raises(RuntimeError)` works alike in process and across the boundary. It `is_late` where
    it comes of something that was asked for before what was done when it was raised.
    """

    raised: Raised
    is_late = False


class WorkerLost(BaseException):
    """The worker ended, hung, or broke the protocol: this test is over.

    Not an `Exception`, so that a check which expects an error does not mistake this for it. The
    message is for students.
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


def read(fields: object) -> Raised:
    """The facts in an error's fields; what is missing or of the wrong type is left out."""
    known = fields if isinstance(fields, Mapping) else {}
    number, item = known.get("errno"), _text(known, "item")
    return Raised(
        type_name=_text(known, "type") or "Error",
        base=_text(known, "base"),
        message=_text(known, "message", MAX_MESSAGE),
        frames=_frames(known.get("frames")),
        errno=number if type(number) is int and 0 < number < 1000 else 0,
        absent=_text(known, "absent"),
        item=item if re.fullmatch(r"\d{1,3}\.\d{1,3}", item, re.ASCII) else "",
        file=_text(known, "file"),
        missing=_text(known, "missing"),
        near=near if (near := _text(known, "near")).isidentifier() else "",
        source=_text(known, "source"),
    )


def student_error(raised: Raised) -> StudentError:
    """The exception to raise in the grader."""
    error = _made(raised.base, str(raised))
    error.raised = raised
    return error


def _text(fields: Mapping[Any, Any], name: str, most: int = MAX_NAME) -> str:
    value = fields.get(name)
    return value[:most] if type(value) is str else ""


def _frames(value: object) -> tuple[Frame, ...]:
    frames = value[:MAX_FRAMES] if type(value) is list else []
    return tuple(
        _frame(*f) for f in frames if type(f) is list and [*map(type, f)] == [str, int, str]
    )


def _frame(file: str, line: int, function: str) -> Frame:
    return Frame(file[:MAX_NAME], line, function[:MAX_NAME])


def _made(base: str, text: str) -> StudentError:
    """An error of that builtin class; a plain one if the class takes more than a message."""
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
        return StudentError  # inside `map` or `all` it would end the loop unnoticed
    try:
        return type(base, (StudentError, builtin), {"__str__": Exception.__str__})
    except TypeError:  # a builtin whose layout cannot be combined
        return StudentError
