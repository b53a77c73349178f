"""Gradescope's export of an assignment: `submission_N/` folders and one file about all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml

from autograder.classroom.handed_in import HandIn, Student, readable

METADATA = "submission_metadata.yml"

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # fast, where libyaml is there


class _Loader(_SAFE):  # type: ignore[misc]
    """Reads plain data. Whatever class of Ruby's it is tagged with, it stays plain data."""


def _untagged(loader: Any, _: str, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _untagged)


class ExportProblem(Exception):
    """The export cannot be read; the message names the file."""


def metadata(folder: Path) -> dict[str, Any]:
    """What the export tells of each submission, by its folder's name.

    Raises:
        ExportProblem: the file cannot be read.
    """
    path = folder / METADATA
    try:
        fields = _plain(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))
    except (OSError, UnicodeError, yaml.YAMLError) as fault:
        raise ExportProblem(f"{path} cannot be read ({fault}).") from fault
    if not isinstance(fields, dict) or not all(isinstance(f, dict) for f in fields.values()):
        raise ExportProblem(f"{path} is not what Gradescope writes: a map of submissions.")
    return fields


def read(folder: Path) -> list[HandIn]:
    """Every submission of an export; a folder that the file does not name goes by its own name.

    Raises:
        ExportProblem: the file about all of them cannot be read.
    """
    told = metadata(folder)
    names = [*told, *(name for name in _folders(folder) if name not in told)]
    return [_hand_in(folder / name, told.get(name, {})) for name in names]


def students(fields: Mapping[str, Any], name: str) -> tuple[Student, ...]:
    """Who handed in a submission; `name` where nobody is named."""
    people = [person for person in fields.get("submitters") or () if isinstance(person, dict)]
    return tuple(_student(person, name) for person in people) or (Student(name),)


def _folders(folder: Path) -> Iterator[str]:
    return (readable(path.name) for path in sorted(folder.glob("submission_*")) if path.is_dir())


def _hand_in(path: Path, fields: Mapping[str, Any]) -> HandIn:
    return HandIn(path.name, path, students(fields, path.name), _utc(fields.get("created_at")))


def _student(person: Mapping[str, Any], name: str) -> Student:
    email, sid = (str(person.get(field) or "") for field in ("email", "sid"))
    return Student(str(person.get("name") or email or sid or name), email, sid)


def _utc(moment: object) -> str:
    """A time as text that sorts by time; what is no time stays as it is."""
    if not isinstance(moment, datetime):
        return str(moment or "")
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return zoned.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _plain(value: object) -> Any:
    """The same without the colons that Ruby puts before the names of fields."""
    if isinstance(value, dict):
        return {str(key).lstrip(":"): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
