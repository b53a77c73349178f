"""Runs of the checks as at home, many in one process: `python tests/home_runs.py FOLDER`.

FOLDER is a student's copy of the template. Each line of standard input is JSON, two objects. The
first are files (`{"beras/layers.py": "..."}`) to run the checks on, in place of those before: of a
folder that it names, nothing else is left. The second are cases that need not be asked, and how
they end. Each line of standard output is a JSON object that maps every item to its status and every
case to how it ended.
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

from autograder.hosting.plugin import NAME, item_name
from autograder.outcomes import Verdict
from autograder.report.sentences import failure

OPTIONS = [f"-pno:{name}" for name in ("cacheprovider", "randomly", "unraisableexception")]
"""The last of them has Python look for garbage twice at the end of each run."""


class Collector:
    """Keeps what the home plugin found."""

    found: dict[str, object]

    def pytest_sessionfinish(self, session):
        report = session.config.pluginmanager.get_plugin(NAME).report
        self.found = {
            "score": report.score,
            "items": {name: result.status for name, result in report.results.items()},
            "cases": {short(v.check): v.kind for r in report.results.values() for v in r.verdicts},
            "texts": {v.check: failure(v) for r in report.results.values() for v in r.verdicts},
        }


class Known:
    """Has cases end as it is known that they would, without asking them."""

    def __init__(self, kinds):
        self.kinds = kinds

    @pytest.hookimpl(trylast=True)  # when all are counted
    def pytest_collection_modifyitems(self, config, items):
        report = config.pluginmanager.get_plugin(NAME).report
        for check in items:
            if kind := self.kinds.get(short(check.nodeid)):
                item = report.rubric.by_name[item_name(check)]
                report.add(item, Verdict(kind, check=check.nodeid, asked=False))
        items[:] = [check for check in items if short(check.nodeid) not in self.kinds]


def short(case):
    """The name of a case without the folder that its check lies in."""
    return case.partition("/")[2]


def write(folder, files, number):
    """Have these files, and no others in their folders, in place."""
    for name in {Path(name).parts[0] for name in files if "/" in name}:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        # Byte-code is told from stale one by size and whole second.
        os.utime(folder / name, (number, number))


def run(known):
    """One run in this process."""
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        pytest.main(["-q", *OPTIONS], plugins=[collector, Known(known)])
    if not hasattr(collector, "found"):
        raise RuntimeError(printed.getvalue())
    return collector.found


def main():
    folder = Path(sys.argv[1])
    os.chdir(folder)
    scripts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    gc.freeze()  # pytest looks for garbage at the end of each run
    for number, line in enumerate(sys.stdin, start=1):
        files, known = json.loads(line)
        write(folder, scripts | files, number)
        print(json.dumps(run(known)), flush=True)


if __name__ == "__main__":
    main()
