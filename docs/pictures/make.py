"""Make the pictures that the documents show, from real runs.

    .venv/bin/python docs/pictures/make.py [NAME ...]

A name is that of a file beside this one; without one all are made. What a terminal shows becomes
an SVG. The page needs Chromium, which setup.sh does not install (`apt-get install chromium`).
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from autograder.audit import chaffs  # noqa: E402
from autograder.homework.project import PROJECT  # noqa: E402

COLUMNS = 90
CLIPPED = "np.clip(y_pred, self.epsilon, 1 - self.epsilon)"
WRITTEN = {
    "beras/layers.py": {
        "Dense.forward: roadmap 2.1": "return x @ self.w + self.b",
        "Dense.get_input_gradients: roadmap 2.3": "return [self.w.T]",
        "Dense.get_weight_gradients: roadmap 2.4": (
            "return [self.inputs[0][:, :, None], np.ones(self.b.shape)]"
        ),
        "Dense.compose_input_gradients: roadmap 2.5": (
            "return [J[0] @ self.get_input_gradients()[0].T]"
        ),
    },
    "beras/losses.py": {
        "CategoricalCrossEntropy.forward: roadmap 4.4": (
            f"return -(y_true * np.log({CLIPPED})).sum(axis=-1).mean()"
        ),
        "CategoricalCrossEntropy.get_input_gradients: roadmap 4.6": (
            f"y_pred, y_true = self.inputs\n        return [-y_true / {CLIPPED}]"
        ),
    },
}
"""What a student has written by then, in place of which stub; two of the lines are wrong."""

SIZE = 24
EVERY = {
    "cce-gradient-without-n": 3,
    "softmax-shifted-by-whole-batch": 4,
    "dense-weight-gradient-is-x": 5,
    "mse-gradient-without-two": 6,
    "core-true-restores-nothing": 7,
    "onehot-refits": 8,
    "adam-step-per-parameter": 9,
    "model-evaluate-last-batch-only": 10,
    "metrics-does-not-parse": 23,
}
"""The class that is shown: which submission has which mistake, every third one the first."""
UNWRITTEN = {"beras/optimizers.py": 7, "assignment.py": 7, "beras/model.py": 14}
"""And which one lacks which module."""

AUDITED = ("dense-forward-", "dense-input-gradient-", "dense-compose-")
"""How the names of the mistakes begin that the audit is shown of."""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>{styles}
text {{ font: {char_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }}
</style>
<defs>{lines}</defs>{chrome}
<g transform="translate({terminal_x}, {terminal_y})">{backgrounds}{matrix}</g>
</svg>
"""
"""A terminal's window as rich draws it, without the fonts that it would fetch."""


def main() -> None:
    """Make the pictures that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    for name in parser.parse_args().names or PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            PICTURES[name](HERE / name, Path(folder))
        print(f"{name}: {(HERE / name).stat().st_size / 1024:.0f} KiB")


# ---- what a terminal shows ----


def scoreboard(picture: Path, folder: Path) -> None:
    """The end of a run of the stage that is half written."""
    command = "python -m pytest --item 2"
    shown = between(at_home(folder, command), " Scoreboard ", " deselected")
    draw(command, Text.from_ansi(shown.rstrip()), picture)


def diagnosis(picture: Path, folder: Path) -> None:
    """What a run says of one mistake."""
    command = "python -m pytest --item 4.6"
    shown = between(at_home(folder, command), "____ 4.6", " Scoreboard ")
    draw(command, Text.from_ansi(shown.rstrip()), picture)


def at_home(folder: Path, command: str) -> str:
    """What a student's command prints in a copy of the template, with its colours."""
    begin_to_work(folder)
    run = subprocess.run(
        [sys.executable, *command.split()[1:], "--color=yes", "-p", "no:randomly"],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(COLUMNS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    return run.stdout


def begin_to_work(folder: Path) -> None:
    """Copy the template, and write what a student has written."""
    shutil.copytree(ROOT / PROJECT.output, folder, dirs_exist_ok=True)
    for file, written in WRITTEN.items():
        text = (folder / file).read_text(encoding="utf-8")
        for stub, lines in written.items():
            text = text.replace(f'raise NotImplementedError("{stub}")', lines)
        (folder / file).write_text(text, encoding="utf-8")


def between(text: str, first: str, after: str) -> str:
    """The lines from the one that holds `first` up to the one that holds `after`."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if first in line)
    end = next(place for place, line in enumerate(lines) if place > start and after in line)
    return "\n".join(lines[start:end])


def audit(picture: Path, folder: Path) -> None:
    """What mistakes of one layer cost: each item's outcome, in colour."""
    names = [name for name in CHAFFS if name.startswith(AUDITED)]
    command = "python -m autograder audit --edition tape --only"
    shown = project(*command.split()[3:], *names).rstrip()
    matrix = Text(between(shown, "33333", "right or untouched"))
    matrix.highlight_regex(r"(?m)X(?=[·Xb]*$)", "bold red")
    matrix.highlight_regex(r"(?m)b(?=[·Xb]*$)", "yellow")
    draw(f"{command} {AUDITED[0]}...", matrix, picture)


def draw(command: str, shown: Text, picture: Path) -> None:
    """Write an SVG of a terminal's window with these lines."""
    width = max(COLUMNS, *map(len, shown.plain.splitlines()))
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(shown)
    console.save_svg(str(picture), title=command, theme=MONOKAI, code_format=SVG)


# ---- a page ----


def class_page(picture: Path, folder: Path) -> None:
    """The top of the page of a class."""
    for number in range(1, SIZE + 1):
        hand_in(number, folder / "class" / f"submission-{number:02}", folder / "drafts")
    project("class", str(folder / "class"), "--out", str(folder / "grades"))
    photograph(folder / "grades" / "index.html", (1000, 1000), picture)


def hand_in(number: int, target: Path, drafts: Path) -> None:
    """Write what one submission of the class is."""
    source = ROOT / PROJECT.reference
    for name in (name for name, every in EVERY.items() if number % every == 0):
        draft = drafts / str(number) / name
        chaffs.write(CHAFFS[name], source, draft)
        source = draft
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("data", "conceptual"))
    for file in (file for file, every in UNWRITTEN.items() if number % every == 0):
        shutil.copy(ROOT / PROJECT.output / file, target / file)


def project(*arguments: str) -> str:
    """What one of the project's commands prints, whatever its exit code."""
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout


def photograph(page: Path, size: tuple[int, int], picture: Path) -> None:
    """A page as a browser shows it, in few colours."""
    subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--hide-scrollbars"),
            *(f"--screenshot={picture}", f"--window-size={size[0]},{size[1]}", page.as_uri()),
        ],
        check=True,
        capture_output=True,
    )
    Image.open(picture).convert("RGB").quantize(48).save(picture, optimize=True)


CHAFFS = {chaff.name: chaff for chaff in chaffs.load(ROOT / PROJECT.chaffs, PROJECT.homework)}
PICTURES: dict[str, Callable[[Path, Path], None]] = {
    "scoreboard.svg": scoreboard,
    "diagnosis.svg": diagnosis,
    "audit.svg": audit,
    "class.png": class_page,
}

if __name__ == "__main__":
    main()
