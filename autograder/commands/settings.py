"""`settings`: what a course can set, and what is in force."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.commands.arguments import Commands, declare

if TYPE_CHECKING:
    from autograder.course.declared import Setting
    from autograder.course.reading import Course

MORE = """\
example: %(prog)s

It writes nothing and overwrites nothing: save its output as course.toml, beside setup.sh.
Settings that differ from the default are in force there; all others are comments.
The exit code is 2 if course.toml has a mistake.
"""


def add_to(commands: Commands) -> None:
    """Declare the command."""
    parser = declare(commands, "settings", "show what a course can set, and what is in force", MORE)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a course.toml that sets what is in force."""
    from autograder.course.declared import SETTINGS
    from autograder.course.reading import Course, read

    course = read(options.course) if options.course.exists() else Course(options.course)
    rubric = options.project.homework.rubric
    on_top = f", and {rubric.most} with extra credit" if rubric.most != rubric.possible else ""
    found = "as in" if options.course.exists() else "all by default, for there is no"
    print(f"# In force, {found} {options.course}.")
    print(f"# Points for the assignment's outline: {rubric.possible}{on_top}.")
    for setting in SETTINGS:
        print("", *_lines(setting, course), sep="\n")
    return 0


def _lines(setting: Setting, course: Course) -> Iterator[str]:
    default = setting.usual or _toml(setting.default)
    default = f"; default: {default}" if default != "{}" else ""
    yield f"# {setting.sentence}"
    yield f"# {setting.allowed}{default}"
    mark = "" if setting.name in course.values else "# "
    value = course.value(setting.name)
    if isinstance(value, dict):
        yield f"{mark}[{setting.name}]"
        yield from (f"{_toml(key)} = {_toml(entry)}" for key, entry in value.items())
    else:
        yield f"{mark}{setting.name} = {'...' if value is None else _toml(value)}"


def _toml(value: Any) -> str:
    """A value of ours in TOML, which writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)
