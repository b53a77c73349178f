"""Switch off layers of protection, as where the system does not have them."""

from __future__ import annotations

import pytest

from autograder.sandbox.confinement import kernel, landlock, limits, namespaces, syscalls


def without_uid(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on workers run under this user's own uid, outside of namespaces."""
    monkeypatch.setattr(limits, "free_uid", lambda: None)
    monkeypatch.setattr(namespaces, "available", lambda: False)


def without_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a kernel before Linux 6.2: what Landlock holds, other layers must hold as well."""
    monkeypatch.setattr(landlock, "prepare", lambda readable, writable: None)


def without_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on workers are refused no system call."""
    monkeypatch.setattr(syscalls, "prepare", lambda shared_uid: None)


def without_prctl(monkeypatch: pytest.MonkeyPatch, unset: int) -> None:
    """From now on workers do not ask for the option `unset` of prctl(2)."""
    monkeypatch.setattr(
        limits, "prctl", lambda option, value: option == unset or kernel.prctl(option, value)
    )
