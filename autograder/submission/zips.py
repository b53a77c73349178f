"""Unpack an untrusted zip: regular files only, inside one folder, within bounds."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path, PurePosixPath

from autograder.shown import code
from autograder.submission.folders import is_ignored

MAX_READ = 2 * 1024 * 1024
"""Bytes read at once from a zip: its directory comes in one read, and grows 20-fold in memory."""
MAX_REASON = 200
"""Characters that are shown of an error, which may quote the zip."""

ADVICE = (
    "leave out environments (`.venv`), `.git` and data; "
    "`python submit.py` in your project makes a zip of what is graded."
)
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ZipProblem(Exception):
    """The zip was refused; the message is the rest of a sentence that starts with its name."""


def unpack(archive: Path, target: Path, max_files: int, max_bytes: int) -> list[str]:
    """Write the files of a zip below `target`; returns the names of those that were left out.

    Left out are links, and names that lead outside of `target`. Folders in which nobody looks,
    environments for example, are passed over.

    Raises:
        ZipProblem: no zip, damaged, or past the bounds on its files and their bytes.
    """
    try:
        with _Sparing(archive) as file, zipfile.ZipFile(file) as opened:
            members = list(filter(_is_wanted, opened.infolist()))
            _check(members, max_files, max_bytes)
            return [m.filename for m in members if not _extract(opened, m, target)]
    except ZipProblem:
        raise
    except Exception as fault:  # also zlib.error, UnicodeDecodeError, IndexError: see zipfile
        reason = getattr(fault, "strerror", None) or code(str(fault), MAX_REASON)
        raise ZipProblem(f"is not a zip file that can be opened ({reason}).") from fault


class _Sparing(io.FileIO):
    """A file that refuses large reads: `zipfile` reads as much at once as a zip claims to hold."""

    def read(self, size: int | None = -1) -> bytes:
        wanted = MAX_READ + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, MAX_READ + 1)) or b""
        if len(data) > MAX_READ:
            raise ZipProblem(f"lists too many files; {ADVICE}")
        return data


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    """Whether it is a file, and in no folder that is passed over."""
    name = member.filename.replace("\\", "/")
    folders = [folder for folder in name.split("/")[:-1] if folder not in (".", "..")]
    return not name.endswith("/") and not any(map(is_ignored, folders))


def _check(members: list[zipfile.ZipInfo], max_files: int, max_bytes: int) -> None:
    if len(members) > max_files or sum(m.file_size for m in members) > max_bytes:
        bounds = f"{max_files} files or {max_bytes >> 20} MB"
        raise ZipProblem(f"unpacks to more than {bounds}; {ADVICE}")
    if any(m.compress_type not in PLAIN_METHODS for m in members):
        # Python's bzip2 and LZMA unpack whole blocks, whatever size was asked for.
        raise ZipProblem("is packed in an unusual way; make an ordinary zip of it.")


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> bool:
    """Write one regular file, or tell that its name leads outside of `target` or it is a link."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    mode = member.external_attr >> 16
    if name.is_absolute() or ".." in name.parts or stat.S_ISLNK(mode):
        return False
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size  # the sizes were added up before; no byte more
    with archive.open(member) as source, path.open("wb") as copy:
        while left > 0 and (chunk := source.read(min(left, 1 << 16))):
            copy.write(chunk)
            left -= len(chunk)
    return True
