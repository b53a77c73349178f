"""What a host gives to the checks: the student's code, in a worker or in this process."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from autograder.definition import Edition, Item, ProblemSet
from autograder.outcomes import Verdict
from autograder.raised import Raised


class Modules(Protocol):
    """The student's code, as one check sees it."""

    @property
    def package(self) -> Any:
        """The student's package; its public names are attributes."""

    @property
    def edition(self) -> Edition:
        """What the student's code stands on."""

    def module(self, name: str) -> Any:
        """A module beside the package, or the homework's given one."""

    def has(self, name: str) -> bool:
        """Whether the package offers a public name."""

    def lack(self, name: str) -> Raised | None:
        """Why the package does not offer a public name; None where it does."""


class Provider(Protocol):
    """Lends each check the student's code, and tells what its ending means."""

    granted: Collection[str]
    """Names of cases that pass and are not asked."""

    def problems(self) -> Mapping[str, ProblemSet]:
        """The sets of problems, by what their cases are called."""

    def lend(self, item: Item) -> AbstractContextManager[Modules]:
        """Fresh modules for one check of `item`."""

    def settle(self) -> None:
        """Do whatever a check left for later, which may fail."""

    def reason_to_skip(self, item: Item) -> str:
        """Why a check of `item` need not be run; empty where it must."""

    def judge(self, failure: BaseException | None, hidden: bool) -> Verdict:
        """The verdict on what a check raised; None for one that ended well."""

    def asks_again(self) -> bool:
        """Whether a check that failed is to be asked again, in a fork of its own."""

    def complete(self, item: Item, verdict: Verdict) -> None:
        """Add to a verdict what is only known when the modules are given back."""
