"""What the page of a class shows: figures, charts, causes, who needs staff, matrix, reports."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt

from autograder.classroom import facts
from autograder.classroom.facts import ItemFacts
from autograder.classroom.page import charts, render
from autograder.classroom.record import Record, Row
from autograder.definition import Homework

MARKS = {
    **{"passed": ".", "failed": "X", "blocked": "b"},
    **{"to do": "t", "inconclusive": "?", "not run": "n"},
}
"""One character for each outcome, as the script knows them."""

COMMONEST = 40
"""How many causes are listed."""

_MARKDOWN = MarkdownIt("zero").enable(["fence", "backticks", "emphasis"])


class Numbered:
    """Texts that occur often, each kept once, under a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)


@dataclass
class Seen:
    """What the page needs, gathered one grading at a time: never two are in memory."""

    columns: dict[str, str]
    """Names of all items with their numbers."""
    reasons: Numbered = field(default_factory=Numbered)
    texts: Numbered = field(default_factory=Numbered)
    students: list[dict[str, Any]] = field(default_factory=list)
    reports: list[list[int]] = field(default_factory=list)
    staff: dict[str, list[int]] = field(default_factory=dict)
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    affected: int = 0
    """How many students need staff; what the whole machine lacks counts for none."""
    worth: dict[str, float] = field(default_factory=dict)
    """Points possible for each item, as the gradings say."""

    def add(self, row: Row, results: Mapping[str, Any]) -> None:
        """Gather one grading; there are no results where it was lost."""
        found = {item.name: item for item in facts.items(results)}
        ordered = [*map(found.get, self.columns)]
        for item in filter(None, ordered):
            self.outcomes.setdefault(item.name, Counter())[item.outcome] += 1
            self.causes[item.name, item.reason] += item.outcome == "failed"
            self.worth[item.name] = item.possible
        reasons = _reasons_for_staff(row, results)
        self.affected += bool(reasons)
        for text in [*reasons, *facts.weaker(results)]:
            self.staff.setdefault(text, []).append(len(self.students))
        self.students.append(self._student(row, ordered))
        self.reports.append(self._report(results))

    def _student(self, row: Row, ordered: list[ItemFacts | None]) -> dict[str, Any]:
        return {
            "name": row.student.name,
            "about": " · ".join(filter(None, (row.student.email, row.submission, row.at))),
            "score": row.score,
            "fault": row.fault,
            "marks": "".join(MARKS.get(item.outcome, "?") if item else " " for item in ordered),
            "points": [item.score if item else 0 for item in ordered],
            "reasons": [self.reasons.of(item.reason if item else "") for item in ordered],
        }

    def _report(self, results: Mapping[str, Any]) -> list[int]:
        """Numbers of the texts that a student sees: the summary, then an item after the other."""
        outputs = {test["name"]: test.get("output") or "" for test in results.get("tests") or ()}
        shown = [results.get("output") or "", *(outputs.get(name, "") for name in self.columns)]
        return [*map(self.texts.of, shown)]


def _reasons_for_staff(row: Row, results: Mapping[str, Any]) -> list[str]:
    if not results:
        return [f"could not be graded: {row.fault}" if row.fault else "not graded yet"]
    return facts.for_staff(results)


def page(homework: Homework, record: Record, rows: list[Row]) -> str:
    """The whole page of these rows."""
    seen = Seen(_columns(homework, record))
    for row in rows:
        seen.add(row, record.results(row.grading))
    scores = [row.score for row in rows if row.score is not None]
    possible = max((row.possible or 0 for row in rows), default=0)
    return render(
        "class.html",
        "class.js",
        {
            "title": homework.name,
            "figures": _figures(scores, len(rows), possible, seen),
            "spread": charts.spread(scores, possible),
            "solved": charts.solved(_shares(seen)),
            "causes": _causes(seen),
            "staff": sorted(seen.staff.items(), key=lambda entry: len(entry[1])),
            "names": [student["name"] for student in seen.students],
            "data": _data(seen),
        },
    )


def _columns(homework: Homework, record: Record) -> dict[str, str]:
    """The items of the homework, then those that only another form of it has."""
    own = {item.name: item.number for item in homework.rubric.items}
    return own | {name: number for number, name in record.graded_items() if name not in own}


def _figures(scores: list[float], count: int, possible: float, seen: Seen) -> list[tuple[str, str]]:
    figures = [("graded", f"{len(scores)} of {count}")]
    if scores:
        full = sum(score == possible for score in scores)
        figures.append(("median", f"{statistics.median(scores):g} of {possible:g}"))
        figures.append(("mean", f"{statistics.fmean(scores):.1f}"))
        figures.append(("full marks", str(full)))
    return [*figures, ("need staff", str(seen.affected))]


def _shares(seen: Seen) -> dict[str, dict[str, float]]:
    """Of each item with its number, the share of each outcome."""
    shares = {}
    for name, number in seen.columns.items():
        counts = seen.outcomes.get(name, Counter())
        total = counts.total() or 1
        share = {outcome: counts[outcome] / total for outcome in MARKS}
        shares[f"{number} {name}"] = share
    return shares


def _causes(seen: Seen) -> list[dict[str, Any]]:
    """The commonest reasons why an item fails on its own account."""
    most = max(seen.causes.values(), default=0)
    places = {name: place for place, name in enumerate(seen.columns)}
    return [
        {
            "count": count,
            "share": 100 * count / most,
            "reason": reason,
            "number": seen.reasons.of(reason),
            "item": name,
            "place": places[name],
        }
        for (name, reason), count in seen.causes.most_common(COMMONEST)
        if count
    ]


def _data(seen: Seen) -> dict[str, Any]:
    """What the script draws the matrix and the reports from."""
    return {
        "items": [[number, name, seen.worth.get(name, 0)] for name, number in seen.columns.items()],
        "reasons": list(seen.reasons),
        "students": seen.students,
        "staff": [*seen.staff.values()],
        "texts": [*map(_MARKDOWN.render, seen.texts)],
        "reports": seen.reports,
    }
