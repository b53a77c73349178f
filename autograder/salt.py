"""The assignment's secret, and the seeds of hidden cases that are drawn from it."""

from __future__ import annotations

import hashlib
from pathlib import Path

SALT_FILE = Path(__file__).parent / "salt.txt"
"""Whatever this file holds decides which hidden cases are drawn."""


def secret() -> bytes:
    """The assignment's salt; empty where there is none."""
    return SALT_FILE.read_bytes().strip() if SALT_FILE.exists() else b""


def hidden_seed(submission: str, salt: str | None = None) -> int:
    """Seed of the hidden cases for one grading, from the digest of a submission and the salt.

    The same salt and submission give the same seed, so that a regrade judges the same numbers.
    """
    key = secret() if salt is None else salt.encode()
    digest = hashlib.sha256(key + b"\n" + submission.encode()).digest()
    return int.from_bytes(digest[:6], "big")
