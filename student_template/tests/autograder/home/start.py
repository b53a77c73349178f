"""What must be there before anything else can be imported: a Python and its packages.

An old Python must be able to run this file, and whatever runs before it: no syntax and no
annotation that 3.6 does not know.
"""

import os
import re
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 10), (3, 13)
"""Versions of Python that the checks run with."""

_MINIMUM = re.compile(r"([\w-]+)\s*>=\s*([\d.]+)")


def refuse(root: Path) -> None:
    """End the program with a sentence where nothing in the folder `root` can be checked."""
    reason = refusal(root)
    if reason:
        sys.exit(reason)


def refusal(root: Path) -> str:
    """What is missing and the command that installs it; empty where all is there."""
    if sys.version_info[:2] < OLDEST:
        return f"{_this()} is too old: you need {_wanted()}. {_other_python(root)}"
    lacking = _lacking(root)
    return f"{_this()} lacks {', '.join(lacking)}. {_install(root)}" if lacking else ""


def newer() -> str:
    """A note on a Python that is newer than any that is tested; empty where it is not."""
    if sys.version_info[:2] <= NEWEST:
        return ""
    text = f"{_this()} is newer than what Gradescope has ({_wanted()})"
    return f"{text}; if something fails, make a new environment: `{_making(NEWEST)}`."


def _this() -> str:
    return f"Python {sys.version_info[0]}.{sys.version_info[1]} ({sys.executable})"


def _wanted() -> str:
    return "{}.{} to {}.{}".format(*(OLDEST + NEWEST))


def _lacking(root: Path) -> "list[str]":
    """Packages of requirements.txt that are not here, or too old."""
    try:
        lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = [match.groups() for match in map(_MINIMUM.match, lines) if match]
    return [text for text in (_lack(package, minimum) for package, minimum in found) if text]


def _lack(package: str, minimum: str) -> str:
    from importlib import metadata  # an old Python has none

    try:
        there = metadata.version(package)
    except metadata.PackageNotFoundError:
        return package
    if _numbers(there) >= _numbers(minimum):
        return ""
    return f"{package} {minimum} or newer (it has {there})"


def _numbers(version: str) -> "list[int]":
    return [int(part) for part in re.findall(r"\d+", version)[:2]]


def _install(root: Path) -> str:
    if _activate(root):
        return f"Your environment is not active: `{_activate(root)}`, then run this again."
    command = f"python -m pip install -r {_from_here(root / 'requirements.txt')}"
    if _in_environment():
        return f"Install it: `{command}`"
    making = _making(sys.version_info[:2])
    return f"Make an environment, as README.md says: `{making}`, activate it, then `{command}`"


def _other_python(root: Path) -> str:
    if _activate(root):
        return f"Is your environment not active? `{_activate(root)}`, then run this again."
    text = "Install one from python.org and make a new environment, as README.md says"
    return f"{text}: `{_making((3, 12))}`"


def _in_environment() -> bool:
    return sys.prefix != sys.base_prefix or "CONDA_PREFIX" in os.environ


def _activate(root: Path) -> str:
    """The command that activates the environment in `root`; empty where that would not help."""
    windows = os.name == "nt"
    folder = root / ".venv"
    script = folder / "Scripts" / "Activate.ps1" if windows else folder / "bin" / "activate"
    if not script.exists() or Path(sys.prefix).resolve() == folder.resolve():
        return ""
    return ("& " if windows else "source ") + _from_here(script)


def _making(version: "tuple[int, ...]") -> str:
    name = "py -{}.{}" if os.name == "nt" else "python{}.{}"
    return f"{name.format(*version)} -m venv .venv"


def _from_here(path: Path) -> str:
    """The path from where the command was given, fit for a shell."""
    try:
        text = os.path.relpath(str(path))
    except ValueError:  # another drive
        text = str(path)
    return f'"{text}"' if " " in text else text
