"""Holds a built template against a folder, and writes it there: all of it or nothing."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from autograder.sandbox.inside.raised import STUB

STUDENTS_OWN = ("tests/test_mine.py",)
"""Files that are written where they are missing, and never touched again."""

_STUB = re.compile(
    rb'NotImplementedError\("' + STUB.format(method=r'[^"\n]*', number=r"\d").encode()
)


class TemplateError(ValueError):
    """Why no template was built or written; `mistakes` has a line for each reason."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def write(files: Mapping[str, bytes], output: Path) -> list[str]:
    """Make `output` hold the template; return the paths that changed, stale ones too.

    Everything is staged beside `output` first and then renamed into place. When anything fails,
    what was there before comes back. Files outside of its folders, or right in tests/, that are not
    the template's own stay.
    Raises OSError, and TemplateError where a link is in the way.
    """
    changed = _changes(files, output)
    if not changed:
        return []
    output.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        for path, content in changed.items():
            if content is not None:
                (staging / "new" / path).parent.mkdir(parents=True, exist_ok=True)
                (staging / "new" / path).write_bytes(content)
        with ExitStack() as undo:
            for path, content in changed.items():
                _move_away(path, output, staging, undo)
                if content is not None:
                    _move_in(path, output, staging, undo)
            undo.pop_all()
    except BaseException as fault:
        if any(not path.is_dir() for path in (staging / "old").rglob("*")):
            what = f"{output}: could not be put back as it was; the rest of it is in {staging}/old."
            raise TemplateError([what]) from fault
        shutil.rmtree(staging, ignore_errors=True)
        raise
    shutil.rmtree(staging, ignore_errors=True)
    return sorted(changed)


def _move_away(path: str, output: Path, staging: Path, undo: ExitStack) -> None:
    place, old = output / path, staging / "old" / path
    if os.path.lexists(place):
        old.parent.mkdir(parents=True, exist_ok=True)
        undo.callback(_rename_back, old, place)
        place.rename(old)


def _move_in(path: str, output: Path, staging: Path, undo: ExitStack) -> None:
    place, new = output / path, staging / "new" / path
    for folder in reversed(place.parents):
        if not folder.exists():
            folder.mkdir()
            undo.callback(folder.rmdir)
    undo.callback(_rename_back, place, new)
    new.rename(place)


def _rename_back(here: Path, there: Path) -> None:
    if os.path.lexists(here) and not os.path.lexists(there):
        here.rename(there)


def difference(files: Mapping[str, bytes], output: Path) -> str:
    """Return a unified diff from `output` to the template; empty where nothing differs.

    Raises OSError, and TemplateError where a link is in the way.
    """
    return "".join(
        _file_difference(f"{output.name}/{path}", output / path, content)
        for path, content in sorted(_changes(files, output).items())
    )


def _file_difference(name: str, place: Path, content: bytes | None) -> str:
    if content is None:
        return f"{name}: stale, nothing generates it\n"
    if not place.is_file():
        return f"{name}: missing\n"
    old, new = _lines(place.read_bytes()), _lines(content)
    if old is None or new is None:
        return f"{name}: binary file differs\n"
    diff = difflib.unified_diff(old, new, name, f"{name} (generated)")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in diff)


def _lines(content: bytes) -> list[str] | None:
    if b"\0" in content:
        return None
    try:
        return content.decode().splitlines(keepends=True)
    except UnicodeDecodeError:
        return None


def refuse_to_overwrite(files: Mapping[str, bytes], output: Path) -> None:
    """Raise TemplateError where a folder is no template, or one in which work has begun."""
    if os.path.lexists(output) and not output.is_dir():
        raise TemplateError([f"{output}: is no folder; name a new or an empty one."])
    held = {path.name for path in output.iterdir()} - {".git"} if output.exists() else set()
    marks = [path for path in files if re.fullmatch(r"(tests/)?\w+/__init__\.py", path)]
    if held and not all((output / mark).is_file() for mark in marks):
        what = "holds something that is no template; name a new or an empty folder."
        raise TemplateError([f"{output}: {what}"])
    begun = [output / path for path in files if _begun(output / path, files[path])]
    if begun:
        what = "a student has begun to work here, which would be lost; name another folder."
        raise TemplateError([f"{place}: {what}" for place in begun])


def _begun(place: Path, generated: bytes) -> bool:
    """Whether stubs are gone from a module of the template."""
    stubs = len(_STUB.findall(generated))
    return bool(stubs) and place.is_file() and len(_STUB.findall(place.read_bytes())) < stubs


def _changes(files: Mapping[str, bytes], output: Path) -> dict[str, bytes | None]:
    """What to do to make `output` the template: new contents, and None for what is stale."""
    folders = {folder for path in files for folder in Path(path).parents}
    links = [output / folder for folder in sorted(folders) if (output / folder).is_symlink()]
    if links:
        raise TemplateError([f"{link}: is a link; put a folder in its place." for link in links])
    changed: dict[str, bytes | None] = {
        path: None for folder in _owned(files) for path in _stale(files, output, folder)
    }
    for path, content in files.items():
        place = output / path
        mine = path in STUDENTS_OWN and os.path.lexists(place)
        if not mine and not (place.is_file() and place.read_bytes() == content):
            changed[path] = content
    return changed


def _owned(files: Mapping[str, bytes]) -> list[str]:
    """Folders in which nothing but the template's own files may stand: all but tests/ itself."""
    found = {re.match(r"(tests/)?[^/]+(?=/)", path) for path in files}
    return sorted({match[0] for match in found if match} - {"tests"})


def _stale(files: Mapping[str, bytes], output: Path, folder: str) -> Iterator[str]:
    """Files and whole folders in an owned folder that are not the template's."""
    place = output / folder
    if not place.is_dir():
        if os.path.lexists(place):
            yield folder
        return
    for entry in sorted(place.iterdir()):
        path = f"{folder}/{entry.name}"
        if entry.name == "__pycache__" or path in files:
            continue
        if any(name.startswith(f"{path}/") for name in files):
            yield from _stale(files, output, path)
        else:
            yield path
