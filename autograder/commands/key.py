"""`key`: the answers to the questions in words, and what earns points, as one page for staff."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.commands import clone
from autograder.commands.arguments import Commands, declare, edition
from autograder.homework import catalogue

MORE = """\
example: %(prog)s --output /tmp/key.html

It writes this one file, which it overwrites. A browser shows it, and prints it as a PDF.
"""

PACKAGES = ("markdown_it", "mdit_py_plugins", "latex2mathml")


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    what = "write the answers to the conceptual questions, for staff, as a page"
    parser = declare(commands, "key", what, MORE)
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="an HTML file")
    parser.add_argument("--edition", choices=catalogue.names(), help="default: the course's")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page; 2 where it cannot be made or written."""
    project = edition(options)
    if not project.key:
        print(f"{project.homework.name} has no key.", file=sys.stderr)
        return 2
    if not clone.is_whole(project) or not all(clone.provide(name, project) for name in PACKAGES):
        return 2
    from autograder import key

    try:
        options.output.write_text(key.page(project), encoding="utf-8", newline="\n")
    except OSError as fault:
        print(f"{fault.filename}: {fault.strerror}.", file=sys.stderr)
        return 2
    print(f"{options.output}: written. It is for staff alone.")
    return 0
