"""Report -> results.json, as Gradescope's autograder specification has it.

What students read stands in `output`, what is for staff only in `extra_data`, which students do
not see.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from autograder import shown
from autograder.definition import Item, Policy
from autograder.outcomes import ItemResult, Report, Verdict
from autograder.report import facts, sentences

MAX_NOTES = 20
"""Notes at the top: a folder of unreadable files would have one for each."""

SYMBOLS = {
    "passed": "✅",
    "to do": "✏️",
    "failed": "❌",
    "blocked": "⛔",
    "inconclusive": "⚠️",
    "not run": "…",
}


def render(report: Report) -> dict[str, Any]:
    """The whole of results.json as a dictionary."""
    fields: dict[str, Any] = {
        "score": report.score,
        "execution_time": round(report.seconds, 3),
        "output": summary(report),
        "output_format": "md",
        "test_output_format": "md",
        "visibility": report.policy.visibility,
        "stdout_visibility": "hidden",
        "extra_data": facts.of_report(report),
        "tests": [row(result, report.policy) for result in report.results.values()],
    }
    if report.figure is not None:
        title, value = report.figure
        fields["leaderboard"] = [{"name": title, "value": round(value, 4)}]
    return fields


def write(report: Report, path: Path) -> None:
    """Replace `path` by the report in one step: a reader sees the old file or the new one."""
    data = encoded(report)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:  # mode 0600: a worker's uid cannot read it
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def encoded(report: Report) -> bytes:
    """The whole of results.json, without characters that no reader sees."""
    fields = render(report)
    text = _text(fields)
    # Cleaning each value takes longer than all the rest, and seldom is there one to clean.
    if not text.isprintable() or _ESCAPED.search(text):
        text = _text(_cleaned(fields))
    return text.encode("utf-8", errors="replace")


def row(result: ItemResult, policy: Policy) -> dict[str, Any]:
    """One of `tests`. A row without points is informational: it has no score.

    Extra credit has no `max_score`, so that those add up to the points of the assignment.
    """
    item = result.item
    fields: dict[str, Any] = {
        "number": item.number,
        "name": item.name,
        "status": "passed" if _has_earned_all(result) else "failed",
        "visibility": _seen(item, policy),
        "tags": facts.tags(result),
        "output": _row_text(result, policy),
        "extra_data": facts.of_item(result),
    }
    if item.points:
        fields |= {"score": result.score}
    if item.points and not item.extra:
        fields |= {"max_score": item.points}
    return fields


def _seen(item: Item, policy: Policy) -> str:
    """When students see a row: as the course says, whatever is said of the item."""
    return item.visibility if policy.visibility == Policy.visibility else policy.visibility


def _has_earned_all(result: ItemResult) -> bool:
    """Whether nothing is lost: an axis too many costs nothing where no points are for shape."""
    all_earned = bool(result.item.points) and result.score == result.item.points
    return all_earned or result.status in ("passed", "inconclusive")


def summary(report: Report) -> str:
    """The text at the top: the score, what to fix next, and what was noticed."""
    lines = [f"**{report.score} of {report.possible} points.**"]
    if not report.complete:
        lines.append("Grading did not finish; what is missing below was not run.")
    notes = sentences.notes(report)
    lines += [f"Note: {shown.inline(note)}" for note in notes[:MAX_NOTES]]
    if len(notes) > MAX_NOTES:
        lines.append(f"{len(notes) - MAX_NOTES} more notes are left out here.")
    blocked = sum(result.status == "blocked" for result in report.results.values())
    following = report.next_to_fix
    started = any(result.verdicts for result in report.results.values())
    if following is not None and report.complete and started:
        item = following.item
        where = f"**{item.number} {item.name}**{_first_sentence(following)}"
        lines.append(sentences.next_step(following, where))
    if blocked:
        what = "1 more item is" if blocked == 1 else f"{blocked} more items are"
        lines.append(f"{what} blocked by something that fails.")
    lines += [f"[{text}]({address})" for text, address in report.policy.links]
    return "\n\n".join(lines)


def _first_sentence(result: ItemResult) -> str:
    return f": {result.failures[0].sentence}" if result.failures else "."


def _row_text(result: ItemResult, policy: Policy) -> str:
    if result.status == "not run":
        return "Not run."
    parts = [_aspects(result), *map(shown.inline, result.hints), *sentences.blocked(result)]
    told = [v for v in result.failures if policy.hidden_texts or not v.hidden]
    parts += [_failure_text(verdict) for verdict in _representative(told)]
    if untold := len(result.failures) - len(told):
        cases = "A hidden case" if untold == 1 else f"{untold} hidden cases"
        parts.append(f"{cases} did not pass: staff can see what went wrong.")
    return "\n\n".join(parts)


def _aspects(result: ItemResult) -> str:
    item, passed = result.item, len(result.verdicts) - len(result.failures)
    worth = [("shape", result.shape_score, item.shape), ("value", result.value_score, item.value)]
    points = ", ".join(f"{name} {got}/{of}" for name, got, of in worth if of)
    points += ", extra credit" * item.extra
    cases = f"{passed} of {len(result.verdicts)} cases passed"
    return f"{SYMBOLS[result.status]} {f'{points}; ' if points else ''}{cases}."


def _representative(failures: list[Verdict]) -> list[Verdict]:
    """The first failure of each check: its other cases seldom say more."""
    first: dict[str, Verdict] = {}
    for verdict in sorted(failures, key=lambda verdict: verdict.hidden):
        first.setdefault(verdict.sentence, verdict)
    by_text: dict[str, Verdict] = {}
    for verdict in first.values():
        by_text.setdefault(sentences.failure(verdict), verdict)
    return [*by_text.values()][:4]


def _failure_text(verdict: Verdict) -> str:
    parts = [verdict.sentence, shown.block(sentences.failure(verdict))]
    if verdict.output.strip() and not verdict.hidden:
        parts += ["It printed:", shown.block(verdict.output)]
    if verdict.hidden:
        parts.append("This case is hidden: its numbers differ from those that you have at home.")
    return "\n\n".join(parts)


_ESCAPED = re.compile(r"\\[ubfr]")
"""How JSON writes characters that are no text, but for the ends of lines and tabs."""


def _text(fields: dict[str, Any]) -> str:
    return json.dumps(fields, allow_nan=False, ensure_ascii=False, default=str)


def _cleaned(value: Any) -> Any:
    """The same fields without characters that no reader sees."""
    if isinstance(value, str):
        return shown.visible(value)
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}  # names are our own
    if isinstance(value, (list, tuple)):
        return [_cleaned(part) for part in value]
    return value
