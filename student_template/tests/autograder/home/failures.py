"""What a failure in a student's own process means, and where in their code it was."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from types import TracebackType

import pytest

from autograder.hosting.judging import judge
from autograder.outcomes import Verdict
from autograder.sandbox.faults import student_error
from autograder.sandbox.inside.loading import BrokenModule, MissingName
from autograder.truth.comparison import Inconclusive, Mismatch

SUPPORT = Path(__file__).parents[1]
"""Code of ours: a traceback that ends here is cut back to where it left the check."""

MAX_FRAMES = 5


def judge_at_home(failure: BaseException | None, root: Path) -> Verdict:
    """As under grading, where whatever the student's code raised arrives as one error."""
    ours = (Mismatch, Inconclusive, pytest.skip.Exception)
    if failure is None or isinstance(failure, ours):
        return judge(failure, hidden=False)
    lines = own_lines(failure, root)
    told = (BrokenModule, MissingName, NotImplementedError)
    if not lines and not isinstance(failure, told):
        what = f"{type(failure).__name__}: {text_of(failure)}"
        return Verdict("type", f"This went wrong when the check used your code:\n{what}")
    report = {"type": type(failure).__name__, "message": text_of(failure), "lines": lines}
    return judge(student_error(report), hidden=False)


def own_lines(failure: BaseException, root: Path) -> list[str]:
    """Where the student's code was, outermost first; of a SyntaxError, the line itself."""
    frames: list[tuple[str, int, str]] = []
    for frame, number in traceback.walk_tb(failure.__traceback__):
        path = Path(frame.f_code.co_filename)
        if _is_theirs(path, root):
            where = path.relative_to(root).as_posix()
            frames.append((where, number, frame.f_code.co_name))
    # A call passes through the given __call__ before it reaches what a student wrote.
    frames = [f for f in frames[:-1] if f[2] != "__call__"] + frames[-1:]
    lines: list[str] = []
    for where, number, name in frames[-MAX_FRAMES:]:
        source = linecache.getline(str(root / where), number).strip()
        lines += [f"{where}:{number}: in {name}", f"    {source}"]
    cause = failure.__cause__ if isinstance(failure, BrokenModule) else failure
    if isinstance(cause, SyntaxError):
        lines += "".join(traceback.format_exception_only(cause)).splitlines()[:-1]
    return lines


def _is_theirs(path: Path, root: Path) -> bool:
    inside = root in path.parents and "site-packages" not in path.parts
    tests = SUPPORT.parent
    return inside and SUPPORT not in path.parents and tests != path.parent


def file_of(failure: BaseException, root: Path) -> str:
    """The student's file that a SyntaxError is in; empty where it is no such error."""
    path = Path(getattr(failure, "filename", None) or "")
    return path.relative_to(root).as_posix() if root in path.parents else ""


def text_of(failure: BaseException) -> str:
    """An exception's message, also where making it fails."""
    try:
        return str(failure)
    except Exception:
        return "(its message could not be made)"


def without_support(trace: TracebackType | None) -> TracebackType | None:
    """The same traceback without its last frames as far as they are ours."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    while len(frames) > 1 and SUPPORT in Path(frames[-1].tb_frame.f_code.co_filename).parents:
        frames.pop()
    kept: TracebackType | None = None
    for part in reversed(frames):
        kept = TracebackType(kept, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return kept
