"""How long a student waits: `python -m pytest` in the template, untouched and finished.

    python benchmarks/home.py [--rounds 7] [--edition NAME ...]

All of them take turns, so that whatever else the machine does falls on all alike; the first turn
does not count. Each is timed as a whole, in seconds on the clock and of CPU. The aim: under 3
seconds untouched, under 4 finished.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder import reference, template  # noqa: E402
from autograder.homework import catalogue  # noqa: E402

COMMAND = (sys.executable, "-m", "pytest", "-q")
ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""A student has installed pytest alone."""


def folders(editions: list[str], parent: Path) -> dict[str, Path]:
    """A student's folder of each edition, untouched and finished, by what to call it."""
    made = {}
    for edition in editions:
        project = catalogue.named(edition)
        for state in "untouched", "finished":
            folder = made[f"{edition}, {state}"] = parent / edition / state
            template.write(template.build(project), folder)
        reference.assemble(project, folder)
    return made


def measure(folder: Path) -> tuple[float, float]:
    """Seconds on the clock and of CPU for one run."""
    before, started = os.times(), time.perf_counter()
    run = subprocess.run(COMMAND, cwd=folder, env=os.environ | ENVIRONMENT, capture_output=True)
    wall, after = time.perf_counter() - started, os.times()
    if b"Scoreboard" not in run.stdout:
        sys.exit(run.stdout.decode())
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system


def main() -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--edition", nargs="*", default=["tape", "backward"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as parent:
        made = folders(options.edition, Path(parent))
        turns = [[measure(folder) for folder in made.values()] for _ in range(options.rounds + 1)]
    print(f"{'':24}{'wall s':>8}{'CPU s':>8}")
    for name, runs in zip(made, zip(*turns[1:], strict=True), strict=True):
        wall, cpu = map(statistics.median, zip(*runs, strict=True))
        print(f"{name:24}{wall:8.2f}{cpu:8.2f}")


if __name__ == "__main__":
    main()
