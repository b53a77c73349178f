"""What a worker offers of a package whose modules do not all import.

No other sandbox may be open meanwhile: a worker that is ended takes every process of ours with it
that was not there when its sandbox was opened.
"""

from __future__ import annotations

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import StudentError
from tests.submissions import package

CORE = """
def Tensor(data):
    return list(data)
"""


def test_no_import_is_lost_to_a_broken_neighbour(given):
    broken = package(
        core=CORE,
        layers="def broken(:",
        metrics="raise SystemExit",
        losses="import os; os._exit(0)",
        model="while True: pass",
        __init__="from . import core, layers, losses, metrics, model",
    )
    with Sandbox(broken, given, import_seconds=2.0) as sandbox, sandbox.session(10) as session:
        assert session.package.Tensor([1.0]) is not None
        assert sandbox.failures["layers"].startswith("SyntaxError")
        assert sandbox.failures["metrics"].startswith("SystemExit")
        assert "ended the program" in sandbox.failures["losses"]
        assert "did not finish" in sandbox.failures["model"]
        for name in ("Dense", "CategoricalAccuracy", "MeanSquaredError", "SequentialModel"):
            with pytest.raises(StudentError):
                getattr(session.package, name)()


def test_a_package_that_never_imports_is_said_so(given):
    hostile = package(__init__="import os; os._exit(1)", core="import os; os._exit(1)")
    with Sandbox(hostile, given) as sandbox, sandbox.session(10) as session:
        assert "ended the program" in sandbox.failures["core"]
        with pytest.raises(StudentError, match="ended the program"):
            session.package.Tensor([1.0])
