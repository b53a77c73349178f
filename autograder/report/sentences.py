"""What a student reads of a report: facts in words, alike on Gradescope and in a terminal."""

from __future__ import annotations

import errno
import textwrap
from collections.abc import Callable, Iterator, Sequence

from autograder import shown
from autograder.outcomes import ItemResult, Report, Verdict
from autograder.raised import Frame, ImportFailure, Raised
from autograder.report import errors, plain_words

NOT_STARTED = "The autograder could not start your code again; staff are told, and can regrade."
NOT_JUDGED = "The autograder could not judge this; you lose nothing, and staff are told."
PRINTS_TOO_MUCH = "Did it print in a loop? Output is limited while grading."


def in_line(frame: Frame) -> str:
    """One line of code, in a line."""
    return f"{frame.file}, line {frame.line}, in {frame.function}"


def failure(verdict: Verdict, show: Callable[[Frame], str] = in_line) -> str:
    """The mistake, if it was recognised, what went wrong, where, and what Python means by it.

    Each begins a line. Python's own words are only explained where the mistake was not recognised.
    `show` puts each place in the student's code into lines.
    """
    mistake = [verdict.cause.sentence] if verdict.cause else []
    places = [textwrap.indent(text, "    ") for text in _places(verdict, show)]
    meant = "" if verdict.cause else _meant(verdict)
    return "\n".join([*mistake, _what(verdict), *places, *([meant] if meant else [])])


def not_imported(failure: ImportFailure, quote: Callable[[str], str] = str) -> str:
    """Why a module does not import, and what to do where that is known; `quote` marks code."""
    file = quote(failure.file)
    if failure.is_missing:
        return f"{file} is missing."
    if failure.seconds is not None:
        return f"{file} did not finish importing within {failure.seconds:g} seconds"
    if failure.raised is None:
        return f"{file} ended the program while it was imported"
    text = f"{file} does not import: {quote(str(failure.raised))}"
    if hint := errors.advice(failure.raised):
        return f"{text}. {hint}"
    if meant := plain_words.explained(failure.raised):
        return f"{text}. {meant}"
    if not failure.undotted:
        return text
    return f"{text}. Inside the package, write `from .{failure.undotted} import ...`, with a dot."


def blocked(result: ItemResult) -> list[str]:
    """The line that names what an item is blocked by, if something blocks it."""
    if not result.blockers or result.status not in ("blocked", "to do"):
        return []
    verb = "Write" if result.status == "to do" else "Fix"
    it = "them" if result.blockers[1:] else "it"
    return [f"{verb} {_listed(result.blockers)} first: this builds on {it}."]


def _listed(names: Sequence[str]) -> str:
    """Names in a row, as in "A, B and C"."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def next_step(result: ItemResult, item: str) -> str:
    """Where to go on: at a failed item or, where none is left, at one that is not written."""
    return f"{'Start here' if result.status == 'to do' else 'Fix this first'}: {item}"


def notes(report: Report) -> list[str]:
    """What was noticed beside the items, in Markdown."""
    broken = [not_imported(failure, shown.code) for failure in report.broken]
    return [*_late(report), *broken, *report.notes]


def _late(report: Report) -> Iterator[str]:
    if report.percent_lost:
        days = "1 day" if report.days_late == 1 else f"{report.days_late} days"
        yield f"Handed in {days} late: {report.percent_lost:g} % of the points earned are deducted."


def _what(verdict: Verdict) -> str:
    """What went wrong in a case of this kind."""
    raised = verdict.raised
    if verdict.kind == "ours":
        return NOT_JUDGED
    if verdict.kind == "lost":
        return verdict.detail or NOT_STARTED
    if raised is None:
        return verdict.detail
    if verdict.kind == "import":
        return _unavailable(raised)
    if verdict.kind == "todo":
        return (
            f"Not written yet: {raised.message}" if raised.message.strip() else "Not written yet."
        )
    if verdict.kind == "error":
        if raised.absent and not verdict.frames:
            return f"{raised.absent}.py is missing: hand it in too."
        hint = errors.advice(raised)
        return f"{hint}\n" * bool(hint) + f"Your code raised {raised}"
    return f"The check could not use what your code returned ({raised})."


def _meant(verdict: Verdict) -> str:
    """What an error means that the student's own code raised."""
    if verdict.kind != "error" or errors.advice(verdict.raised):
        return ""
    return plain_words.explained(verdict.raised)


def _unavailable(raised: Raised) -> str:
    """Why a public name is not to be had."""
    if raised.missing:
        near = f". {shown.nearly(raised.near, raised.missing)}" if raised.near else ""
        return f"{raised.file} has no {raised.missing}{near}"
    return not_imported(raised.cause or ImportFailure(raised.file, raised))


def _places(verdict: Verdict, show: Callable[[Frame], str]) -> Iterator[str]:
    yield from map(show, verdict.frames)
    if verdict.raised and verdict.raised.errno == errno.EFBIG:
        yield PRINTS_TOO_MUCH
