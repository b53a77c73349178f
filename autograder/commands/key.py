"""`key`: the answers to the questions in words, with what earns points, as one page for staff."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.commands.arguments import Commands
from autograder.homework import catalogue


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = commands.add_parser("key", help="write the key to the conceptual questions as a page")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="an HTML file")
    parser.add_argument("--edition", choices=catalogue.names(), help="default: tape")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page; 2 where it cannot be made or written."""
    try:
        from autograder import key
    except ImportError as fault:
        print(f"{fault.name} is missing: bash setup.sh --dev", file=sys.stderr)
        return 2
    project = catalogue.named(options.edition) if options.edition else options.project
    if not project.key:
        print(f"{project.homework.name} has no key.", file=sys.stderr)
        return 2
    try:
        options.output.write_text(key.page(project), encoding="utf-8", newline="\n")
    except OSError as fault:
        print(f"{fault.filename}: {fault.strerror}.", file=sys.stderr)
        return 2
    print(f"{options.output}: written. It is for staff alone.")
    return 0
