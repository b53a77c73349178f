"""`class`: grade everybody, and show what they got wrong."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from autograder.commands.arguments import Commands, positive, seconds

DESCRIPTION = """
Grade everybody in SOURCE: a folder of folders or zips, Gradescope's export of an assignment, or a
CSV with a column `path`. What is in the record already is not graded again, so a class that was
stopped goes on where it was.
"""

EXAMPLE = """
example: python -m autograder class ~/assignment_7_export --out ~/grades

It writes class.sqlite (the record), grades.csv, items.csv and index.html in DIR, and overwrites
these three; the record only grows.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = commands.add_parser(
        "class",
        help="grade everybody",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="what was handed in")
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="where results go")
    parser.add_argument(
        "--which",
        choices=("latest", "best", "all"),
        default="latest",
        help="which of a student's submissions count; default: latest",
    )
    parser.add_argument(
        "--jobs",
        type=positive,
        default=os.cpu_count() or 1,
        help="gradings at a time; default: one per core",
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="grade on this Dask cluster")
    parser.add_argument("--again", action="store_true", help="take nothing from the record")
    parser.add_argument(
        "--seconds", type=seconds, help="bound on one grading; default: its budget and a minute"
    )
    parser.add_argument(
        "--format",
        choices=("gradescope", "canvas"),
        default="gradescope",
        help="whose columns grades.csv has",
    )
    parser.add_argument("--assignment", metavar="NAME", default="", help="name of Canvas's column")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grade; 2 for a mistake in the command, 3 where a grading failed, 130 when stopped."""
    try:
        from autograder.classroom import run as classroom
    except ModuleNotFoundError as fault:
        print(f"This needs {fault.name}: bash setup.sh --class installs it.", file=sys.stderr)
        return 2
    wanted = classroom.Wanted(
        homework=options.project.homework,
        source=options.source,
        out=options.out,
        which=options.which,
        jobs=options.jobs,
        scheduler=options.scheduler,
        again=options.again,
        seconds=options.seconds,
        layout=options.format,
        assignment=options.assignment,
    )
    try:
        rows = classroom.grade(wanted)
    except classroom.ClassProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(classroom.summary(wanted, rows))
    return 3 if any(row.score is None for row in rows) else 0
