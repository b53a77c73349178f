"""`similar`: show which submissions of a class are alike, by compare50."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.commands import clone
from autograder.commands.arguments import Commands, declare

MORE = """\
example: %(prog)s ~/assignment_7_export --output ~/alike

SOURCE is what `class` takes. Each student's last submission is compared with all others by
compare50, of the CS50 course; code from the students' template does not count.
It writes compare50's pages into a new folder, and overwrites nothing: it refuses a folder that
exists. Likeness is no proof: read the two submissions side by side.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "similar", "show which submissions are alike, by compare50", MORE)
    parser.add_argument("source", type=Path, metavar="SOURCE", help="what was handed in")
    text = "a new folder for the pages; default: similar"
    parser.add_argument("--output", type=Path, default=Path("similar"), metavar="DIR", help=text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, and name the page; 2 where there is none."""
    project = options.project
    if not clone.is_whole(project) or not all(
        clone.provide(name, project, "similar") for name in ("compare50", "yaml")
    ):
        return 2
    if options.output.exists():
        print(f"{options.output} is there already: name a new folder.", file=sys.stderr)
        return 2
    from autograder.classroom import likeness

    try:
        for sentence in likeness.compare(
            options.source, project.homework, project.output, options.output
        ):
            print(sentence, file=sys.stderr)
    except likeness.NothingCompared as reason:
        print(reason, file=sys.stderr)
        return 2
    print(f"Page: {options.output / 'index.html'}")
    return 0
