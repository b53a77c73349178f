"""`template`: write the students' template, or say where it is stale."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from autograder.commands import clone
from autograder.commands.arguments import Commands, declare, edition
from autograder.homework import catalogue
from autograder.project import Project

MORE = """\
example: %(prog)s --output /tmp/handout

It writes student_template/, and the tables in the documents that show points; with --output, that
folder, and no document. It overwrites stale files there, and removes files that no longer belong to
the template; tests/test_mine.py is never overwritten. With --check it writes nothing.
The exit code is 1 if --check finds something stale; 2 if no template can be built or written.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "template", "write the students' template", MORE)
    parser.add_argument("--check", action="store_true", help="only say what would change")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="a folder; default: the project's own"
    )
    parser.add_argument("--edition", choices=catalogue.names(), help="default: the course's")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write it; with --check 1 where it is stale; 2 where it cannot be built, written or used."""
    from autograder import template  # what goes to Gradescope comes without it

    project = edition(options)
    output = options.output or project.output
    if not clone.is_whole(project) or not clone.provide("ruff", project):
        return 2
    try:
        status = _made(project, output, options)
    except template.TemplateError as fault:
        print(fault, "Nothing was written.", sep="\n", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{fault.filename or output}: {fault.strerror}. Nothing changed.", file=sys.stderr)
        return 2
    return status or _usefulness(project)


def _made(project: Project, output: Path, options: argparse.Namespace) -> int:
    """Write the template into `output`, or show how it differs from that; 1 where it does."""
    from autograder import template

    files = template.checked(project)
    own = output.resolve() == project.output.resolve()
    if options.check:
        stale = template.documents.difference(project) if own else ""
        return _show_difference(stale + template.difference(files, output), options)
    if not own:
        template.refuse_to_overwrite(files, output)
    for path in template.documents.write(project) if own else ():
        print(f"{path}: written")
    changed = template.write(files, output)
    for path in changed:
        print(f"{output.name}/{path}: {'written' if path in files else 'removed'}")
    print(f"{output}: {len(changed)} changed" if changed else f"{output}: up to date")
    return 0


def _show_difference(difference: str, options: argparse.Namespace) -> int:
    if not difference:
        print("The template is up to date.")
        return 0
    named = f" --edition {options.edition}" if options.edition else ""
    into = f" --output {shlex.quote(str(options.output))}" if options.output else ""
    print(f"{difference}This fixes it: python -m autograder template{named}{into}")
    return 1


def _usefulness(project: Project) -> int:
    """2, and a sentence that says so, where there are no checks for students to run."""
    if project.homework.checks.is_dir():
        return 0
    text = "its checks are not written yet, so the template has none and is not to be handed out."
    print(f"{project.homework.name}: {text}", file=sys.stderr)
    return 2
