"""What a student is told about a submission: what is wrong with its files, and what to do."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.definition import Homework
from autograder.shown import filename
from autograder.submission import folders

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")


def nothing_found(top: Path, homework: Homework) -> str:
    """Why there is no project in a folder."""
    package = homework.package
    seen = list(folders.walk(top))
    alike = [Path(folder, f) for folder, below, _ in seen for f in below if f.lower() == package]
    files = [name for _, _, names in seen for name in names]
    missing = f"There is no folder `{package}` in this submission"
    if alike:
        return _unusable(alike[0], filename(alike[0].relative_to(top)), package)
    if any(f"{module}.py" in files for module in homework.modules):
        return f"The modules are there, but not in a folder named `{package}`; put them in one."
    if f"{package}.py" in files:
        return (
            f"`{package}.py` is one file; put its classes in the modules of a folder `{package}`."
        )
    archives = [p for _, p in folders.files(top) if p.suffix.lower() in ARCHIVES]
    if archives:
        return f"{missing}, but {filename(archives[0].name)}; unpack it and hand in the folder."
    if any(name.endswith(".ipynb") for name in files):
        return (
            f"{missing}. A notebook cannot be graded: save its code in the modules of `{package}`."
        )
    if not files:
        return f"{missing}: it is empty. Hand in the folder that holds `{package}`."
    return f"{missing}; hand in the folder that holds it."


def _unusable(folder: Path, shown: str, package: str) -> str:
    """Why a folder with the name of the package, in whatever letters, is none."""
    if folder.is_symlink():
        return f"{shown} is a link; hand in the folder itself."
    if folder.name != package:
        return f"{shown} must be named `{package}`, in small letters."
    if not os.access(folder, os.R_OK | os.X_OK):
        return f"{shown} cannot be read; give everybody the right to read it."
    if any(name.endswith(".ipynb") for name in folders.names(folder)):
        return f"{shown} holds no Python file. A notebook cannot be graded: save its code as .py."
    return f"{shown} holds no Python file."


def misnamed(root: Path, homework: Homework) -> list[str]:
    """A sentence for each module that is there under another name only; also for `__init__`."""
    package = homework.package
    names, notes = folders.names(root / package), []
    if "__init__.py" not in names:
        notes.append(
            f"`{package}/__init__.py` is missing: `import {package}` alone brings no names."
        )
    for home in homework.modules:
        if f"{home}.py" in names or home in names:
            continue
        for name in names:
            shown = filename(f"{package}/{name}")
            if name.lower() == f"{home}.py":
                notes.append(f"{shown} must be named `{home}.py`, in small letters.")
            elif name.lower() == f"{home}.ipynb":
                notes.append(f"{shown} is a notebook; save its code as `{package}/{home}.py`.")
    return notes


def links(root: Path) -> list[str]:
    """A sentence if links were left out."""
    found = [
        Path(folder, name).relative_to(root).as_posix()
        for folder, below, files in folders.walk(root)
        for name in below + files
        if Path(folder, name).is_symlink()
    ]
    if not found:
        return []
    return [f"Links are not followed, {some(found)} left out; hand in the files themselves."]


def some(names: list[str]) -> str:
    """The first name and how many follow, with their verb."""
    more = f" and {len(names) - 1} more were" if names[1:] else " was"
    return f"{filename(names[0])}{more}"
