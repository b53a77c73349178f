"""The TA's commands: `python -m autograder <command>`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from autograder.commands import audit, bundle, classroom, diff, grade, key, template, warm_up
from autograder.project import Project

TOOL = "beras-autograder"
"""What the command is called where the project is installed by pip."""


def main(arguments: list[str] | None = None, project: Project | None = None) -> int:
    """Run one command, on Beras where nothing else is given; the process's exit code."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # read when NumPy is first imported, so before it is
    options = _parser().parse_args(arguments)
    options.project = project or _beras()
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("\nStopped. What was graded before is in the results.", file=sys.stderr)
        return 130


def _beras() -> Project:
    from autograder.homework.project import PROJECT

    return PROJECT


def _parser() -> argparse.ArgumentParser:
    is_tool = Path(sys.argv[0]).stem == TOOL
    prog = TOOL if is_tool else "python -m autograder"
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Grade submissions of Beras.",
        epilog=f"{prog} COMMAND --help tells more of a command, with an example.",
    )
    commands = parser.add_subparsers(title="commands", required=True)
    for command in (grade, classroom, diff, bundle, template, key, audit, warm_up):
        command.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
