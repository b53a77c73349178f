"""What a grading shows in a terminal: a line of progress, then the table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from autograder.definition import Rubric, total_of
from autograder.outcomes import ItemResult, Report, first_to_fix
from autograder.report import sentences
from autograder.shown import terminal

MARKS = {"passed": "ok", "failed": "FAIL", "inconclusive": "?"}
COLOURS = {"passed": "32", "failed": "31", "blocked": "33", "to do": "36", "inconclusive": "35"}
WIDTH = 58
MOST_BLOCKERS = 3


class Progress:
    """One line that is drawn over itself in a terminal; silent elsewhere."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()

    def show(self, report: Report) -> None:
        """Draw how far the grading has come."""
        if not self._live:
            return
        done = [result for result in report.results.values() if result.finished]
        last = done[-1].item.name if done else "starting"
        filled = 24 * len(done) // len(report.results)
        bar = "#" * filled + "." * (24 - filled)
        self._stream.write(f"\r\x1b[K[{bar}] {len(done)}/{len(report.results)}  {last}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def table(report: Report, colour: bool) -> str:
    """Every item with its outcome and points, by stage, then what to do next."""
    lines: list[str] = []
    for result in report.results.values():
        stage, _, place = result.item.number.partition(".")
        if place == "1":
            lines.append(f"{stage}  {report.rubric.stages[stage]}")
        lines.append(_line(report.rubric, result, colour))
        lines += [f"          {terminal(hint)}" for hint in result.hints]
        if result.status not in ("passed", "not run"):
            lines += _details(result)
    lines += ["", f"{'':4}{'Total':{WIDTH}} {report.score:3} / {report.possible}", ""]
    lines += [f"Note: {terminal(note)}" for note in sentences.notes(report)]
    if report.next_to_fix is not None:
        item = report.next_to_fix.item
        lines.append(sentences.next_step(report.next_to_fix, f"{item.number} {item.name}"))
    lines.append(_isolation(report))
    return "\n".join(lines)


def scoreboard(
    report: Report,
    shown: Sequence[ItemResult],
    colour: bool,
    broken: Sequence[str] = (),
    onwards: Sequence[str] = (),
    wanted: Sequence[ItemResult] | None = None,
) -> str:
    """What a student sees at home: items, the points so far, and where to go on.

    `shown` are those that were asked for (`wanted`, where they are not all) and what keeps these
    from passing; `broken` files that keep a module from importing; `onwards` is what to say where
    all is right.
    """
    lines: list[str] = []
    for result in shown:
        lines.append(_line(report.rubric, result, colour))
        lines += [f"          {terminal(hint)}" for hint in result.hints]
    earned, possible = total_of(r.score for r in shown), total_of(r.item.points for r in shown)
    total = [f"{'':4}{'Public cases':{WIDTH}} {earned:3} / {possible}", ""] if possible else []
    lines += ["", *total]
    if broken:
        lines.append(f"Fix this first: {broken[0]}")
    else:
        failed = [result for result in shown if result.status == "failed"]
        lines += _next_at_home(report, [*failed, *(wanted or shown)]) or onwards
    return "\n".join(lines)


def _next_at_home(report: Report, candidates: Sequence[ItemResult]) -> list[str]:
    """Where to go on, and the command for it; a run that was stopped counts as it is."""
    cut_short = [r for r in report.results.values() if r.failures and not r.finished]
    following = first_to_fix(candidates) or next(iter(cut_short), None)
    if following is None:
        return []
    number = following.waits_for or following.item.number
    item = report.rubric.by_number.get(number, following.item)  # a stub can be edited
    return [
        sentences.next_step(following, item.place),
        f"    python -m pytest --item {item.number}",
    ]


def _line(rubric: Rubric, result: ItemResult, colour: bool) -> str:
    item = result.item
    mark = MARKS.get(result.status, result.status)
    if result.verdicts and not result.finished and not result.failures:
        mark = f"{len(result.verdicts)} of {result.cases} cases ran, all ok"
    elif not result.finished and result.failures:
        mark = MARKS["failed"]
    elif result.status == "to do" and result.waits_for:
        mark = f"to do, after {result.waits_for}"
    elif result.status == "blocked":
        mark = f"{mark} by {_numbers(rubric, result.blockers)}"
    if colour and result.status in COLOURS:
        mark = f"\x1b[{COLOURS[result.status]}m{mark}\x1b[0m"
    width = _width(rubric)
    points = f"{result.score:{width}} / {item.points:<{width}}" if item.points else ""
    points = f"{points:{2 * width + 3}}{' extra credit' * item.extra}"
    return f"    {item.number:5}{item.name:{WIDTH - 5}} {points} {mark}"


def _width(rubric: Rubric) -> int:
    """Width of the longest points, at least three digits."""
    worth = ((item.shape, item.value, item.points) for item in rubric.items)
    return max(3, *(len(str(points)) for item in worth for points in item))


def _numbers(rubric: Rubric, names: tuple[str, ...]) -> str:
    """The numbers of items, of many only the first: whoever fixes these runs it again anyway."""
    numbers = [rubric.by_name[name].number for name in names]
    more = f" and {len(numbers) - MOST_BLOCKERS} more" * (len(numbers) > MOST_BLOCKERS)
    return f"{', '.join(numbers[:MOST_BLOCKERS])}{more}"


def _details(result: ItemResult) -> list[str]:
    if result.status == "blocked":
        lines = sentences.blocked(result) + _told(result)[:1]
    else:
        lines = _told(result)[: 1 if result.status == "to do" else 6]
    return [f"          {line}" for line in lines]


def _told(result: ItemResult) -> list[str]:
    """The lines of an item's first failure."""
    return terminal(sentences.failure(result.failures[0])).splitlines()


def _isolation(report: Report) -> str:
    layers = report.facts.get("isolation")
    described = (
        ", ".join(f"{k}: {v or 'none'}" for k, v in layers.items())
        if isinstance(layers, dict)
        else "no worker was started"
    )
    return f"Isolation: {described}. {report.seconds:.1f} s."
