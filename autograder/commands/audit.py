"""`audit`: prove the checks by right and wrong submissions."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.commands.arguments import Commands, declare, natural, positive
from autograder.homework import catalogue

MORE = """\
example: %(prog)s --only float32_inside --html /tmp/audit.html

The audit uses the points of the rubric, whatever course.toml says.
It writes only the page that --html names, and one beside it for each other edition; it overwrites
older ones. Without --only it grades all right and all wrong submissions. The exit code is 1 if
something is a surprise; 2 for a mistake in what is audited.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "audit", "prove the checks by right and wrong submissions", MORE)
    text = "audit this edition alone; default: all"
    parser.add_argument("--edition", choices=catalogue.names(), help=text)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", default=(), help="grade these submissions alone"
    )
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="gradings at a time; default: one per core"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the matrix as a page")
    parser.add_argument(
        "--seeds",
        type=natural,
        default=0,
        metavar="N",
        help="grade only the right submissions, each with so many seeds",
    )
    text = "ask chaffs also what their edits cannot change: cases that never call the edited code"
    parser.add_argument("--every-case", action="store_true", help=text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Audit; 1 where something is a surprise, 2 for a mistake in what is audited."""
    from autograder.audit.run import main

    if options.edition:
        projects = [catalogue.named(options.edition)]
    else:
        projects = catalogue.family(options.base)
    how = options.jobs, options.seeds, options.html, options.every_case
    return main(projects, options.only, *how)
