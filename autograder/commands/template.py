"""`template`: write the students' template, or say where it is stale."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from autograder.commands.arguments import Commands


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = commands.add_parser("template", help="write the students' template")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    parser.add_argument("--output", type=Path, help="a folder; default: student_template")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write it; with --check 1 where it is stale; 2 where it cannot be built or written."""
    from autograder import template  # what goes to Gradescope comes without it

    project, output = options.project, options.output or options.project.output
    try:
        files = template.checked(project)
        own = output.resolve() == project.output.resolve()
        if options.check:
            stale = template.documents.difference(project) if own else ""
            return _show_difference(stale + template.difference(files, output), options.output)
        if not own:
            template.refuse_to_overwrite(files, output)
        documents = template.documents.write(project) if own else []
        changed = template.write(files, output)
    except template.TemplateError as fault:
        print(fault, "Nothing was written.", sep="\n", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{fault.filename or output}: {fault.strerror}. Nothing changed.", file=sys.stderr)
        return 2
    for path in documents:
        print(f"{path}: written")
    for path in changed:
        print(f"{output.name}/{path}: {'written' if path in files else 'removed'}")
    print(f"{output}: {len(changed)} changed" if changed else f"{output}: up to date")
    return 0


def _show_difference(difference: str, output: Path | None) -> int:
    if not difference:
        print("The template is up to date.")
        return 0
    into = f" --output {shlex.quote(str(output))}" if output else ""
    print(f"{difference}This mends it: python -m autograder template{into}")
    return 1
