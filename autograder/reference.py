"""The whole solution of a homework, of which an edition keeps only what is its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.project import Project


def sources(project: Project) -> dict[str, str]:
    """Where each file of the solution is in the project, by its place in a submission.

    A module that a folder of the solution lacks is looked for among the shared ones, if the
    homework has a module of that name. Where no place has a file, its own one is named.
    """
    homework, own = project.homework, project.root / project.reference
    found = [f"{homework.package}/{path.name}" for path in own.glob(f"{homework.package}/*.py")]
    if project.shared:
        found += [f"{homework.package}/{name}.py" for name in ("__init__", *homework.modules)]
    package = sorted(set(found)) or [f"{homework.package}/*.py"]
    return {path: _source(project, path) for path in (*package, *homework.scripts, *project.copied)}


def _source(project: Project, path: str) -> str:
    for folder in (project.reference, project.shared):
        if folder and (project.root / folder / path).is_file():
            return f"{folder}/{path}"
    return f"{project.reference}/{path}"


def assemble(project: Project, target: Path) -> Path:
    """Copy the whole solution into the folder `target`, and return that."""
    for path, source in sources(project).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / source, target / path)
    return target


def wheat(project: Project, name: str) -> Project:
    """The project with a right submission as its solution."""
    own = f"{project.wheats}/{name}"
    shared = f"{project.shared_wheats}/{name}" if project.shared_wheats else ""
    places = [project.root / folder for folder in (own, shared) if folder]
    written = (s for s in project.homework.scripts if any((p / s).is_file() for p in places))
    homework = replace(project.homework, scripts=tuple(written))
    return replace(project, homework=homework, reference=own, shared=shared, copied=())


@contextmanager
def whole(project: Project) -> Iterator[Path]:
    """A folder with the whole solution: the project's own, or one with the shared files, too."""
    if not project.shared:
        yield project.root / project.reference
        return
    with tempfile.TemporaryDirectory() as folder:
        yield assemble(project, Path(folder) / "reference")
