"""`bundle`: pack what Gradescope needs, and try it before it is uploaded."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands import clone
from autograder.commands.arguments import Commands, declare
from autograder.project import Project

if TYPE_CHECKING:
    from autograder.bundle.trial import Trial

MORE = """\
example: %(prog)s --output /tmp/autograder.zip

It writes the zip to upload, and overwrites an older one. If autograder/salt.txt is missing or
empty, it writes that too; a salt is never overwritten.
First it unpacks the zip in a temporary folder, where the zip's own setup.sh and run_autograder
grade the reference and the untouched template. It writes no zip unless these get all points and
none.
The exit code is 1 if they do not; 2 if something to pack is missing, or must not be handed out.
"""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    parser = declare(commands, "bundle", "pack and try the zip for Gradescope", MORE)
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("autograder.zip"),
        metavar="FILE",
        help="default: autograder.zip",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Pack, try, write; 1 where the trial fails, 2 where something is missing or must not leave."""
    from autograder.bundle import archive
    from autograder.bundle.contents import BundleError

    project = options.project
    if not clone.is_whole(project):
        return 2
    try:
        data = _packed(project, options.course)
        if not _tried(data, project):
            print("No zip was written.", file=sys.stderr)
            return 1
        archive.write(data, options.output)
    except (BundleError, subprocess.TimeoutExpired) as fault:
        print(fault, "No zip was written.", sep="\n", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{fault.filename or options.output}: {fault.strerror}.", file=sys.stderr)
        return 2
    print(f"{options.output}: {len(data) / 1000:.0f} kB, written")
    return 0


def _packed(project: Project, course: Path) -> bytes:
    """The bytes of the bundle. Raises BundleError with all that must not leave, or is missing."""
    from autograder.bundle import archive, contents
    from autograder.homework import catalogue

    if wrong := project.homework.rubric.mistakes():
        raise contents.BundleError("\n".join(f"{project.rubric}: {what}" for what in wrong))
    if contents.keep_salt(project.root):
        text = "made, and kept: it decides the hidden cases, so keep a copy of it with the course."
        print(f"{contents.SALT}: {text}")
    files = contents.collect(project.root, course)
    editions = [project, *map(catalogue.named, catalogue.names())]
    if found := contents.leaks(files, editions):
        raise contents.BundleError("\n".join(found))
    print(f"Packed: {len(files)} files, {sum(map(len, files.values())) / 1000:.0f} kB unpacked")
    return archive.packed(files)


def _tried(data: bytes, project: Project) -> bool:
    """Whether the reference gets all points in a trial, and the untouched template none."""
    from autograder import reference
    from autograder.bundle import trial

    rubric = project.homework.rubric
    with (
        reference.whole(project) as solution,
        _template(project) as template,
        trial.unpacked(data, project.root / ".venv") as folder,
    ):
        right, untouched = trial.grade(folder, solution), trial.grade(folder, template)
    versions = right.results.get("extra_data", {}).get("versions", {})
    form = project.homework.form
    print(f"Edition: {f'{form.name}, ' if form else ''}{project.homework.name}")
    print("Versions:", ", ".join(f"{name} {version}" for name, version in versions.items()))
    print(f"Points for the assignment's outline: {right.possible:g}")
    wanted = {"the reference": (right, rubric.most), "the untouched template": (untouched, 0)}
    told = [_told(name, *tried, rubric.possible) for name, tried in wanted.items()]
    return all(told)


@contextmanager
def _template(project: Project) -> Iterator[Path]:
    """The students' template; where the project keeps none, one that is there for a while."""
    if project.output.is_dir():
        yield project.output
        return
    from autograder.bundle.contents import BundleError

    if not clone.provide("ruff", project):
        raise BundleError("The template could not be written, on which the bundle is tried.")
    from autograder import template

    try:
        files = template.build(project)
    except template.TemplateError as fault:
        raise BundleError(str(fault)) from fault
    with tempfile.TemporaryDirectory() as folder:
        template.write(files, Path(folder) / "template")
        yield Path(folder) / "template"


def _told(name: str, tried: Trial, score: float, possible: float) -> bool:
    """Say how a trial ended; whether it was with so many points, of so many."""
    print(f"Tried {name}: {tried.score:g} / {tried.possible:g} in {tried.seconds:.1f} s")
    if (tried.score, tried.possible) == (score, possible):
        return True
    print(f"It should have {score:g} / {possible:g}.\n{tried.told}", file=sys.stderr)
    return False
