"""How tests run the checks as at home: in a student's own copy of a template."""

from __future__ import annotations

import atexit
import compileall
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from autograder import template
from autograder.homework import catalogue
from tests.submissions import ROOT

NO_CACHE = ("-p", "no:cacheprovider")

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""No plugins: a student has installed pytest alone."""


@cache
def handed_out(edition):
    """The files of an edition's template, which a process of the tests builds once."""
    return template.build(catalogue.named(edition))


def hand_out(edition, folder):
    """Write the template of an edition into a new folder, which is returned."""
    return put_out(handed_out(edition), folder)


def put_out(files, folder):
    """Write a template, compiled as by a first run: copies of it need not be compiled again."""
    template.write(files, folder)
    compileall.compile_dir(folder / "tests", quiet=2)
    return folder


def fill(folder, files):
    """Write what a student has written."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def run(folder, *arguments, typed="", start="", cache=False):
    """`python -m pytest` in the folder, or in `start` below it, with nothing of ours in sight.

    It runs in a fork of a process that has imported pytest, NumPy and SciPy.
    """
    options = _options(arguments, cache)
    with tempfile.TemporaryDirectory() as streams:
        files = [Path(streams, name) for name in ("stdin", "stdout", "stderr")]
        for file in files:
            file.write_text(typed if file.name == "stdin" else "", encoding="utf-8")
        request = [str(folder / start), _environment(), list(map(str, files)), options]
        prepared = _prepared()
        print(json.dumps(request), file=prepared.stdin, flush=True)
        code = int(prepared.stdout.readline())
        said, complained = (file.read_text(encoding="utf-8") for file in files[1:])
    return subprocess.CompletedProcess(options, code, said, complained)


def run_anew(folder, *arguments):
    """The same by a Python that starts anew, as a student's does."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *_options(arguments)],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _options(arguments, cache=False):
    return ["-p", "no:randomly", *([] if cache else NO_CACHE), *arguments]


def _environment():
    return {"PATH": os.environ["PATH"], **ENVIRONMENT}


@cache
def _prepared():
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "prepared_home.py")],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)
    return process


def files_of(folder):
    """The Python files of a submission, as text."""
    paths = folder.rglob("*.py")
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


@contextmanager
def runs(folder):
    """What finds out how the checks end for some files: one process for many runs in `folder`.

    Cases that are `known` end as it says there, and are not asked.
    """
    with subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "home_runs.py"), str(folder)],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(folder / "tests")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def found(files, known=()):
            print(json.dumps([files, dict(known)]), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield found
