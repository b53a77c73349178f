"""The deadline ends what the block waits for, once, and leaves no trace in the process."""

from __future__ import annotations

import signal
import socket
import time

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs POSIX timers")

if hasattr(signal, "SIGALRM"):
    from autograder.sandbox.deadline import deadline

SOON, LATE = 0.02, 60.0


@pytest.fixture(autouse=True)
def clean_signals():
    """Nothing of a test, nor of its failure, reaches the next one."""
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    signal.signal(signal.SIGALRM, before)


def never():
    raise AssertionError("there was time left")


def test_expire_is_called_once():
    calls = []
    with deadline(SOON, lambda: calls.append(1)) as clock:
        time.sleep(6 * SOON)
    assert calls == [1]
    assert clock.expired


def test_a_block_in_time_is_left_alone():
    with deadline(LATE, never) as clock:
        pass
    assert not clock.expired
    assert clock.seconds == LATE


def test_a_blocking_read_ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        began = time.monotonic()
        with deadline(SOON, lambda: ours.shutdown(socket.SHUT_RDWR)) as clock:
            assert ours.recv(1) == b""
        assert clock.expired
        assert time.monotonic() - began < LATE / 10


def test_the_clock_has_expired_when_expire_is_called():
    seen = []
    with deadline(SOON, lambda: seen.append(clock.expired)) as clock:
        time.sleep(4 * SOON)
    assert seen == [True]


@pytest.mark.parametrize("seconds", [0.0, -5.0, 1e-9])
def test_no_time_left_is_a_deadline_too(seconds):
    with deadline(seconds, lambda: None) as clock:
        time.sleep(2 * SOON)
    assert clock.expired


def test_nothing_expires_after_the_block():
    with deadline(15 * SOON, never):
        pass
    time.sleep(18 * SOON)


def test_the_handler_before_is_restored():
    def handler(number, frame):
        raise AssertionError("no alarm was set")

    signal.signal(signal.SIGALRM, handler)
    with deadline(LATE, never):
        assert signal.getsignal(signal.SIGALRM) is not handler
    assert signal.getsignal(signal.SIGALRM) is handler


def test_no_timer_is_left_running():
    with deadline(LATE, never):
        assert 0.0 < signal.getitimer(signal.ITIMER_REAL)[0] <= LATE
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_timer_before_is_restored():
    signal.setitimer(signal.ITIMER_REAL, 2 * LATE)
    with deadline(LATE, never):
        pass
    assert LATE < signal.getitimer(signal.ITIMER_REAL)[0] <= 2 * LATE


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_passes_through_and_everything_is_restored(failure):
    with pytest.raises(failure), deadline(LATE, never):
        raise failure
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_one_deadline_after_another_counts_anew():
    calls = []
    for _ in range(3):
        with deadline(SOON, lambda: calls.append(1)):
            time.sleep(3 * SOON)
    assert calls == [1, 1, 1]
