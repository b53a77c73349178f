"""`class`: grade everybody, and show what they got wrong."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands import clone
from autograder.commands.arguments import Commands, declare, edition, positive, seconds
from autograder.homework import catalogue

if TYPE_CHECKING:
    from autograder.classroom.run import Wanted
    from autograder.classroom.standings import Standing

PACKAGES = ("yaml", "jinja2", "markdown_it", "matplotlib", "distributed")

WHAT = "grade everybody: a folder of submissions, Gradescope's export, or a CSV of paths"
MORE = """\
example: %(prog)s ~/assignment_7_export --out ~/grades

It does not grade again what the record holds already, so the same command continues a class that
was stopped. It writes class.sqlite, the record, which only grows, and overwrites grades.csv,
items.csv, index.html and, with --against, diff.csv and diff.html in DIR. The exit code is 3 if a
grading was lost.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "class", WHAT, MORE)
    parser.add_argument("source", type=Path, metavar="SOURCE", help="what was handed in")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="the folder for the results"
    )
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
    parser.add_argument(
        "--edition",
        choices=catalogue.names(),
        help="grade all as this edition; default: by their files",
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="grade on this Dask cluster")
    parser.add_argument("--again", action="store_true", help="grade again what is in the record")
    parser.add_argument(
        "--seconds",
        type=seconds,
        help="time limit of one grading; default: its budget and a minute",
    )
    parser.add_argument(
        "--format",
        choices=("gradescope", "canvas"),
        default="gradescope",
        help="the columns of grades.csv",
    )
    parser.add_argument(
        "--assignment", metavar="NAME", default="", help="the name of Canvas's column"
    )
    parser.add_argument(
        "--against", type=Path, metavar="OLD", help="then compare with these by `diff`"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grade; 1 where somebody loses points, 2 for a mistake, 3 for a lost grading."""
    if not all(clone.provide(name, options.project, "class") for name in PACKAGES):
        return 2
    from autograder.classroom import run as classroom
    from autograder.classroom import standings

    wanted = _wanted(options)
    try:
        old = standings.read(options.against) if options.against else None
        rows = classroom.grade(wanted)
    except (classroom.ClassProblem, standings.NothingGraded) as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(classroom.summary(wanted, rows))
    somebody_loses = old is not None and _differs(old, options.out)
    return 3 if any(row.score is None for row in rows) else int(somebody_loses)


def _wanted(options: argparse.Namespace) -> Wanted:
    from autograder.classroom.run import Wanted

    homework = edition(options).homework
    return Wanted(
        homework=homework.fixed() if options.edition else homework,
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


def _differs(old: dict[str, Standing], out: Path) -> bool:
    """Tell what changed since; whether somebody loses points."""
    from autograder.classroom import regrade, standings

    new = standings.read(out)
    moved = regrade.compare(old, new)
    regrade.write(moved, len(new), out)
    print(regrade.text(moved, len(new)))
    return any(one.loses for one in moved)
