"""Options and fixtures of the project's own tests."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.definition import Homework
from tests.layers import without_uid
from tests.submissions import REFERENCE, ROOT, RUNS


def pytest_addoption(parser):
    text = "hold every chaff's public cases at home against a grading, not only some of a sample"
    parser.addoption("--every-chaff", action="store_true", help=text)
    text = "run every attack against all checks, not only every third one against some"
    parser.addoption("--every-attack", action="store_true", help=text)
    text = "run workers under this user's own uid, as where there are no namespaces"
    parser.addoption("--same-user", action="store_true", help=text)


LONGEST = "attacks roadmap protections cluster class published confinement said".split()
"""Files of tests that take longest. They come first: what ends a run must be short, or a core waits
for the other."""


@pytest.hookimpl(trylast=True)  # after the order was drawn anew
def pytest_collection_modifyitems(items):
    place = {f"test_{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda test: place.get(test.path.name, len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are cores: what waits for a deadline leaves its core to another."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish():
    # Thousands of tests stay to the end: each full collection, here and in what a test forks, would
    # look through all of them again.
    gc.freeze()


def pytest_configure(config):
    # A shell has what it starts in the background ignore Ctrl-C, and all below it inherits that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--same-user"):
        without_uid(pytest.MonkeyPatch())


@pytest.fixture
def one_degree(request):
    """For a test that holds a grading against one by another process.

    Hidden cases are drawn from what a worker can learn, and that differs between degrees.
    """
    if request.config.getoption("--same-user"):
        pytest.skip("--same-user holds in this process and its forks only")


@pytest.fixture
def homework(tmp_path) -> Homework:
    """A homework that runs the texts of a test; its given module is empty."""
    given = tmp_path / "given_curves.py"
    given.touch()
    return replace(RUNS, given=given)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that every uid can enter, unlike pytest's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def beras():
    """The reference's package, for itself: other tests import other copies."""
    own = lambda: [n for n in sys.modules if n.split(".")[0] in ("beras", "given_layers")]  # noqa: E731
    others = {name: sys.modules.pop(name) for name in own()}
    places = [str(REFERENCE), str(ROOT / "autograder" / "homework")]
    sys.path[:0] = places
    try:
        yield importlib.import_module("beras")
    finally:
        for place in places:
            sys.path.remove(place)
        for name in own():
            del sys.modules[name]
        sys.modules.update(others)
