"""An audit in a terminal: progress, the matrix of chaffs and items, and every surprise."""

from __future__ import annotations

import shutil
from typing import TextIO

from autograder.audit.findings import DIAGNOSED, Audit, Graded

MARKS = {
    "passed": "·",
    "failed": "X",
    "blocked": "b",
    "to do": "t",
    "inconclusive": "?",
    "not run": "-",
}


class Progress:
    """A line that is drawn over itself in a terminal; elsewhere one line for twenty gradings."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream = total, stream
        self._live = stream.isatty()

    def __call__(self, done: int, graded: Graded) -> None:
        """Show that one more submission is graded."""
        text = f"{done}/{self._total} graded"
        if self._live:
            end = "\r\x1b[K" if done == self._total else ""
            self._stream.write(f"\r\x1b[K{text}  {graded.subject.name}{end}")
        elif done % 20 == 0 or done == self._total:
            self._stream.write(f"{text}\n")
        for surprise in graded.surprises:
            clear = "\r\x1b[K" if self._live else ""
            self._stream.write(f"{clear}{graded.subject.name}: {surprise}\n")
        self._stream.flush()


def render(audit: Audit) -> str:
    """The whole text."""
    idle = [f"no chaff needs {check}" for check in audit.idle_checks]
    parts = [_matrix(audit), surprises(audit), diagnoses(audit), idle, [summary(audit)]]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _matrix(audit: Audit) -> list[str]:
    """One row a chaff, one column an item; a list of what fell where the terminal is narrow."""
    width = max((len(one.subject.name) for one in audit.chaffs), default=0)
    if not width:
        return []
    items = audit.rubric.items
    if width + 2 + len(items) > shutil.get_terminal_size((120, 24)).columns:
        return [f"{one.subject.name}: {_losses(one)}" for one in audit.chaffs]
    numbers = [item.number for item in items]
    tall = max(map(len, numbers))
    head = [
        f"{'':{width}}  " + "".join(number.rjust(tall)[row] for number in numbers)
        for row in range(tall)
    ]
    return [*head, *(f"{one.subject.name:{width}}  {_row(one)}" for one in audit.chaffs)]


def _row(graded: Graded) -> str:
    return "".join(MARKS[result.status] for result in graded.report.results.values())


def _losses(graded: Graded) -> str:
    lost = [result for result in graded.report.results.values() if result.status != "passed"]
    return ", ".join(f"{r.item.number} {r.status} -{r.item.points - r.score}" for r in lost)


def surprises(audit: Audit) -> list[str]:
    """Each way in which a grading was not what it had to be, with the submission's name."""
    return [
        f"{one.subject.name} (seed {one.subject.seed}), {label}: {text}"
        for one in audit.graded
        for label, texts in (
            ("false alarm", one.false_alarms),
            ("missed", one.missed),
            ("misplaced", one.misplaced),
        )
        for text in texts
    ]


def diagnoses(audit: Audit) -> list[str]:
    """Each chaff whose mistake was not named as it should be."""
    return [
        f"{one.subject.name}: named {one.named or 'nothing'}; expected {one.expected or 'nothing'}"
        for one in audit.misnamed
    ]


def summary(audit: Audit) -> str:
    """What was graded and found, in figures."""
    right = [one for one in audit.graded if one.subject.chaff is None]
    results = [result for one in audit.graded for result in one.report.results.values()]
    cases = [verdict.asked for result in results for verdict in result.verdicts]
    lines = [
        f"{len(right)} right or untouched submissions:"
        f" {_count(right, 'false_alarms')} false alarms, {_count(right, 'missed')} unearned",
        f"{len(audit.chaffs)} chaffs: {_count(audit.chaffs, 'missed')} missed,"
        f" {_count(audit.chaffs, 'misplaced')} misplaced",
    ]
    if audit.chaffs:
        lines.append(
            f"diagnoses: {len(audit.chaffs) - len(audit.misnamed)} of {len(audit.chaffs)} right,"
            f" {audit.diagnosed:.0%}; at least {DIAGNOSED:.0%} must be"
        )
    lines += [f"checks that no chaff needs: {len(audit.idle_checks)}"] if audit.whole else []
    verdict = "The checks are right." if audit.passed else "The checks surprise."
    asked = f"{len(cases)} cases"
    if not all(cases):  # of the others the edited function is never called
        asked += f", {sum(cases)} of them asked"
    lines.append(f"{len(audit.graded)} gradings, {asked}, {audit.seconds:.0f} s. {verdict}")
    return "\n".join(lines)


def _count(graded: list[Graded], kind: str) -> int:
    return sum(len(getattr(one, kind)) for one in graded)
