"""`diff`: what a regrade changes, before it counts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.commands import clone
from autograder.commands.arguments import Commands, declare

PACKAGES = ("yaml", "jinja2")

MORE = """\
example: %(prog)s ~/grades ~/regrades --out ~/changes

OLD and NEW are folders that `class` wrote, or folders with a results.json for each submission. It
writes diff.csv and diff.html in DIR, which it overwrites. The exit code is 1 if somebody loses
points.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "diff", "say what a regrade changes, losses first", MORE)
    parser.add_argument("old", type=Path, metavar="OLD", help="the old gradings")
    parser.add_argument("new", type=Path, metavar="NEW", help="the new gradings")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=Path("diff"),
        help="the folder for the tables; default: diff",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare; 1 where somebody loses points, 2 for a mistake in the command."""
    if not all(clone.provide(name, options.project, "class") for name in PACKAGES):
        return 2
    from autograder.classroom import regrade, standings

    try:
        old, new = standings.read(options.old), standings.read(options.new)
        moved = regrade.compare(old, new)
        regrade.write(moved, len(new), options.out)
    except standings.NothingGraded as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{options.out}: cannot be written ({fault.strerror}).", file=sys.stderr)
        return 2
    print(regrade.text(moved, len(new)))
    print(f"Page: {options.out / 'diff.html'}")
    return 1 if any(one.loses for one in moved) else 0
