"""From what a check raised to a verdict, in words for the student and, apart, for staff."""

from __future__ import annotations

import errno
import traceback

import pytest

from autograder.outcomes import Verdict
from autograder.sandbox.faults import LostInSetup, NoWorker, StudentError, WorkerLost
from autograder.truth.comparison import Inconclusive, Mismatch

FILE_TOO_LARGE = f"[Errno {errno.EFBIG}]"
"""What `print` raises when a test's output has reached its limit."""


def judge(failure: BaseException | None, hidden: bool) -> Verdict:
    """The verdict for what a check raised; None for a check that ended well."""
    if isinstance(failure, LostInSetup):
        failure = failure.lost
    if failure is None:
        return Verdict("passed", hidden=hidden)
    if isinstance(failure, Mismatch):
        text = failure.guarded if hidden else failure.full
        head = f"{failure.cause.sentence}\n" if failure.cause else ""
        name = failure.cause.name if failure.cause else ""
        return Verdict(failure.kind, head + text, hidden=hidden, cause=name)
    if isinstance(failure, StudentError):
        return _raised(failure, hidden)
    if isinstance(failure, WorkerLost):
        text = str(failure)
        return Verdict(
            "lost", text[:1].upper() + text[1:], hidden=hidden, timed_out=failure.timed_out
        )
    if isinstance(failure, NoWorker):
        # No points: else whoever can keep us from starting a worker again would earn them.
        text = "The autograder could not start your code again; staff are told, and can regrade."
        return Verdict("lost", text, staff=trace(failure), hidden=hidden)
    if isinstance(failure, pytest.skip.Exception):
        return Verdict("skipped", str(failure), hidden=hidden)
    if isinstance(failure, Inconclusive):
        text = "The autograder could not judge this; you lose nothing, and staff are told."
        return Verdict("ours", text, staff=trace(failure), hidden=hidden)
    # Some answer that no check foresaw. The student's values led here: it is no pass.
    text = f"The check could not use what your code answered ({type(failure).__name__})."
    return Verdict("type", text, staff=trace(failure), hidden=hidden)


def _raised(failure: StudentError, hidden: bool) -> Verdict:
    where = "".join(f"\n    {line}" for line in failure.lines)
    if failure.type_name in ("BrokenModule", "MissingName"):
        text = str(failure).partition(": ")[2]
        return Verdict("import", f"{text}{where}", hidden=hidden)
    if failure.type_name == "NotImplementedError":
        which = str(failure).partition(": ")[2]
        text = f"Not written yet: {which}" if which else "Not written yet."
        return Verdict("todo", f"{text}{where}", hidden=hidden)
    if FILE_TOO_LARGE in str(failure):
        where += "\n    Did it print in a loop? Output is limited while grading."
    return Verdict("error", f"Your code raised {failure}{where}", hidden=hidden)


def trace(failure: BaseException) -> str:
    """The whole traceback, for staff."""
    return "".join(traceback.format_exception(failure))
