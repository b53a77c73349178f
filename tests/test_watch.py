"""`--watch`: the item that is worked at runs again at each save."""

from __future__ import annotations

import shutil
import sys
from types import SimpleNamespace

import pytest

from autograder.home import watch
from tests.at_home import run
from tests.small import RIGHT
from tests.test_home import LINE, MEAN, pristine, untouched

__all__ = ["pristine", "untouched"]


@pytest.fixture
def saving(monkeypatch):
    """Puts a stand-in in the watcher's place, which does something for each save.

    What it runs has no plugins, as where a student has installed pytest alone.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def install(*saves):
        def changes(root, **options):
            yield set()
            for save in saves:
                save()
                yield {("modified", "a file")}

        module = SimpleNamespace(watch=changes, PythonFilter=lambda ignore_paths: None)
        monkeypatch.setitem(sys.modules, "watchfiles", module)

    return install


def test_each_save_runs_what_is_next(untouched, saving, capfd):
    saving(lambda: shutil.copy(RIGHT / LINE, untouched / LINE), lambda: None, lambda: None)
    assert watch.watch(untouched, ["-p", "no:randomly"]) == 0
    first, second, third, fourth, _ = capfd.readouterr().out.split("Waiting for the next save")
    assert "Start here: 1.2 Line.forward" in first
    assert "Stage 1 (Line) has no stub left." in second
    assert "Next: 2.1 Mean.forward" in third
    assert "Start here: 2.1 Mean.forward" in fourth
    assert "1.2 " not in fourth


def test_the_first_item_can_be_chosen(untouched, saving, capfd):
    shutil.copy(RIGHT / MEAN, untouched / MEAN)
    saving()
    watch.watch(untouched, ["--item", "2.1"])
    assert "20 / 20" in capfd.readouterr().out


def test_without_a_watcher_it_says_what_to_install(untouched):
    hidden = "import sys\nsys.modules['watchfiles'] = None\n"
    conftest = untouched / "conftest.py"
    conftest.write_text(hidden + conftest.read_text(encoding="utf-8"), encoding="utf-8")
    done = run(untouched, "--watch")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "python -m pip install watchfiles" in done.stderr
