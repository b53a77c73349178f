"""What a homework is, as one value: all that the grader knows of what it grades.

The value is handed to the sandbox, the host of the checks, the reports, the template generator, the
home run and the hand-in; none of these knows any homework by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from autograder.raised import Raised
from autograder.truth.diagnosis import Cause


def total_of(points: Iterable[float]) -> float:
    """The sum, to the hundredth; a whole number where it is one, so that nothing reads 3.0."""
    total = round(math.fsum(points), 2)
    return int(total) if total.is_integer() else total


@dataclass(frozen=True)
class Item:
    """One row of the report: one thing that a student builds.

    Its points are split over two aspects, `shape` and `value`: an aspect is earned when every case
    of every check of the item has it right. A result of the wrong shape has no value to compare,
    so it earns neither; a right shape with wrong entries earns the shape.

    `needs` names the items that this one builds on directly, so that it builds on what they need
    as well: when it fails because one of all these has failed, it is reported as blocked and not
    as a second mistake (`outcomes` has the rule). An item without points is given
    code; the points of one that is `extra` come on top of the total. `file` is where the
    student writes it, from the submission's folder.
    `seconds` are wall-clock seconds for one check. `number` is the item's place in the roadmap;
    a rubric fills it in.
    """

    name: str
    shape: float
    value: float
    file: str
    needs: tuple[str, ...] = ()
    seconds: float = 10.0
    visibility: str = "visible"
    number: str = ""
    extra: bool = False

    @property
    def stage(self) -> str:
        """Number of the stage of the roadmap to which it belongs."""
        return self.number.partition(".")[0]

    @property
    def place(self) -> str:
        """Its number and name, and its file, unless that is the name."""
        where = "" if self.name == self.file else f", in {self.file}"
        return f"{self.number} {self.name}{where}"

    @property
    def points(self) -> float:
        """Points for the whole item."""
        return total_of((self.shape, self.value))


class Rubric:
    """What is worth what: the items of the roadmap in order, numbered by stage and place."""

    def __init__(
        self,
        stages: Sequence[tuple[str, Sequence[Item]]],
        imports: str = "",
        misread: Sequence[str] = (),
        total: float = 100,
    ) -> None:
        """`stages` are titles, each with its items, whose numbers are given here.

        `imports` names the item that fails where a module does not import; it blocks all that is
        written there. Without one these fail on their own account. `misread` are mistakes that
        were found before. `total` is what the points must add up to.
        """
        self.imports, self._misread, self.total = imports, tuple(misread), total
        self.stages = {str(number): title for number, (title, _) in enumerate(stages, start=1)}
        self.items = tuple(_numbered(stages))
        self.by_name = {item.name: item for item in self.items}
        self.by_number = {item.number: item for item in self.items}
        self.position = {item.name: place for place, item in enumerate(self.items)}
        self.builds_on: dict[str, frozenset[str]] = {}
        for item in self.items:
            indirect = (self.builds_on.get(need, frozenset()) for need in item.needs)
            self.builds_on[item.name] = frozenset(item.needs).union(*indirect)

    @property
    def possible(self) -> float:
        """Points of all items together, but for extra credit."""
        return total_of(item.points for item in self.items if not item.extra)

    @property
    def most(self) -> float:
        """The same with extra credit: what a solution without a mistake earns."""
        return total_of(item.points for item in self.items)

    def revalued(self, items: Iterable[Item], total: float) -> Rubric:
        """The same rubric with these items in place of its own, worth `total`."""
        found = list(items)
        stages = [
            (title, [item for item in found if item.stage == number])
            for number, title in self.stages.items()
        ]
        return Rubric(stages, self.imports, self._misread, total)

    def mistakes(self) -> list[str]:
        """What is wrong with the table; nothing may be graded by it then."""
        found, total = list(self._misread), self.possible
        if total != self.total:
            found.append(f"points total {total}; they must total {self.total}")
        if len(self.by_name) != len(self.items):
            found.append("two items have the same name")
        if self.imports and self.imports not in self.by_name:
            found.append(f'no item is named "{self.imports}", which is to be about imports')
        return found + [text for item in self.items for text in self._wrong_needs(item)]

    def _wrong_needs(self, item: Item) -> Iterator[str]:
        for name in item.needs:
            if self.position.get(name, len(self.items)) >= self.position[item.name]:
                yield f'"{item.name}" needs "{name}", which is no earlier item'


def _numbered(stages: Sequence[tuple[str, Sequence[Item]]]) -> Iterator[Item]:
    for stage, (_, items) in enumerate(stages, start=1):
        for place, item in enumerate(items, start=1):
            yield replace(item, number=f"{stage}.{place}")


@dataclass(frozen=True)
class Question:
    """What students answer in words: what it is about, and the items that it helps with."""

    name: str
    about: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Budget:
    """Wall-clock seconds.

    `imports` is for importing the submission, `run` for the whole of one submission: what is not
    run by then is reported as not run. A check gets its item's seconds, or `after_timeout` once an
    item that this one builds on has run out of time.
    """

    imports: float = 20.0
    run: float = 300.0
    after_timeout: float = 2.0


class ProblemSet(Protocol):
    """Sizes and numbers that one case of a check is about; students do not see hidden ones."""

    @property
    def hidden(self) -> bool: ...


@dataclass(frozen=True)
class Leaderboard:
    """A figure that says how good a submission is, beside its points.

    `measure` gets a session with the student's code for `seconds`; None where there is no figure.
    """

    title: str
    seconds: float
    measure: Callable[[Any], float | None]


@dataclass(frozen=True)
class Policy:
    """What a course makes of a grading, and what of it students see.

    `visibility` is Gradescope's word for when. Without `hidden_texts` students read nothing of what
    went wrong in hidden cases. Each day begun after the due date costs `late_percent` of the points
    earned. With `whole` nothing is graded where a file is missing. `links` are texts and addresses.
    `chosen` is for staff: what the course has set, by name.
    """

    visibility: str = "visible"
    hidden_texts: bool = True
    late_percent: float = 0
    whole: bool = False
    links: tuple[tuple[str, str], ...] = ()
    chosen: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Edition:
    """A form in which a homework was published; the default one is the homework as it is defined.

    `note` is one sentence for the report on what this edition does differently. `elsewhere` maps
    public names to where its given code has them: a module, and the name there.
    """

    note: str = ""
    elsewhere: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """One of several forms of a homework, each with a rubric and checks of its own.

    `name` is what a command asks for, `has` what its submissions have and others have not, in
    words. `marks` are files, each with a class or a function that only this form defines there.
    `recognise` tells from a submission's folder of which form it is. Where the form `is_fixed`, a
    submission of another one is not graded, but told so.
    """

    name: str
    has: str
    marks: tuple[tuple[str, str], ...]
    recognise: Callable[[Path], Homework]
    is_fixed: bool = False


@dataclass(frozen=True)
class Homework:
    """What is handed in, what it is worth, and how it is asked.

    `package` is the folder of modules that students write, `modules` the public names of each,
    `scripts` the files beside it, which but for the `optional` ones must be there. `called` are
    names that are there to be called: looked up as part of the call, they cost one exchange with
    the worker in place of two; `made` are those of them that make an object: they cost none of
    their own. `checks` is the folder of pytest files, `shared` are files of
    another's, in which `{name}` in a mark or a docstring stands for `words["name"]`. `given` is a
    module that is put beside the student's code. `public()` makes the problems that a student sees
    at home, `hidden(seed)` those that only a grading does. `recognise` tells from a submission's
    folder on which edition's given code it stands, `edition` is what was recognised. `form` is set
    where the homework has several.
    `explain` tells the mistake behind what a student's code raised. `sentences` is what a student
    reads of the mistakes that only this homework knows. `hints` gives the steps of help with each
    item, by its name; at home they are open from the date `hints_from`, always where it is empty.
    `policy` is the course's.
    `draw` makes a picture (SVG) of how the package works, with sentences on what is wrong in it.
    """

    name: str
    package: str
    modules: Mapping[str, tuple[str, ...]]
    scripts: tuple[str, ...]
    called: frozenset[str]
    rubric: Rubric
    checks: Path
    given: Path
    public: Callable[[], ProblemSet]
    shared: tuple[Path, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    made: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    hidden: Callable[[int], ProblemSet] | None = None
    budget: Budget = Budget()
    leaderboard: Leaderboard | None = None
    recognise: Callable[[Path], Edition] | None = None
    edition: Edition = Edition()
    form: Form | None = None
    explain: Callable[[Raised], Cause | None] | None = None
    sentences: Mapping[str, str] = field(default_factory=dict)
    hints: Callable[[], Mapping[str, Mapping[str, str]]] | None = None
    hints_from: str = ""
    policy: Policy = field(default_factory=Policy)
    draw: Callable[[Any], tuple[str, list[str]]] | None = None

    def seen_in(self, root: Path) -> Homework:
        """The homework in the edition that the files in `root` stand on."""
        return replace(self, edition=self.recognise(root)) if self.recognise else self

    @property
    def check_files(self) -> list[Path]:
        """Every file of checks: its own, then those that it shares."""
        return [*sorted(self.checks.glob("test_*.py")), *self.shared]

    def fixed(self) -> Homework:
        """The homework in this form alone, where it has several."""
        return replace(self, form=self.form and replace(self.form, is_fixed=True))

    def worded(self, text: str) -> str:
        """The text of a check that is shared, in the words of this homework."""
        return re.sub(r"\{(\w+)\}", lambda found: self.words.get(found[1], found[0]), text)

    def file(self, module: str) -> str:
        """Where a module of the package is, or the package itself, from the submission's folder."""
        return f"{self.package}/{'__init__' if module == self.package else module}.py"

    @property
    def script(self) -> str:
        """What a student runs; the package, where there is no script."""
        return self.scripts[0] if self.scripts else self.package
