"""Runs of the checks as at home, many in one process: `python tests/home_runs.py FOLDER`.

FOLDER is a student's copy of the template. Each line of standard input is a JSON object of files
(`{"beras/layers.py": "..."}`) to run the checks on, in place of those before: of a folder that it
names, nothing else is left. Each line of standard output is a JSON object that maps every item to
its status and every case to how it ended.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from autograder.hosting.plugin import NAME
from autograder.report.sentences import failure

OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly"]


class Collector:
    """Keeps what the home plugin found."""

    found: dict[str, object]

    def pytest_sessionfinish(self, session):
        report = session.config.pluginmanager.get_plugin(NAME).report
        self.found = {
            "score": report.score,
            "items": {name: result.status for name, result in report.results.items()},
            "cases": {v.check: v.kind for r in report.results.values() for v in r.verdicts},
            "texts": {v.check: failure(v) for r in report.results.values() for v in r.verdicts},
        }


def write(folder, files, number):
    """Have these files, and no others in their folders, in place."""
    for name in {Path(name).parts[0] for name in files if "/" in name}:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        # Byte-code is told from stale one by size and whole second.
        os.utime(folder / name, (number, number))


def run():
    """One run in this process."""
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        pytest.main(OPTIONS, plugins=[collector])
    if not hasattr(collector, "found"):
        raise RuntimeError(printed.getvalue())
    return collector.found


def main():
    folder = Path(sys.argv[1])
    os.chdir(folder)
    scripts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    gc.freeze()  # pytest looks for garbage at the end of each run
    for number, line in enumerate(sys.stdin, start=1):
        write(folder, scripts | json.loads(line), number)
        print(json.dumps(run()), flush=True)


if __name__ == "__main__":
    main()
