"""Which submissions of a class are alike: compare50 finds them, and makes the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.classroom.handed_in import HandIn, counted
from autograder.classroom.sources import SourceMistake, read
from autograder.definition import Homework
from autograder.submission import SubmissionProblem, opened

PASS = "structure"
"""How compare50 looks at code: names, numbers, comments and white space do not count."""


class NothingCompared(Exception):
    """There is no page; the message says why."""


def compare(source: Path, homework: Homework, given: Path, output: Path) -> Iterator[str]:
    """Compare each student's last submission with all others; the page is `output`/index.html.

    `given` is a folder of code that students did not write. Yields a sentence for each submission
    that could not be read.

    Raises:
        NothingCompared: there are no two submissions, or compare50 failed.
    """
    if not given.is_dir():
        what = "is missing, what is given to students: python -m autograder template writes it."
        raise NothingCompared(f"{given} {what}")
    try:
        hand_ins = counted(read(source, homework.package), "latest")
    except SourceMistake as mistake:
        raise NothingCompared(str(mistake)) from mistake
    with tempfile.TemporaryDirectory() as folder:
        yield from _copied(hand_ins, homework, Path(folder))
        if len(list(Path(folder).iterdir())) < 2:
            raise NothingCompared(f"{source}: there are no two submissions to compare.")
        _compare50(Path(folder), given, output)


def _copied(hand_ins: Iterable[HandIn], homework: Homework, folder: Path) -> Iterator[str]:
    """Copy what would be graded of each into a folder of its own, named for who handed it in."""
    for number, hand_in in enumerate(hand_ins, start=1):
        try:
            with opened(hand_in.path, homework) as submission:
                submission.copy_to(folder / f"{number:03} {_plain(hand_in)}")
        except SubmissionProblem as problem:
            yield f"{hand_in.name}: left out. {problem}"


def _plain(hand_in: HandIn) -> str:
    """Names that every system allows for a folder."""
    names = ", ".join(student.name for student in hand_in.students)
    return re.sub(r"[^\w ,.@-]", "_", names)[:80].strip(" .")


def _compare50(copies: Path, given: Path, output: Path) -> None:
    names = sorted(path.name for path in copies.iterdir())
    command = [sys.executable, "-m", "compare50", *names, "--distro", str(given.resolve())]
    command += ["--include", "*.py", "--passes", PASS, "--output", str(output.resolve())]
    # As compare50's own script has it: else two runs differ.
    settings = os.environ | {"PYTHONHASHSEED": "50"}
    ran = subprocess.run(command, cwd=copies, env=settings, stdout=sys.stderr, check=False)
    if ran.returncode or not (output / "index.html").is_file():
        raise NothingCompared(f"compare50 ended with {ran.returncode}, and without a page.")
