"""What is known of an exception where it was raised, as plain fields.

This runs beside the student's code: in a worker, which sends the fields to the grader, and at home.
"""

from __future__ import annotations

import builtins
import linecache
import os
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MAX_MESSAGE = 2000
MAX_NAME = 80
MAX_PATH = 200
"""Characters of a message, of a class's or a function's name, and of a file's."""

MAX_FRAMES = 12

STUB = "{method}: roadmap {number}"
"""What a method says that the template leaves to be written."""

_LIBRARIES = (f"{Path(np.__file__).parents[1]}/", f"{Path(os.__file__).parent}/")

_NUMBER = re.compile(STUB.format(method=".*", number=r"(\d{1,3}\.\d{1,3})"), re.DOTALL)


def fields(failure: BaseException, root: Path, is_own: Callable[[Path], bool]) -> dict[str, object]:
    """All that is known of `failure`; the last four only where it has them.

    `type` and `base` are the names of its class and of the nearest builtin one, `message` is its
    text, `frames` are the lines of the student's that were being run. `errno` is an OSError's,
    `absent` the module that an import did not find, `item` the number of the item whose stub was
    called, `source` the line that a SyntaxError is about. See `frames` for `root` and `is_own`.
    """
    base = next(c for c in type(failure).__mro__ if getattr(builtins, c.__name__, None) is c)
    message = shortened(_text(failure), root)[:MAX_MESSAGE]
    known: dict[str, object] = {
        "type": type(failure).__name__[:MAX_NAME],
        "base": base.__name__,
        "message": message,
        "frames": frames(failure, root, is_own),
    }
    if issubclass(base, OSError):
        known["errno"] = _errno(failure)
    elif base is ModuleNotFoundError:
        known["absent"] = _absent(failure)
    elif base is NotImplementedError and (named := _NUMBER.fullmatch(message)):
        known["item"] = named[1]
    elif issubclass(base, SyntaxError):
        known["source"] = _source(failure)
    elif _raises_not_implemented(failure):
        known |= {"type": "NotImplementedError", "base": "NotImplementedError", "message": ""}
    return known


def shortened(text: str, root: Path) -> str:
    """The same text with paths from `root`, the submission's folder, and from the libraries'."""
    text = text.replace(f"{root}/", "").replace(f"{root}", ".")
    for folder in _LIBRARIES:
        text = text.replace(folder, "")
    return text


def frames(failure: BaseException, root: Path, is_own: Callable[[Path], bool]) -> list[list[Any]]:
    """`[file, line, function]` of the student's lines on the way to a failure; the last raised it.

    Theirs are the files below `root` that `is_own` says are. Only the last `MAX_FRAMES` are kept.
    """
    found = []
    below, trace = os.path.normcase(f"{root}{os.sep}"), failure.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        is_below = os.path.normcase(code.co_filename).startswith(below)
        if is_below and is_own(path := Path(code.co_filename)):
            file = path.relative_to(root).as_posix()[:MAX_PATH]
            found.append([file, trace.tb_lineno or 0, code.co_name[:MAX_NAME]])
        trace = trace.tb_next
    return found[-MAX_FRAMES:]


def _text(failure: BaseException) -> str:
    try:
        return str(failure)
    except BaseException:  # a student's own class may do anything
        return "(its message could not be made)"


def _errno(failure: BaseException) -> int:
    number = _attribute(failure, "errno")
    return number if type(number) is int and 0 < number < 1000 else 0


def _absent(failure: BaseException) -> str:
    name = _attribute(failure, "name")
    return name[:MAX_PATH] if type(name) is str else ""


def _source(failure: BaseException) -> str:
    line = _attribute(failure, "text")
    return line[:MAX_PATH] if type(line) is str else ""


def _raises_not_implemented(failure: BaseException) -> bool:
    """Whether `raise NotImplemented` was meant for `raise NotImplementedError`."""
    if type(failure) is not TypeError or not _text(failure).startswith("exceptions must derive"):
        return False
    *_, (frame, line) = traceback.walk_tb(failure.__traceback__)
    source = linecache.getline(frame.f_code.co_filename, line)
    return source.split()[:2] == ["raise", "NotImplemented"]


def _attribute(failure: BaseException, name: str) -> object:
    try:
        return getattr(failure, name, None)
    except BaseException:  # here, too
        return None
