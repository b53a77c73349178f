"""The TA's commands: `python -m autograder <command>`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from autograder.commands import (
    audit,
    bundle,
    classroom,
    diff,
    grade,
    key,
    settings,
    similar,
    template,
    warm_up,
)
from autograder.project import Project

TOOL = "beras-autograder"
"""What the command is called where the project is installed by pip."""


def main(arguments: list[str] | None = None, project: Project | None = None) -> int:
    """Run one command, on Beras where nothing else is given; the process's exit code."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # read when NumPy is first imported, so before it is
    options = _parser().parse_args(arguments)
    options.base = project or _beras()
    try:
        _set(options)
    except ValueError as mistakes:
        print(mistakes, file=sys.stderr)
        return 2
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("\nStopped. What was graded before is in the results.", file=sys.stderr)
        return 130


def _set(options: argparse.Namespace) -> None:
    """Read the course's settings: `options.project` follows them, `options.base` does not.

    Raises ValueError with all that is wrong with them.
    """
    is_named, options.project = options.course is not None, options.base
    options.course = options.course or options.base.root / options.base.course
    if not is_named and not options.course.exists():
        return  # and spare what reads it, which is a hundredth of a grading
    from autograder.course import applied, reading

    options.project = applied.applied(options.base, reading.read(options.course))


def _beras() -> Project:
    from autograder.homework.project import PROJECT

    return PROJECT


def _parser() -> argparse.ArgumentParser:
    is_tool = Path(sys.argv[0]).stem == TOOL
    prog = TOOL if is_tool else "python -m autograder"
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Grade submissions of Beras.",
        epilog=f"{prog} COMMAND --help says more about a command, with an example.",
    )
    text = "the course's settings; default: course.toml beside setup.sh, where there is one"
    parser.add_argument("--course", type=Path, metavar="FILE", help=text)
    commands = parser.add_subparsers(title="commands", required=True)
    for command in (
        *(grade, classroom, diff, similar),
        *(bundle, settings, template, key),
        *(audit, warm_up),
    ):
        command.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
