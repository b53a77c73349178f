"""How cost grows, as a picture: of grading one submission, and of grading a class.

    python benchmarks/growth.py [--rounds 3] [--svg build/growth.svg]

One submission, the reference, is graded with layers that sleep a while at each call, with hidden
cases of larger batches, and, of the small homework in tests/, with more items. Classes of the
wheats, chaffs and broken submissions are graded, larger ones and with more jobs. Each point is a
median over the rounds, which take turns; bars reach from the fastest to the slowest.
"""

from __future__ import annotations

import argparse
import importlib
import io
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does, before NumPy is imported

from autograder.definition import Homework, Item, Rubric  # noqa: E402
from autograder.grading import Conditions, grade  # noqa: E402
from autograder.homework.beras import BERAS  # noqa: E402
from autograder.homework.checks.problems import HIDDEN_SIZES, Problems  # noqa: E402
from tests.small import RIGHT, SMALL  # noqa: E402

classes = importlib.import_module("benchmarks.class")  # whose name is a word of Python's

CALL = "        return Tensor(self.forward(*args, **kwargs))"
MANY_CHECKS = """
import numpy as np
import pytest
from autograder.truth.comparison import expect

ITEMS = [pytest.param(k, marks=pytest.mark.item(f"Mean {{k}}")) for k in range({count})]

@pytest.mark.parametrize("place", ITEMS)
def test_mean(lines, problems, place):
    points = problems.in_plane()
    expect(lines.Mean().forward(points), points.mean(axis=0), "Mean.forward(points)", problems)
"""


@dataclass
class Panel:
    """What costs how much: `cost` does the work for one of `places`, and is timed."""

    title: str
    label: str
    places: Sequence[int]
    cost: Callable[[Path, int], None]
    seconds: dict[int, list[float]] = field(default_factory=dict)


def graded_whole(path: Path, homework: Homework) -> None:
    """Grade it; exit unless it earns all points, for then something else was timed."""
    report = grade(path, homework, Conditions(seed=7))
    if report.score != homework.rubric.most:
        sys.exit(f"{path} earns {report.score} of {homework.rubric.most}: {report.notes}")


def slow_student(folder: Path, milliseconds: int) -> None:
    shutil.copytree(ROOT / "reference", folder / "slow")
    core = folder / "slow/beras/core.py"
    text = core.read_text(encoding="utf-8")
    assert text.count(CALL) == 1
    sleep = f"        __import__('time').sleep({milliseconds / 1000})\n{CALL}"
    core.write_text(text.replace(CALL, sleep), encoding="utf-8")
    graded_whole(folder / "slow", BERAS)


def large_batches(folder: Path, batch: int) -> None:
    sizes = tuple((batch, features, units) for _, features, units in HIDDEN_SIZES)
    homework = replace(BERAS, hidden=lambda seed: Problems(sizes, seed, hidden=True))
    graded_whole(ROOT / "reference", homework)


def many_items(folder: Path, count: int) -> None:
    shutil.copy(SMALL.checks / "conftest.py", folder)
    (folder / f"test_{count}.py").write_text(MANY_CHECKS.format(count=count), encoding="utf-8")
    items = [Item(f"Mean {k}", 0, 1, "lines/mean.py") for k in range(count)]
    rubric = Rubric([("Means", items)], total=count)
    graded_whole(RIGHT, replace(SMALL, rubric=rubric, checks=folder))


def a_class(folder: Path, count: int, jobs: int = os.cpu_count() or 1) -> None:
    (folder / "in").mkdir()
    classes.made_up(count, folder / "in")
    classes.start(folder / "in", folder / "out", jobs).wait()
    if classes.graded(folder / "out") != count:
        sys.exit(f"{classes.graded(folder / 'out')} of {count} submissions were graded")


def jobs_at_once(folder: Path, jobs: int) -> None:
    a_class(folder, 12, jobs)


PANELS = (
    Panel("a slow student", "ms that each call of a layer sleeps", (0, 1, 2, 5, 10), slow_student),
    Panel("batch sizes", "samples in each hidden batch", (4, 32, 64, 128), large_batches),
    Panel("number of items", "items of a homework", (4, 50, 100, 200), many_items),
    Panel("a class's size", f"submissions, {os.cpu_count()} jobs", (4, 8, 16), a_class),
    Panel("number of workers", "jobs, for 12 submissions", (1, 2, 4), jobs_at_once),
)


def measure(panel: Panel, place: int) -> None:
    """Add the wall-clock seconds of one place."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        # In a fork, as a grader grades one submission: pytest would take checks of another folder
        # for those that it has imported under the same name.
        work = multiprocessing.get_context("fork").Process(
            target=panel.cost, args=(Path(folder), place)
        )
        started = time.perf_counter()
        work.start()
        work.join()
        panel.seconds.setdefault(place, []).append(time.perf_counter() - started)
    if work.exitcode:
        sys.exit(f"{panel.title}, {place}: what was timed has failed")


def show(axes: Axes, panel: Panel) -> None:
    """Draw the medians, each with a bar from the least to the most."""
    medians = [statistics.median(panel.seconds[place]) for place in panel.places]
    least, most = ([pick(panel.seconds[at]) for at in panel.places] for pick in (min, max))
    below = [middle - low for middle, low in zip(medians, least, strict=True)]
    above = [high - middle for middle, high in zip(medians, most, strict=True)]
    axes.errorbar(panel.places, medians, (below, above), marker="o", capsize=3)
    axes.set(title=panel.title, xlabel=panel.label, ylabel="seconds", ylim=(0, 1.1 * max(most)))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xticks(panel.places)
    axes.locator_params("y", nbins=4)
    pairs = zip(panel.places, medians, strict=True)
    print(f"{panel.title}:", ", ".join(f"{at} {middle:.2f} s" for at, middle in pairs))


def draw(path: Path) -> None:
    """Write the picture, which is the same for the same figures."""
    figure = Figure(figsize=(11, 6), layout="constrained")
    every = figure.subplots(2, 3).flat
    for axes, panel in zip(every, PANELS, strict=False):
        show(axes, panel)
    every[-1].remove()
    file, nothing = io.StringIO(), dict.fromkeys(["Date", "Creator", "Format", "Type"])
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "growth"}):
        figure.savefig(file, format="svg", metadata=nothing)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = file.getvalue().replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    path.write_text(text[text.index("<svg") :].replace("xlink:href", "href"), encoding="utf-8")


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="times that each point is measured")
    parser.add_argument("--svg", type=Path, default=ROOT / "build/growth.svg")
    options = parser.parse_args()
    graded_whole(ROOT / "reference", BERAS)  # the first one also imports what all need
    for _ in range(options.rounds):
        for panel in PANELS:
            for place in panel.places:
                measure(panel, place)
    draw(options.svg)


if __name__ == "__main__":
    main()
