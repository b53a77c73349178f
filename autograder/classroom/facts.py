"""Facts to count over a class, from `extra_data` of a results.json: see docs/results.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.grading import missing_layers

KINDS = {
    **{"shape": "wrong shape", "axis": "an axis too many", "value": "wrong numbers"},
    **{"finite": "numbers that are not finite", "type": "a wrong type", "error": "an exception"},
    **{"import": "a module does not import", "lost": "ended or hung", "skipped": "no time left"},
    **{"todo": "not written", "ours": "the autograder's own fault"},
}
"""What is said of a failure whose mistake was not recognised."""


@dataclass(frozen=True)
class ItemFacts:
    """How one item of one grading ended, and what it earned of `possible` points."""

    number: str
    name: str
    outcome: str
    score: float
    possible: float
    cause: str
    reason: str
    """The cause, and where none was recognised what went wrong; empty where it passed."""


def items(results: Mapping[str, Any]) -> list[ItemFacts]:
    """All items of a results.json; one without our facts tells its status alone."""
    return [_item(test) for test in results.get("tests") or ()]


def _item(test: Mapping[str, Any]) -> ItemFacts:
    facts = test.get("extra_data") or {}
    outcome = facts.get("outcome") or test.get("status") or ""
    return ItemFacts(
        number=str(test.get("number") or ""),
        name=str(test.get("name") or ""),
        outcome=outcome,
        score=test.get("score") or 0,
        possible=test.get("max_score") or 0,
        cause=facts.get("cause") or "",
        reason="" if outcome == "passed" else _reason(facts),
    )


def _reason(facts: Mapping[str, Any]) -> str:
    raised = next((case["raised"] for case in facts.get("cases", ()) if case.get("raised")), "")
    kind = facts.get("kind", "")
    return facts.get("cause") or (raised if kind == "error" else "") or KINDS.get(kind, kind)


def for_staff(results: Mapping[str, Any]) -> list[str]:
    """Why staff should look at a grading; each reason in words that are alike for all students."""
    return [*dict.fromkeys(_for_staff(results))]


def _for_staff(results: Mapping[str, Any]) -> Iterator[str]:
    facts = results.get("extra_data") or {}
    found = items(results)
    if facts.get("staff") or any(item.outcome == "inconclusive" for item in found):
        yield "the autograder's own fault"
    if unfinished := _unfinished(facts, found):
        yield unfinished
    yield from (f"{broken['file']} does not import" for broken in facts.get("broken", ()))
    if any(case.get("timed_out") for case in _cases(results)):
        yield "a check ran out of time"


def _unfinished(facts: Mapping[str, Any], found: list[ItemFacts]) -> str:
    if not facts.get("complete"):
        return "grading did not finish"
    if "seed" not in facts:
        return "nothing was found to grade"
    return "not everything was run" if any(i.outcome == "not run" for i in found) else ""


def weaker(results: Mapping[str, Any]) -> list[str]:
    """What the isolation of a grading lacked, beside one on Gradescope."""
    facts = results.get("extra_data") or {}
    return missing_layers(facts["isolation"]) if "isolation" in facts else []


def _cases(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for test in results.get("tests") or ():
        yield from (test.get("extra_data") or {}).get("cases", ())
