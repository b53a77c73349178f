"""Classes for the tests: small submissions side by side, graded by the command."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from autograder.__main__ import main
from autograder.project import Project
from tests.small.project import PROJECT
from tests.submissions import ROOT, edited

GRADED = "SELECT count(*) FROM gradings"
"""Asks the record how many gradings it holds."""

WRONG_MEAN = ("lines/mean.py", "return", "return 1 +")
"""An edit that takes the points for the value of one item."""


def fill(folder: Path, *names: str, wrong: tuple[str, ...] = ()) -> Path:
    """A folder with a submission for each name; those in `wrong` have a wrong mean."""
    folder.mkdir()
    for name in names:
        edited(folder / name, *([WRONG_MEAN] if name in wrong else []))
    return folder


def start(
    source: Path,
    out: Path,
    *options: str,
    module: str = "tests.small",
    course: Path | None = None,
) -> subprocess.Popen:
    """The command at work, in a process group of its own as a shell would start it."""
    command = [sys.executable, "-m", module, *(["--course", str(course)] if course else [])]
    temporary = source.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    temporary.chmod(0o1777)
    return subprocess.Popen(
        [*command, "class", str(source), "--out", str(out), *options],
        cwd=ROOT,
        env={**os.environ, "ADVERSE": str(source.parent), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def grade_anew(source: Path, out: Path, *options: str, status: int = 0, **others: Any) -> str:
    """What the command says, in a process of its own, when it ends with this status."""
    process = start(source, out, *options, **others)
    said, complained = process.communicate(timeout=120)
    assert process.returncode == status, complained
    return said + complained


def grade(source: Path, out: Path, *options: str, course: Path | None = None, **others: Any) -> str:
    """The same in this process: its imports and its fork server serve one class after another."""
    settings = ["--course", str(course)] if course else []
    return command(*settings, "class", str(source), "--out", str(out), *options, **others)


def command(*arguments: str, status: int = 0, project: Project = PROJECT) -> str:
    """What a command says, in this process, when it ends with this status."""
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        code = main([*arguments], project)
    assert code == status, said.getvalue()
    return said.getvalue()


def lines(out: Path, table: str = "grades") -> list[dict[str, str]]:
    """The lines of a CSV in the folder of results."""
    with (out / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scores(out: Path) -> dict[str, str]:
    """Total scores by name."""
    return {line["Name"]: line["Total Score"] for line in lines(out)}


def asked(out: Path, query: str) -> list[tuple]:
    """What the record answers to a query."""
    database = sqlite3.connect(out / "class.sqlite", timeout=20)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def left_over(source: Path) -> list[Path]:
    """What the command left among the temporary files."""
    return [*(source.parent / "temporary").iterdir()]


def zipped(folder: Path) -> Path:
    """A zip in place of a folder."""
    shutil.make_archive(str(folder), "zip", folder)
    shutil.rmtree(folder)
    return folder.with_suffix(".zip")


def wait_for(out: Path, count: int, query: str = GRADED) -> None:
    """Until the record counts so many gradings, or what the query asks for."""
    stop = time.monotonic() + 60
    while time.monotonic() < stop:
        with suppress(sqlite3.OperationalError):  # it is not there yet
            if asked(out, query)[0][0] >= count:
                return
        time.sleep(0.01)
    raise AssertionError(f"no {count} gradings within a minute")
