"""How close grading a class comes to what all cores can do, and how much memory it takes.

    python benchmarks/class.py [--count 200] [--kills 0] [--alone 9] [--jobs N]

A class of `--count` is made: the wheats, the chaffs, the untouched template and a few broken
submissions, copied under made-up ids. Some of them are first graded one at a time by `grade`. What
a number of jobs could do at best is that many times one grading a median; `class` is held against
it. Meanwhile the resident memory of all its processes is watched. With `--kills`, it is killed so
many times on the way and started again; every submission must be graded once, and its tables must
have the digests of a run that nobody killed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder.audit import chaffs  # noqa: E402
from autograder.homework.project import PROJECT  # noqa: E402
from benchmarks.grade import resident_bytes  # noqa: E402

REFERENCE = ROOT / PROJECT.reference


def models(folder: Path) -> list[Path]:
    """One folder or zip of each kind."""
    made = [path for path in (ROOT / PROJECT.wheats).iterdir() if (path / "beras").is_dir()]
    made += [REFERENCE, PROJECT.output]
    for chaff in chaffs.load(ROOT / PROJECT.chaffs, PROJECT.homework):
        chaffs.write(chaff, REFERENCE, folder / chaff.name)
        made.append(folder / chaff.name)
    return [*made, *_broken(folder)]


def _broken(folder: Path) -> Iterator[Path]:
    shutil.copytree(REFERENCE, folder / "no-syntax", ignore=shutil.ignore_patterns("data"))
    (folder / "no-syntax/beras/losses.py").write_text("def (")
    yield folder / "no-syntax"
    (folder / "no-zip.zip").write_text("this is no zip")
    yield folder / "no-zip.zip"
    (folder / "nothing").mkdir()
    yield folder / "nothing"


def made_up(count: int, folder: Path) -> list[Path]:
    """A class of copies, the same for the same count."""
    with tempfile.TemporaryDirectory() as place:
        kinds = models(Path(place))
        random.Random(count).shuffle(kinds)
        return [_copy(kinds[n % len(kinds)], folder / f"s{n:04}") for n in range(count)]


def _copy(kind: Path, target: Path) -> Path:
    if kind.is_file():
        return Path(shutil.copy(kind, target.with_suffix(kind.suffix)))
    shutil.copytree(kind, target, ignore=shutil.ignore_patterns("data", "__pycache__"))
    target.chmod(0o755)
    return target


def seconds_alone(paths: list[Path], results: Path) -> float:
    """The median wall-clock seconds of `grade`, one submission at a time."""
    taken = []
    for path in paths:
        started = time.perf_counter()
        command = [sys.executable, "-m", "autograder", "grade", str(path)]
        subprocess.run(
            [*command, "--results-dir", str(results)], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def start(source: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    """The command at work, with its temporary files beside the results."""
    command = [sys.executable, "-m", "autograder", "class", str(source), "--out", str(out)]
    temporary = out.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    temporary.chmod(0o1777)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.Popen([*command, "--jobs", str(jobs)], cwd=ROOT, env=environment)


def watched(process: subprocess.Popen[bytes], done: int | None, out: Path) -> list[float]:
    """MiB of all its processes, twice a second, until it ends or so many are graded."""
    memory = []
    while process.poll() is None and (done is None or graded(out) < done):
        memory.append(resident_bytes(process.pid) / 2**20)
        time.sleep(0.5)
    return memory


def graded(out: Path) -> int:
    """How many gradings the record holds."""
    is_there = (out / "class.sqlite").exists()
    return int(asked(out, "SELECT count(*) FROM gradings")[0][0]) if is_there else 0


def asked(out: Path, query: str) -> list[tuple[object, ...]]:
    """What the record answers; nothing graded, as long as there is none."""
    database = sqlite3.connect(out / "class.sqlite", timeout=20)
    try:
        return database.execute(query).fetchall()
    except sqlite3.OperationalError:
        return [(0,)]
    finally:
        database.close()


def run(source: Path, out: Path, jobs: int, count: int, kills: int) -> tuple[float, list[float]]:
    """Wall-clock seconds of the whole, and its memory over time."""
    started, memory = time.perf_counter(), []
    for kill in range(kills + 1):
        process = start(source, out, jobs)
        until = count * (kill + 1) // (kills + 1) if kill < kills else None
        memory += watched(process, until, out)
        if until is not None:
            process.send_signal(signal.SIGKILL)
        process.wait()
    return time.perf_counter() - started, memory


def report(out: Path, alone: float, whole: float, memory: list[float], jobs: int) -> str:
    """Throughput, memory in the first and in the last quarter, and what the record says."""
    count, share = graded(out), len(memory) // 4 or 1
    quarters = [statistics.median(part) for part in (memory[:share], memory[-share:])]
    ((integrity,),) = asked(out, "PRAGMA integrity_check")
    twice = "SELECT count(*) FROM (SELECT 1 FROM gradings GROUP BY submission HAVING count(*) > 1)"
    left = [path.name for path in (out.parent / "temporary").iterdir()]
    return "\n".join(
        [
            f"{count} gradings in {whole:.0f} s, {60 * count / whole:.1f} a minute",
            f"one alone takes {alone:.2f} s, so {jobs} jobs could do {60 * jobs / alone:.1f}: "
            f"{100 * count / whole * alone / jobs:.0f} %",
            f"memory: {quarters[0]:.0f} MiB, then {quarters[1]:.0f}; at most {max(memory):.0f}",
            f"graded twice: {asked(out, twice)[0][0]}; record: {integrity}; left over: {left}",
            f"grades.csv {digest(out / 'grades.csv')}, items.csv {digest(out / 'items.csv')}",
        ]
    )


def digest(table: Path) -> str:
    """The start of a table's SHA-256: alike for two runs that say the same of everybody."""
    return hashlib.sha256(table.read_bytes()).hexdigest()[:12]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="submissions")
    parser.add_argument("--alone", type=int, default=9, help="of them graded one at a time")
    parser.add_argument("--kills", type=int, default=0, help="times that it is killed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="gradings at a time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        top.chmod(0o755)
        (top / "in").mkdir()
        paths = made_up(options.count, top / "in")
        alone = seconds_alone(paths[:: max(len(paths) // options.alone, 1)], top / "alone")
        whole, memory = run(top / "in", top / "out", options.jobs, options.count, options.kills)
        print(report(top / "out", alone, whole, memory, options.jobs))


if __name__ == "__main__":
    main()
