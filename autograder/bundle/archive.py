"""The bytes of a zip: the same files give the same bytes, with the same Python."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every file; a zip has no earlier one."""

SCRIPT, FILE = 0o100755, 0o100644
"""Modes of the files that are run, and of the others."""

UNIX = 3


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files, by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in sorted(files.items()):
            archive.writestr(_entry(path, content), content, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _entry(path: str, content: bytes) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, DATE)
    entry.create_system = UNIX
    entry.external_attr = (SCRIPT if content.startswith(b"#!") else FILE) << 16
    return entry


def unpack(data: bytes, folder: Path) -> None:
    """Write the files of such a zip, with their modes, into a folder that nobody else can enter."""
    folder.mkdir(mode=0o700)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            Path(archive.extract(entry, folder)).chmod(entry.external_attr >> 16 & 0o777)


def write(data: bytes, path: Path) -> None:
    """Replace `path` in one step by what only its owner can read: there is a salt in it."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
