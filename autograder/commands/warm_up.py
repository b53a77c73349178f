"""`warm-up`: start a worker once, so that what is missing is said before students hand in."""

from __future__ import annotations

import argparse
import sys

from autograder.commands.arguments import Commands, declare

MORE = """\
example: %(prog)s

It writes nothing and overwrites nothing. The exit code is 3 if nothing can be graded.
"""


def add_to(commands: Commands) -> None:
    """Declare the command."""
    parser = declare(commands, "warm-up", "start a worker once and name its isolation", MORE)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Say what is in force here; 3 where nothing can be graded."""
    from autograder import grading, salt

    project = options.project
    mistakes = project.homework.rubric.mistakes()
    for mistake in mistakes:
        print(f"{project.rubric}: {mistake}", file=sys.stderr)
    if not salt.secret():
        text = "No autograder/salt.txt, or an empty one: hidden cases can be predicted."
        print(text, file=sys.stderr)
    isolation = grading.try_sandbox(project.homework)
    print("Isolation here:", ", ".join(f"{k}: {v or 'none'}" for k, v in isolation.items()))
    return 3 if mistakes else 0
