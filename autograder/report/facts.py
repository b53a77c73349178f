"""Facts of a report as plain fields, for `extra_data` in results.json: see docs/results.md.

Staff count with them and students do not see them, so hidden cases are told of like any other.
"""

from __future__ import annotations

from typing import Any

from autograder.outcomes import ItemResult, Report, Verdict
from autograder.raised import ImportFailure

FORMAT = 1
"""Rises when a field changes its meaning or goes."""


def of_report(report: Report) -> dict[str, Any]:
    """What is known of a grading, apart from its items."""
    return {
        "format": FORMAT,
        **report.facts,
        "broken": [_broken(failure) for failure in report.broken],
        "complete": report.complete,
        "staff": report.staff,
        **_of_course(report),
    }


def _of_course(report: Report) -> dict[str, Any]:
    """What the course has set, and how late the submission is, where that is asked for."""
    chosen = dict(report.policy.chosen)
    late = {"days_late": report.days_late} if report.policy.late_percent else {}
    return ({"course": chosen} if chosen else {}) | late


def of_item(result: ItemResult) -> dict[str, Any]:
    """How an item ended, why, and the same of each of its cases."""
    failures = result.failures
    return {
        "outcome": result.status,
        "kind": failures[0].kind if failures else "",
        "cause": next((v.cause.name for v in failures if v.cause), ""),
        "blocked_by": [*result.blockers] if result.status in ("blocked", "to do") else [],
        "waits_for": result.waits_for,
        "seconds": round(sum(verdict.seconds for verdict in result.verdicts), 4),
        "cases": [_case(verdict) for verdict in result.verdicts],
    }


def tags(result: ItemResult) -> list[str]:
    """What students may read beside the name of an item, and staff filter by."""
    return [] if result.status == "passed" else [result.status]


def _case(verdict: Verdict) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "check": verdict.function,
        "case": verdict.case,
        "hidden": verdict.hidden,
        "kind": verdict.kind,
        "seconds": round(verdict.seconds, 4),
    }
    return fields if verdict.kind == "passed" else fields | _failure(verdict)


def _failure(verdict: Verdict) -> dict[str, Any]:
    raised = verdict.raised
    return {
        "cause": verdict.cause.name if verdict.cause else "",
        "raised": raised.type_name if raised else "",
        "file": raised.file if raised else "",
        "waits_for": verdict.waits_for,
        "where": [list(frame) for frame in verdict.frames],
        "timed_out": verdict.timed_out,
    }


def _broken(failure: ImportFailure) -> dict[str, Any]:
    raised = failure.raised
    return {
        "file": failure.file,
        "raised": raised.type_name if raised else "",
        "message": raised.message if raised else "",
        "seconds": failure.seconds,
    }
