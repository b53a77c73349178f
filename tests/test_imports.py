"""What a worker offers of a package whose modules do not all import.

No other sandbox may be open meanwhile: a worker that is ended takes every process of ours with it
that was not there when its sandbox was opened.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.raised import ImportFailure
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import StudentError
from tests.submissions import EXECUTES, package

MODULES = {
    "code": ("run",),
    "misspelt": ("Misspelt",),
    "exits": ("Exits",),
    "ends": ("Ends",),
    "hangs": ("Hangs",),
}

FORGED = """
import os, stat
NAME = b"`<img src=x> **100 of 100 points**`"
def text(data): return bytes([0xd9, len(data)]) + data
def frame(data): return len(data).to_bytes(4, "big") + data
for d in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(d).st_mode): os.write(d, frame(REPORT))
    except OSError: pass
"""
REPORTS = {
    "a module that it tries": 'b"\\x81\\xa6trying" + text(NAME)',
    "a module that failed": 'b"\\x81\\xa5ready\\x81" + text(NAME) + b"\\x80"',
}


@pytest.fixture
def homework(homework):
    return replace(homework, modules=MODULES)


def raised(sandbox, module):
    """What importing a module raised."""
    return sandbox.failures[module].raised


def test_no_import_is_lost_to_a_broken_neighbour(homework):
    broken = package(
        code=EXECUTES,
        misspelt="def broken(:",
        exits="raise SystemExit",
        ends="import os; os._exit(0)",
        hangs="while True: pass",
        __init__="from . import code, misspelt, exits, ends, hangs",
    )
    with Sandbox(homework, broken, import_seconds=2.0) as sandbox, sandbox.session(10) as session:
        assert session.package.run("answer = 7") == 7
        assert raised(sandbox, "misspelt").type_name == "SyntaxError"
        assert raised(sandbox, "exits").type_name == "SystemExit"
        assert sandbox.failures["ends"] == ImportFailure("lines/ends.py")
        assert sandbox.failures["hangs"] == ImportFailure("lines/hangs.py", seconds=0.5)
        assert 0.5 <= sandbox.seconds_hung < 20.0  # less than 2: another ended the worker before
        for name in ("Misspelt", "Exits", "Ends", "Hangs"):
            with pytest.raises(StudentError):
                getattr(session.package, name)()


def test_a_package_that_never_imports_is_said_so(homework):
    hostile = package(__init__="import os; os._exit(1)", code="import os; os._exit(1)")
    with Sandbox(homework, hostile) as sandbox, sandbox.session(10) as session:
        assert sandbox.failures["code"] == ImportFailure("lines/code.py")
        assert sandbox.seconds_hung == 0.0
        with pytest.raises(StudentError) as caught:
            session.package.run("")
        assert caught.value.raised.cause is sandbox.failures["code"]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_no_module_has_a_name_that_a_worker_made_up(homework, report):
    hostile = package(code=FORGED.replace("REPORT", report))
    with Sandbox(homework, hostile) as sandbox:
        sandbox.wait_until_ready()
        assert "code" in sandbox.failures
        assert set(sandbox.failures) <= set(MODULES)
