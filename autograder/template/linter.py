"""Ruff, which removes from stubs what nothing uses any more, and judges the whole template."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from autograder.template.files import TemplateError

KEPT_IMPORT = "  # noqa: F401  # KEEP"
"""Stands behind an import that stays, though it is unused."""


def tidied(source: str, where: str, root: Path) -> str:
    """Return the source without unused imports and with its gaps closed.

    `where` names the file in `root`, whose settings hold for it.
    """
    named = f"--stdin-filename={where}"
    used = ruff(root, "check", "--select=F401", "--fix", named, "-", source=source)
    return ruff(root, "format", named, "-", source=used).replace(KEPT_IMPORT, "")


def ruff(folder: Path, *arguments: str, source: str = "") -> str:
    """What ruff prints in that folder. Raises TemplateError where it is missing or gives up."""
    if importlib.util.find_spec("ruff") is None:
        raise TemplateError(["ruff is missing, which tidies the template: bash setup.sh --dev"])
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "--quiet"]
    run = subprocess.run(command, cwd=folder, input=source.encode(), capture_output=True)
    if run.returncode not in (0, 1):
        raise TemplateError([f"ruff failed on the template: {run.stderr.decode().strip()}"])
    return run.stdout.decode()
