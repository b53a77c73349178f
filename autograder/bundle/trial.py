"""Tries a bundle as Gradescope would use it: unpacked in a folder of its own, by its own scripts.

`setup.sh` of the bundle runs, then its `run_autograder`, for each submission. The environment of
the clone is lent to it; where that is not the one that the bundle's requirements ask for, the
bundle's `setup.sh` builds another, which takes a network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.bundle import archive
from autograder.bundle.contents import BundleError
from autograder.definition import total_of

SECONDS = 900.0
"""Seconds that one of the scripts may take."""


@dataclass(frozen=True)
class Trial:
    """How one submission was graded: all of results.json, what staff were told, and the time."""

    results: dict[str, Any]
    told: str
    seconds: float

    @property
    def score(self) -> float:
        """Points earned."""
        return float(self.results["score"])

    @property
    def possible(self) -> float:
        """Points of all rows together: what the outline of the assignment has to have."""
        return total_of(row.get("max_score", 0) for row in self.results.get("tests", ()))


@contextmanager
def unpacked(data: bytes, environment: Path) -> Iterator[Path]:
    """A folder as Gradescope has it once the bundle's `setup.sh` ran, as long as the block runs.

    Raises BundleError where that fails.
    """
    with tempfile.TemporaryDirectory(prefix="beras-bundle-") as folder:
        top = Path(folder).resolve()
        top.chmod(0o755)  # workers run under another uid
        archive.unpack(data, top / "source")
        if environment.is_dir():
            (top / "source" / ".venv").symlink_to(environment.resolve())
        ran = _run(top / "source" / "setup.sh", BERAS_ENVIRONMENTS=str(top / "environments"))
        if ran.returncode:
            raise BundleError(f"setup.sh of the bundle failed:\n{ran.stdout}{ran.stderr}")
        (top / "source").chmod(0o755)  # now setup.sh has closed what is in it
        shutil.copy(top / "source" / "run_autograder", top)
        (top / "submission_metadata.json").write_text("{}\n", encoding="utf-8")
        yield top


def grade(folder: Path, submission: Path) -> Trial:
    """Grade a submission in an unpacked bundle. Raises BundleError where no results come."""
    for name in ("submission", "results"):
        shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(submission, folder / "submission", ignore=_byte_code)
    started = time.monotonic()
    ran = _run(folder / "run_autograder")
    try:
        text = (folder / "results" / "results.json").read_text(encoding="utf-8")
        return Trial(json.loads(text), ran.stderr, time.monotonic() - started)
    except (OSError, ValueError) as fault:
        raise BundleError(f"run_autograder of the bundle wrote no results: {ran.stderr}") from fault


_byte_code = shutil.ignore_patterns("__pycache__")


def _run(script: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(script)],
        cwd=script.parent,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
