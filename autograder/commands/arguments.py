"""How a command is declared, and kinds of its arguments."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from autograder.project import Project

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What a command adds itself to."""


def declare(commands: Commands, name: str, what: str, more: str) -> argparse.ArgumentParser:
    """A command that does `what`; `more` is an example, and what it writes and overwrites."""
    return commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def edition(options: argparse.Namespace) -> Project:
    """The edition that was asked for; the course's own with its settings."""
    from autograder.homework import catalogue

    chosen: Project = options.project
    if options.edition is None:
        return chosen
    named = catalogue.named(options.edition)
    return chosen if chosen.homework.name == named.homework.name else named


def positive(text: str) -> int:
    """A whole number, at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def natural(text: str) -> int:
    """A whole number, at least 0."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def seconds(text: str) -> float:
    """A finite number over 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be a number of seconds over 0")
    return number
