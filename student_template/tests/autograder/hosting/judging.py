"""From what a check raised to a verdict: facts for the student's report and, apart, for staff."""

from __future__ import annotations

import traceback
from dataclasses import replace

import pytest

from autograder.outcomes import Verdict
from autograder.raised import Raised
from autograder.sandbox.faults import LostInSetup, NoWorker, StudentError, WorkerLost
from autograder.truth.comparison import Inconclusive, Mismatch


def judge(failure: BaseException | None, hidden: bool) -> Verdict:
    """The verdict for what a check raised; None for a check that ended well."""
    if isinstance(failure, LostInSetup):
        failure = failure.lost
    if failure is None:
        return Verdict("passed", hidden=hidden)
    if isinstance(failure, Mismatch):
        text = failure.guarded if hidden else failure.full
        return Verdict(failure.kind, text, failure.cause, hidden=hidden)
    if isinstance(failure, StudentError):
        raised = _told(failure.raised)
        return Verdict(_kind(raised), raised=raised, hidden=hidden)
    if isinstance(failure, WorkerLost):
        text = str(failure)
        text = text[:1].upper() + text[1:]
        return Verdict("lost", text, timed_out=failure.timed_out, hidden=hidden)
    if isinstance(failure, NoWorker):
        # No points: else whoever can keep us from starting a worker again would earn them.
        return Verdict("lost", staff=trace(failure), hidden=hidden)
    if isinstance(failure, pytest.skip.Exception):
        return Verdict("skipped", str(failure), hidden=hidden)
    if isinstance(failure, Inconclusive):
        return Verdict("ours", staff=trace(failure), hidden=hidden)
    # Some answer that no check foresaw. The student's values led here: it is no pass.
    unforeseen = Raised(type(failure).__name__)
    return Verdict("type", raised=unforeseen, staff=trace(failure), hidden=hidden)


def _told(raised: Raised) -> Raised:
    """What was raised; where a stub's NotImplementedError was used like an answer, that it was."""
    # Given code may set attributes on what a method returns, and a class of Python's has none.
    if raised.base in ("TypeError", "AttributeError") and STUB in raised.message:
        returned = "a method returns NotImplementedError."
        return replace(raised, base="NotImplementedError", message=returned)
    return raised


STUB = "'NotImplementedError'"
"""How Python names the class that some stubs return."""


def _kind(raised: Raised) -> str:
    if raised.file:
        return "import"
    return "todo" if raised.base == "NotImplementedError" else "error"


def trace(failure: BaseException) -> str:
    """The whole traceback, for staff."""
    return "".join(traceback.format_exception(failure))
