"""Chaffs: wrong submissions, each a small edit of the reference, with what it must cost."""

from __future__ import annotations

import importlib.util
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

from autograder.definition import Homework
from autograder.truth.diagnosis import SENTENCES

Lost = Literal["all", "value", "shape"]
"""What of an item is lost: its value alone, where wrong numbers have the right shape; or all."""


class ChaffMistake(ValueError):
    """A chaff that proves nothing: the text names it, what is wrong and what to do."""


@dataclass(frozen=True)
class Chaff:
    """The reference with `old` replaced by `new` in `file`, and with the edits in `also`.

    `falls` maps each item that must fail on its own account to what is lost of it, `blocked` those
    that fail because they build on one of them. `diagnosis` is the mistake that must be named,
    empty where none honestly can be.
    """

    name: str
    file: str
    old: str
    new: str
    falls: Mapping[str, Lost]
    blocked: Mapping[str, Lost] = field(default_factory=dict)
    diagnosis: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def losses(self) -> dict[str, Lost]:
        """What is lost of each item, whether it falls or is blocked."""
        return {**self.falls, **self.blocked}


def all_of(*items: str) -> dict[str, Lost]:
    """These items lose all points: their code raises, or returns another shape."""
    return dict.fromkeys(items, "all")


def shape_of(*items: str) -> dict[str, Lost]:
    """These items return the right numbers with an extra leading axis of length 1."""
    return dict.fromkeys(items, "shape")


def value_of(*items: str) -> dict[str, Lost]:
    """These items return wrong numbers in the right shape."""
    return dict.fromkeys(items, "value")


def load(folder: Path, homework: Homework) -> list[Chaff]:
    """Every chaff of every file in `folder`, in order; `ChaffMistake` if one proves nothing."""
    chaffs = [chaff for path in sorted(folder.glob("*.py")) for chaff in _module(path).CHAFFS]
    if mistakes := [text for chaff in chaffs for text in _mistakes(chaff, homework)]:
        raise ChaffMistake("\n".join(mistakes))
    if twice := [name for name, n in Counter(c.name for c in chaffs).items() if n > 1]:
        raise ChaffMistake(f"two chaffs have the same name: {', '.join(twice)}; rename one.")
    return chaffs


def write(chaff: Chaff, reference: Path, target: Path) -> None:
    """Copy `reference` to the new folder `target` and make the chaff's edits there."""
    shutil.copytree(reference, target, ignore=shutil.ignore_patterns("data", "__pycache__"))
    path = target / chaff.file
    if not path.is_file():
        raise ChaffMistake(f"{chaff.name}: the reference has no {chaff.file}.")
    path.write_text(edited(chaff, path.read_text(encoding="utf-8")), encoding="utf-8")


def edited(chaff: Chaff, text: str) -> str:
    """The text of the chaff's file with its edits."""
    for old, new in ((chaff.old, chaff.new), *chaff.also):
        text = _edited(text, old, new, f"{chaff.name}: {chaff.file}")
    return text


def _edited(text: str, old: str, new: str, where: str) -> str:
    if old == new:
        raise ChaffMistake(f"{where}: the edit of {old!r} changes nothing.")
    if (count := text.count(old)) != 1:
        raise ChaffMistake(f"{where} holds {old!r} {count} times; it must hold it once.")
    return text.replace(old, new)


def _mistakes(chaff: Chaff, homework: Homework) -> Iterable[str]:
    if chaff.diagnosis and chaff.diagnosis not in {*SENTENCES, *homework.sentences}:
        yield f"{chaff.name}: there is no diagnosis {chaff.diagnosis!r}."
    if not chaff.falls:
        yield f"{chaff.name}: no item falls; name those that must."
    for name in chaff.falls.keys() & chaff.blocked.keys():
        yield f'{chaff.name}: "{name}" cannot both fall and be blocked.'
    for name, lost in chaff.losses.items():
        if name not in homework.rubric.by_name:
            yield f'{chaff.name}: the rubric has no item "{name}".'
        if lost not in get_args(Lost):
            yield f'{chaff.name}: "{name}" cannot lose {lost!r}; say one of {get_args(Lost)}.'


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"chaffs_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ChaffMistake(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "CHAFFS"):
        raise ChaffMistake(f"{path} defines no CHAFFS.")
    return module
