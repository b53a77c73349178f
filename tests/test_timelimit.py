"""Code that does not end is stopped, at home, and the student reads where it was."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time

import pytest

from autograder.home import timelimit
from autograder.home.modules import noticed_interrupts
from autograder.home.timelimit import TimeLimit, TooSlow
from tests.at_home import fill, run
from tests.submissions import ROOT
from tests.test_home import LINE, MEAN, edit, home, pristine, untouched

__all__ = ["home", "pristine", "untouched"]


def never(frame):
    raise AssertionError("there was a way to stop it")


def loop():
    while True:
        pass


def swallow():
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


@pytest.mark.parametrize("endless", [loop, swallow, lambda: time.sleep(60)])
def test_what_does_not_end_is_stopped(endless, monkeypatch):
    monkeypatch.setattr(timelimit, "PATIENCE", 0.2)
    begun = time.monotonic()
    with pytest.raises(TooSlow) as caught, TimeLimit(0.2, never):
        endless()
    assert caught.value.seconds == 0.2
    assert caught.traceback[-1].path.name in ("test_timelimit.py", "timelimit.py")
    assert time.monotonic() - begun < 10


def test_what_ends_is_left_alone():
    with TimeLimit(0.2, never):
        time.sleep(0.05)
    time.sleep(0.2)
    with pytest.raises(ValueError, match="mine"), TimeLimit(5, never):
        raise ValueError("mine")


def test_the_seconds_can_be_counted_anew():
    with TimeLimit(0.3, never) as limit:
        for _ in range(4):
            time.sleep(0.1)
            limit.restart()


UNSTOPPABLE = """
import os, time
from autograder.home import timelimit

def give_up(frame):
    print("gave up in", frame.f_code.co_name, flush=True)
    os._exit(7)

def stubborn():
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass

timelimit.PATIENCE = 0.1
with timelimit.TimeLimit(0.1, give_up):
    stubborn()
"""


def test_what_cannot_be_stopped_is_given_up():
    command = [sys.executable, "-c", UNSTOPPABLE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (7, "gave up in stubborn\n")


def test_an_interrupt_that_an_import_swallows_is_noticed():
    with noticed_interrupts() as check:
        check()
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()


@pytest.fixture
def impatient(home):
    """A copy in which a check has half a second, and an import."""
    edit(home, "tests/autograder/definition.py", "seconds: float = 10.0", "seconds: float = 0.5")
    edit(home, "tests/autograder/home/modules.py", "IMPORT_SECONDS = 10.0", "IMPORT_SECONDS = 0.5")
    edit(home, "tests/autograder/home/timelimit.py", "PATIENCE = 1.0", "PATIENCE = 0.2")
    return home


def test_an_endless_loop_is_stopped_and_its_line_is_shown(impatient):
    edit(impatient, MEAN, "        # BEGIN SOLUTION", "        while True:\n            pass")
    out = run(impatient).stdout
    assert "2.1 Mean.forward" in out
    assert "This did not end within 0.5 seconds: is there an endless loop?" in out
    assert "lines/mean.py:" in out
    assert "70 / 100" in out or "80 / 100" in out


def test_an_item_that_ran_out_of_time_is_not_asked_again(impatient):
    edit(impatient, MEAN, "        # BEGIN SOLUTION", "        while True:\n            pass")
    checks = impatient / "tests/test_lines.py"
    _, check = checks.read_text(encoding="utf-8").split("def test_mean")
    more = f'\n\n@item("Mean.forward")\ndef test_again{check}'
    checks.write_text(checks.read_text(encoding="utf-8") + more, encoding="utf-8")
    done = run(impatient)
    assert "1 failed, 3 passed, 1 skipped" in done.stdout, done.stdout


def test_an_import_that_hangs_is_stopped_once(impatient):
    edit(impatient, MEAN, "import numpy as np", "import numpy as np\nwhile True: pass")
    begun = time.monotonic()
    out = run(impatient).stdout
    assert "lines/mean.py did not finish importing within 0.5 seconds" in out
    assert "1.2  Line.forward                                           30 / 30  ok" in out
    assert time.monotonic() - begun < 15


def test_who_stops_a_run_is_told_what_ran(impatient):
    edit(impatient, LINE, "        return self.slope *", "        raise KeyboardInterrupt *")
    fill(impatient, {LINE: (impatient / LINE).read_text().replace("Interrupt *", "Interrupt  # ")})
    out = run(impatient).stdout
    assert "You stopped 1.2 Line.forward, at lines/line.py, line" in out
    alone = run(impatient, "--item", "1.2").stdout  # nothing that was asked for has a verdict
    assert "You stopped 1.2 Line.forward, at lines/line.py, line" in alone
    assert "run all checks" not in alone


def test_the_warnings_of_what_fails_are_a_line_each(home):
    edit(home, LINE, "self.slope * np", "np.exp(1e5) * np")
    edit(home, MEAN, "axis=0", "axis=0 + 0 * int(np.float64(1) / np.float64(0) > 0)")
    out = run(home).stdout
    assert "warnings summary" not in out
    assert out.count("RuntimeWarning: overflow encountered in exp") == 1
    assert "divide by zero" not in out
