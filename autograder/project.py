"""A homework beside all that is never graded with it: its solution, its template, its proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.definition import Homework, Leaderboard, Question, Rubric


@dataclass(frozen=True)
class Project:
    """Where the repository `root` keeps what belongs to a homework; paths are relative to it.

    `rubric` is the file in which points are changed, `reference` the solution. An edition's holds
    what differs; the rest comes from `shared`, the solution of another. `template` is what students
    get: stubs of the reference's modules and scripts, its files `copied`, the checks, the modules
    and data of the homework that these need at home (`support`), and the `handout`, by the place
    where each file goes.

    `wheats` holds right submissions and `chaffs` wrong ones, which prove the checks. A wheat may
    lack what the one of the same name in `shared_wheats`, another edition's, has. `tables` are
    documents with the items in them, below what `headline` says of them; `samples` show rows of a
    grading. `questions` are asked beside the code; `key` has their answers, which only staff see.
    `leaderboard` is for a course that wants one, `course` the file in which it sets that.
    """

    homework: Homework
    root: Path
    rubric: str
    reference: str = "reference"
    shared: str = ""
    template: str = "student_template"
    wheats: str = "tests/wheats"
    shared_wheats: str = ""
    chaffs: str = "tests/chaffs"
    copied: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    handout: Mapping[str, str] = field(default_factory=dict)
    headline: Callable[[Rubric], str] = lambda rubric: ""
    tables: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    key: str = ""
    leaderboard: Leaderboard | None = None
    course: str = "course.toml"

    @property
    def checks(self) -> str:
        """The folder of the checks."""
        return self.homework.checks.relative_to(self.root).as_posix()

    @property
    def top_level(self) -> tuple[str, ...]:
        """What a submission imports by itself: the package and the scripts beside it."""
        return (self.homework.package, *(Path(name).stem for name in self.homework.scripts))

    @property
    def output(self) -> Path:
        """The project's own copy of the template, which is always as generated."""
        return self.root / self.template
