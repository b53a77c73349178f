"""What a student's code raised, in facts: fields that a report can word and staff can count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Frame(NamedTuple):
    """A line of the student's that was being run; `file` is below the submission's folder."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Raised:
    """An exception of the student's, in facts.

    `file` and `missing` tell of a public name that was asked for in vain: the module in `file` does
    not import, for the reason in `cause`, or it has no name `missing`.
    """

    type_name: str = "Error"
    base: str = ""
    message: str = ""
    frames: tuple[Frame, ...] = ()
    errno: int = 0
    absent: str = ""
    """The module that an import did not find."""
    item: str = ""
    """The number of the item whose stub was called."""
    source: str = ""
    """The line that a SyntaxError is about."""
    file: str = ""
    missing: str = ""
    near: str = ""
    """A name in `file` that is nearly the missing one."""
    cause: ImportFailure | None = None

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}" if self.message.strip() else self.type_name


@dataclass(frozen=True)
class ImportFailure:
    """Why the module in `file` does not import: what it raised, else that it hung, or that it
    ended the program."""

    file: str
    raised: Raised | None = None
    seconds: float | None = None
    """How long it was waited for, where it hung."""
    undotted: str = ""
    """A module of the package that it looks for outside of it."""

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file."""
        name = self.file.removesuffix(".py").replace("/", ".")
        return self.raised is not None and self.raised.absent == name
