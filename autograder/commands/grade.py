"""`grade`: one submission, to results.json and to the terminal."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from autograder import reference
from autograder.commands.arguments import Commands, declare, edition, natural, seconds
from autograder.homework import catalogue
from autograder.outcomes import Report
from autograder.shown import terminal

MORE = """\
example: %(prog)s submission.zip --results-dir /tmp/results --seed 7

It writes results.json in the results' folder, and overwrites the one that is there. The submission
stays as it is. To grade everybody in a folder, use the command `class`.
The exit code is 0 when the submission was graded, whatever its score; 2 for a mistake in the
command; 3 when the autograder itself failed.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "grade", "grade one submission", MORE)
    text = "a folder or a zip; default: the reference"
    parser.add_argument("submission", type=Path, nargs="?", help=text)
    text = "grade as this edition and no other; default: the one that its files show"
    parser.add_argument("--edition", choices=catalogue.names(), help=text)
    parser.add_argument(
        "--results-dir",
        type=Path,
        default=Path("results"),
        metavar="DIR",
        help="where results.json goes; default: results",
    )
    parser.add_argument(
        "--metadata", type=Path, metavar="FILE", help="Gradescope's submission_metadata.json"
    )
    parser.add_argument(
        "--seed", type=natural, metavar="N", help="draw the hidden cases from this seed"
    )
    parser.add_argument(
        "--budget",
        type=seconds,
        metavar="SECONDS",
        help="time limit of the whole grading; default: 300",
    )
    parser.add_argument(
        "--patience",
        type=seconds,
        default=1.0,
        metavar="FACTOR",
        help="multiply the time limit of each check",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grade; 0 when that was done, whatever the score, 2 for a wrong path, 3 for our own fault."""
    if options.edition:
        project = edition(options)
        options.project = replace(project, homework=project.homework.fixed())
    if options.submission:
        return _run(options)
    with reference.whole(options.project) as options.submission:
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    from autograder.report import gradescope

    path = options.results_dir / "results.json"
    if options.metadata is None and (why := _refusal(options)):  # else staff read the report
        print(f"{options.submission}: {why}", file=sys.stderr)
        return 2
    try:
        options.results_dir.mkdir(parents=True, exist_ok=True)
        homework = options.project.homework
        gradescope.write(Report(homework.rubric, homework.policy), path)
    except OSError as fault:
        print(f"{options.results_dir}: cannot hold results ({fault.strerror}).", file=sys.stderr)
        return 2
    report = _graded(options, path)
    for text in map(terminal, report.staff):
        print(text, file=sys.stderr)
    print(f"Results: {path}")
    if not options.submission.exists():
        return 2
    return 3 if report.own_fault else 0


def _refusal(options: argparse.Namespace) -> str:
    """Why there is no one submission to grade; empty where there is."""
    from autograder.submission import SeveralProjects, SubmissionProblem, opened

    if not options.submission.exists():
        return "no such folder or zip."
    try:
        with opened(options.submission, options.project.homework):
            return ""
    except SeveralProjects as several:
        grade_all = f"python -m autograder class {shlex.quote(str(options.submission))} --out DIR"
        return f"holds {several.count} submissions. Name one, or grade all: {grade_all}"
    except SubmissionProblem:
        return ""  # which is graded: its report says what is wrong


def _graded(options: argparse.Namespace, path: Path) -> Report:
    """Grade behind closed doors, keeping the results at `path` up to date, and print the table."""
    from autograder import grading
    from autograder.report import console, gradescope
    from autograder.sandbox.confinement.privacy import closed_to_others, private_paths

    progress = console.Progress()

    def update(report: Report) -> None:
        gradescope.write(report, path)
        progress.show(report)

    metadata = [options.metadata] if options.metadata else []
    private = private_paths(options.submission, options.results_dir, *metadata)
    conditions = grading.Conditions(
        seed=options.seed,
        budget=options.budget,
        patience=options.patience,
        private=private,
        strict=options.metadata is not None,
        days_late=_days_late(options),
    )
    with closed_to_others(*private):
        report = grading.grade(options.submission, options.project.homework, conditions, update)
    progress.clear()
    print(console.table(report, colour=sys.stdout.isatty()))
    return report


def _days_late(options: argparse.Namespace) -> int | None:
    from autograder.submission import lateness

    if options.metadata is None or not options.project.homework.policy.late_percent:
        return 0
    return lateness.days_late(options.metadata)
