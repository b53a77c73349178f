"""What isolation costs: grading the reference, beside the same checks in one process.

    python benchmarks/grade.py [--rounds 7] [--half] [--json FILE]

The two take turns, so that whatever else the machine does falls on both alike. `graded` is
`python -m autograder grade reference`; `plain` the same cases, public and hidden, with the
reference imported by pytest itself, under pytest and pytest-json-report and nothing else. Each is
timed as a whole: wall-clock seconds, CPU seconds of it and all its descendants, and the largest sum
of their resident memory (shared pages counted once a process, so rather too much). `--half` gives
both half a CPU, as on Gradescope; that needs root and a cgroup that can be written.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder.sandbox.confinement.processes import descendants  # noqa: E402
from benchmarks.groups import Group, control_group  # noqa: E402

SEED = 7
PLAIN = f"""
import contextlib, sys, pytest
from autograder.home.modules import LocalModules
from autograder.homework.beras import BERAS
from autograder.hosting.plugin import NAME, Checks
from autograder.outcomes import Report

class Plain(LocalModules):
    def problems(self):
        return dict(public=BERAS.public(), hidden=BERAS.hidden({SEED}))

    @contextlib.contextmanager
    def lend(self, item):
        yield self  # imported once, for all tests

class Providing:
    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config):
        checks = Checks(BERAS, Plain(BERAS, config.rootpath), Report(BERAS.rubric))
        config.pluginmanager.register(checks, NAME)

options = ["-q", "-p", "no:cacheprovider", "--rootdir=reference", "-c", "/dev/null"]
options += ["-p", "pytest_jsonreport.plugin", "--json-report", "--json-report-file", sys.argv[1]]
sys.exit(pytest.main([*options, "autograder/homework/checks"], plugins=[Providing()]))
"""
CONTESTANTS = ("graded", "plain")
FIGURES = ("wall", "cpu", "memory")


def command(contestant: str, folder: str) -> list[str]:
    """The command line of one contestant; its results go to `folder`."""
    if contestant == "plain":
        return [sys.executable, "-c", PLAIN, f"{folder}/report.json"]
    options = ["reference", "--seed", str(SEED), "--results-dir", folder]
    return [sys.executable, "-m", "autograder", "grade", *options]


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and all below it."""
    pages = 0
    for process in (pid, *descendants(pid)):
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except OSError:
            continue  # it has ended meanwhile
    return pages * os.sysconf("SC_PAGE_SIZE")


def measure(contestant: str, watch_memory: bool, group: Group | None) -> dict[str, float]:
    """Run one contestant once. Watching its memory costs time, so it is a run of its own."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        process = subprocess.Popen(
            command(contestant, folder),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            preexec_fn=group.join if group else None,
        )
        peak = 0
        while watch_memory and process.poll() is None:
            peak = max(peak, resident_bytes(process.pid))
            time.sleep(0.01)
        if not watch_memory:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{contestant} ended with status {process.returncode}")
    if watch_memory:
        return {"memory": peak / 2**20}
    return {"wall": time.perf_counter() - started, "cpu": usage.ru_utime + usage.ru_stime}


def compare(rounds: int, group: Group | None) -> dict[str, dict[str, list[float]]]:
    """Figures of each contestant, run in turn, after one run each that does not count."""
    figures = {name: {figure: [] for figure in FIGURES} for name in CONTESTANTS}
    for turn in range(rounds + 1):
        for name in CONTESTANTS:
            run = {**measure(name, False, group), **measure(name, True, group)}
            for figure, value in run.items() if turn else ():
                figures[name][figure].append(value)
    return figures


def table(figures: dict[str, dict[str, list[float]]]) -> str:
    """Medians, and the median of the ratios pair by pair."""
    lines = [f"{'':10}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}"]
    for name in CONTESTANTS:
        medians = (statistics.median(figures[name][figure]) for figure in FIGURES)
        lines.append(f"{name:10}" + "".join(f"{median:10.2f}" for median in medians))
    pairs = [
        statistics.median(a / b for a, b in zip(*(figures[n][f] for n in CONTESTANTS), strict=True))
        for f in FIGURES
    ]
    return "\n".join([*lines, f"{'ratio':10}" + "".join(f"{ratio:10.2f}" for ratio in pairs)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="runs of each contestant")
    parser.add_argument("--half", action="store_true", help="give both half a CPU")
    parser.add_argument("--json", type=Path, help="write every run's figures here as well")
    options = parser.parse_args()
    with control_group(cpus=0.5) if options.half else nullcontext() as group:
        figures = compare(options.rounds, group)
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
