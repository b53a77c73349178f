"""What some commands need beside the grader: the rest of the repository, and more packages."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

from autograder.project import Project


def is_whole(project: Project) -> bool:
    """Whether this runs in a clone; where it does not, says what to do."""
    if (project.root / project.reference).is_dir():
        return True
    text = "This needs the whole repository, not the grader alone: run it in a clone, as"
    print(f"{text} .venv/bin/python -m autograder ...", file=sys.stderr)
    return False


def provide(package: str, project: Project, extra: str = "dev") -> bool:
    """Whether a package is there, at the latest after setup.sh ran; `extra` names its option."""
    if importlib.util.find_spec(package) is not None:
        return True
    print(f"This needs {package}, which setup.sh --{extra} installs.", file=sys.stderr, flush=True)
    if Path(sys.prefix).resolve() != (project.root / ".venv").resolve():
        print("Run it, then this by .venv/bin/python: another Python is in use.", file=sys.stderr)
        return False
    install = ["bash", str(project.root / "setup.sh"), f"--{extra}", "--quiet"]
    subprocess.run(install, stdout=sys.stderr, check=False)  # which says what went wrong
    importlib.invalidate_caches()
    return importlib.util.find_spec(package) is not None
