"""The worst submissions in Gradescope's box: half a CPU, 768 MB, five minutes.

    python benchmarks/box.py [--only ROW ...] [--list] [--json FILE]

Each row is the reference with something spoilt, graded by `python -m autograder grade` in a control
group, and must end within the run's budget with every point written that could be earned. It needs
root, on Linux, and a quarter of an hour. The exit code is 1 when a row is not as it must be.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder.homework.beras import BERAS  # noqa: E402
from autograder.homework.rubric import RUBRIC  # noqa: E402
from benchmarks.groups import Group, control_group  # noqa: E402
from tests.submissions import edited_reference  # noqa: E402

BUDGET = BERAS.budget.run
MEMORY = 768 << 20
DISK = 64 << 20
SEED = 7

Spoil = Callable[[Path], object]
"""Changes a copy of the reference."""


# ---- what is spoilt ----


def nothing(_: Path) -> None:
    """Leave it right."""


def in_methods(code: str, right: Collection[str] = ()) -> Spoil:
    """Run `code` first thing in every public method, but for those of the classes `right`."""

    def spoil(root: Path) -> None:
        for path in (root / "beras").glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for kind in tree.body:
                if isinstance(kind, ast.ClassDef) and kind.name not in right:
                    for method in kind.body:
                        if isinstance(method, ast.FunctionDef) and method.name[0] != "_":
                            method.body[:0] = ast.parse(code).body
            path.write_text(ast.unparse(tree), encoding="utf-8")

    return spoil


def at_import(code: str, right: Collection[str] = ()) -> Spoil:
    """Run `code` at the end of every module, but for those named `right`."""

    def spoil(root: Path) -> None:
        for path in (root / "beras").glob("*.py"):
            if path.stem not in right:
                path.write_text(f"{path.read_text(encoding='utf-8')}\n{code}\n", encoding="utf-8")

    return spoil


def in_method(module: str, kind: str, method: str, code: str) -> Spoil:
    """Run `code` first thing in one method."""

    def spoil(root: Path) -> None:
        path = root / "beras" / f"{module}.py"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        owner = next(node for node in tree.body if getattr(node, "name", "") == kind)
        found = next(node for node in ast.walk(owner) if getattr(node, "name", "") == method)
        found.body[:0] = ast.parse(code).body
        path.write_text(ast.unparse(tree), encoding="utf-8")

    return spoil


def in_inverse(code: str) -> Spoil:
    """The same in the last method that anything is asked of; it is worth one point."""
    return in_method("onehot", "OneHotEncoder", "inverse", code)


HANG = "while True: pass"


def once(code: str) -> str:
    """`code`, but only for the first call in a process, which is a test."""
    return f"import sys\nif not hasattr(sys, 'called'):\n    sys.called = True\n    {code}"


def working(seconds: float) -> str:
    """A loop of pure Python that takes so much CPU time at its first call."""
    return once(
        f"import time; end = time.process_time() + {seconds}\n"
        "    while time.process_time() < end: pass"
    )


def processes(number: int, megabytes: int) -> str:
    """That many at once, each with so much memory of its own."""
    return (
        f"import os, time\nfor _ in range({number}):\n"
        "    if os.fork() == 0:\n"
        f"        held = [b'x' * (1 << 20) for _ in range({megabytes})]; time.sleep(1000)\n"
        "time.sleep(1000)"
    )


FILL_DISK = (
    "number = 0\nwhile True:\n    number += 1\n"
    "    open(f'large{number}', 'wb').write(bytes(16 << 20))"
)
LARGEST = "return [np.zeros(1 << 21) + number for number in range(4)]"


# ---- the rows ----


@dataclass(frozen=True)
class Row:
    """One submission; its score must be `least` to `most`. `disk` gives it a small one."""

    name: str
    spoil: Spoil
    least: int
    most: int
    cpus: float = 0.5
    disk: bool = False


def points(*items: str) -> int:
    """What these items are worth together."""
    return sum(RUBRIC.by_name[name].points for name in items)


ENCODER = points("OneHotEncoder.forward", "OneHotEncoder.inverse")
NO_INVERSE = 100 - points("OneHotEncoder.inverse")
UNHURT = points("Dense initializers", "GradientTape opens and closes")
"""Where all methods hang, what calls none of them."""


def scoring(name: str, score: int, spoil: Spoil, **more: object) -> Row:
    """A row with one right score."""
    return Row(name, spoil, score, score, **more)  # type: ignore[arg-type]


SLOW = (
    ("softmax takes 4 of 10 s", 100, in_method("activations", "Softmax", "forward", working(4))),
    ("sigmoid takes 7 of 10 s", 100, in_method("activations", "Sigmoid", "forward", working(7))),
    ("one method hangs", NO_INVERSE, in_inverse(HANG)),
)
"""Right and slow, or never done: the same score whatever the share of a CPU."""

ROWS = (
    scoring("reference", 100, nothing),
    scoring("every method hangs", UNHURT, in_methods(HANG)),
    scoring(
        "all but the encoder's methods hang",
        UNHURT + ENCODER,
        in_methods(HANG, ("OneHotEncoder",)),
    ),
    scoring("every module hangs", 0, at_import(HANG)),
    scoring(
        "all but two modules hang",
        ENCODER + points("Weighted.trainable_variables", "Weighted.trainable"),
        at_import(HANG, ("onehot", "core")),
    ),
    Row("every test works for 8 s", in_methods(working(8)), 2, 99),
    Row("every test sleeps for 8 s", in_methods(once("import time; time.sleep(8)")), 20, 99),
    scoring("60 processes of 400 MB", NO_INVERSE, in_inverse(processes(60, 400))),
    scoring("60 processes of 16 MB", NO_INVERSE, in_inverse(processes(60, 16))),
    scoring("the largest arrays", NO_INVERSE, in_inverse(LARGEST)),
    scoring("a full disk", NO_INVERSE, in_inverse(FILL_DISK), disk=True),
    *(scoring(f"{name}, half a CPU", score, spoil) for name, score, spoil in SLOW),
    *(scoring(f"{name}, 2 CPUs", score, spoil, cpus=2.0) for name, score, spoil in SLOW),
)


# ---- one run ----


@dataclass(frozen=True)
class Figures:
    """What came of one row: wall-clock seconds, peak memory of all processes in MiB."""

    name: str
    score: int
    wanted: str
    wall: float
    peak: float
    kills: int
    is_valid: bool
    is_right: bool


def measure(row: Row, budget: float = BUDGET, group: Group | None = None) -> Figures:
    """Grade one row's submission, in `group` where there is one."""
    with tempfile.TemporaryDirectory() as name, small_disk(Path(name), row.disk):
        folder = Path(name)
        submission = edited_reference(folder / "submission")
        row.spoil(submission)
        wall, code = run(submission, folder, budget, group)
        report = read(folder / "results" / "results.json")
    score = report.get("score", -1)
    is_valid = code == 0 and is_whole(report)
    return Figures(
        name=row.name,
        score=score,
        wanted=f"{row.least}" if row.least == row.most else f"{row.least}-{row.most}",
        wall=wall,
        peak=group.peak / 2**20 if group else 0.0,
        kills=group.kills if group else 0,
        is_valid=is_valid,
        is_right=is_valid and row.least <= score <= row.most and wall < budget,
    )


def run(submission: Path, folder: Path, budget: float, group: Group | None) -> tuple[float, int]:
    """Wall-clock seconds and exit code of one grading, which is ended when it does not end."""
    command = [sys.executable, "-m", "autograder", "grade", str(submission)]
    command += ["--results-dir", f"{folder}/results", "--seed", str(SEED)]
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, "--budget", str(budget)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        preexec_fn=group.join if group else None,
    )
    try:
        process.wait(budget + 60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return time.monotonic() - started, process.returncode


def read(path: Path) -> dict:
    """results.json, or nothing where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def is_whole(report: dict) -> bool:
    """Whether every item is there and the points add up."""
    rows = report.get("tests", [])
    names = {row["name"] for row in rows}
    total = sum(row.get("score", 0) for row in rows)
    return names == set(RUBRIC.by_name) and total == report["score"]


@contextmanager
def small_disk(folder: Path, wanted: bool) -> Iterator[None]:
    """Put a file system of its own, soon full, under `folder`."""
    if not wanted:
        yield
        return
    options = f"mode=755,size={DISK}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# ---- the table ----

HEAD = (
    f"{'':40}{'score':>6}{'must be':>9}{'wall s':>8}{'of':>5}{'peak MiB':>10}{'OOM':>5}{'valid':>7}"
)


def line(figures: Figures) -> str:
    """One row of the table; what is not as it must be is marked."""
    f = figures
    marked = "" if f.is_right else "  <--"
    numbers = f"{f.score:6d}{f.wanted:>9}{f.wall:8.1f}{BUDGET:5.0f}{f.peak:10.0f}{f.kills:5d}"
    return f"{f.name:40}{numbers}{'yes' if f.is_valid else 'NO':>7}{marked}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="ROW", help="rows whose names hold a word")
    parser.add_argument("--list", action="store_true", help="name the rows and stop")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    rows = [row for row in ROWS if not options.only or any(w in row.name for w in options.only)]
    if options.list:
        print(*(row.name for row in rows), sep="\n")
        return 0
    print(HEAD)
    found = []
    for row in rows:
        with control_group(row.cpus, MEMORY) as group:
            found.append(measure(row, group=group))
        print(line(found[-1]), flush=True)
    if options.json:
        content = json.dumps([asdict(figures) for figures in found], indent=1)
        options.json.write_text(content, encoding="utf-8")
    return 0 if all(figures.is_right for figures in found) else 1


if __name__ == "__main__":
    sys.exit(main())
