"""The grader with its imports behind it: a fork of it grades one submission.

    python prepared_grader.py [--same-user]

Reads a line of JSON for each, [folder for temporary files, file for what is printed, name of the
homework, files of checks that are asked, arguments], and answers with a line [exit code, peak
memory of the grader itself in KiB]. So a hundred gradings do not import pytest, NumPy and SciPy a
hundred times. The cases of other files are granted, where any are named; nothing else is different.
"""

import json
import os
import resource
import sys
from functools import partial

import numpy
import pytest
import pytest_jsonreport.plugin
import scipy.special

from autograder.report import console, gradescope
from autograder import grading
from autograder.hosting import plugin as hosting
from autograder.homework.project import PROJECT as BERAS
from autograder.__main__ import main
from autograder.sandbox.confinement import limits, namespaces
from tests.small.project import PROJECT as SMALL

PROJECTS = {project.homework.name: project for project in (SMALL, BERAS)}

if "--same-user" in sys.argv:
    limits.free_uid = lambda: None
    namespaces.available = lambda: False


class AllBut:
    """The names of all cases but for those of some files of checks."""

    def __init__(self, files):
        self._files = tuple(f"/{name}.py::" for name in files)

    def __contains__(self, case):
        return not any(file in case for file in self._files)


def grade(temporary, printed, homework, asked, arguments, answer):
    os.environ["TMPDIR"] = temporary
    if asked:
        grading.Conditions = partial(grading.Conditions, granted=AllBut(asked))
    descriptor = os.open(printed, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    code = 99
    try:
        code = main(arguments, PROJECTS[homework])
    finally:
        os.write(answer, str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).encode())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


for line in sys.stdin:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        grade(*json.loads(line), write)
    os.close(write)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, int(os.read(read, 20) or b"0")]), flush=True)
    os.close(read)
