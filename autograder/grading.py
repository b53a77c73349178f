"""Grade one submission: the worker, the checks, the report."""

from __future__ import annotations

import math
import platform
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from autograder import __version__, salt
from autograder.definition import Form, Homework
from autograder.outcomes import Report
from autograder.sandbox.client import Sandbox, imports_until_all_failed
from autograder.sandbox.faults import WorkerLost
from autograder.submission import Submission, SubmissionProblem, expect_whole, opened
from autograder.timing import RESERVED_SHARE, TIMEOUT_SHARE, Timing, slowness

PACKAGES = ("numpy", "scipy", "pytest", "pytest-json-report", "msgpack")

Update = Callable[[Report], None]

WRITE_SECONDS = 0.25
"""Results that were written so shortly before are not written again, unless an answer takes long.
Writing them after each item would take a tenth of a grading, most of it waiting for the disk."""


@dataclass(frozen=True)
class Conditions:
    """How a submission is graded.

    `seed` draws the hidden cases; without one it comes from the salt and the submission's content.
    `budget` is in wall-clock seconds; without one it is the homework's. `patience` multiplies the
    time that an import or a check may take, not the budget, on top of what a slow machine is given.
    Namespaces, where they are used, hide the paths in `private` from the worker. With `strict`
    staff are told of every layer of isolation that is missing. `days_late` are days begun after the
    due date; None where that could not be told. The cases named in `granted` pass without being
    asked.
    """

    seed: int | None = None
    budget: float | None = None
    patience: float = 1.0
    private: tuple[Path, ...] = ()
    strict: bool = False
    days_late: int | None = 0
    granted: frozenset[str] = frozenset()


def grade(
    path: Path,
    homework: Homework,
    conditions: Conditions | None = None,
    update: Update = lambda report: None,
) -> Report:
    """Grade the submission at `path`, a folder or a zip.

    `update` is called with the complete report before the worker starts, after an item that ends
    `WRITE_SECONDS` or more after the last call (for others once an answer takes long, or after
    those that follow), and at the end, when every file of the submission's is gone. Only at the end
    must it succeed. Whatever the submission does, this returns.
    """
    started = time.monotonic()
    conditions = conditions or Conditions()
    report = _begun(homework, conditions)
    update(report)
    budget = conditions.budget or homework.budget.run
    timing = _timing(report, started, budget, conditions.patience)
    try:
        between = _NowAndThen(_if_possible(update))
        _Grading(homework, conditions, report, timing, between).run(path)
    except SubmissionProblem as problem:
        report.notes.append(str(problem))
    except Exception as fault:  # ours: a submission's faults arrive as verdicts
        report.staff.append("".join(traceback.format_exception(fault)))
        report.own_fault = True
    if report.own_fault:
        report.notes.append(
            "The autograder itself failed, through no fault of yours; staff know why."
        )
    elif timing.is_over:
        report.notes.append(f"The time limit of {budget:g} seconds was used up.")
    report.complete = True
    report.seconds = time.monotonic() - started
    update(report)
    return report


def _begun(homework: Homework, conditions: Conditions) -> Report:
    """The report before anything ran."""
    late = conditions.days_late
    report = Report(homework.rubric, homework.policy, late or 0, facts={"versions": versions()})
    if late is None:
        report.staff.append("How late this is cannot be read from the metadata: nothing came off.")
    return report


def _timing(report: Report, started: float, budget: float, patience: float) -> Timing:
    slow = slowness()
    report.facts["slowness"] = round(slow, 2)
    stop = started + (1 - RESERVED_SHARE) * budget
    return Timing(stop, patience * slow, timeout_budget=TIMEOUT_SHARE * budget)


def _if_possible(update: Update) -> Update:
    """`update`, but where nothing can be written: a test may have filled the disk."""

    def attempt(report: Report) -> None:
        try:
            update(report)
        except OSError as fault:
            text = f"Results could not be written in between ({fault.strerror}); these are whole."
            report.staff += [] if text in report.staff else [text]

    return attempt


class _NowAndThen:
    """An update that is left for later where the last one was just now."""

    def __init__(self, update: Update) -> None:
        self._update, self._last = update, -math.inf
        self._left: Report | None = None

    def __call__(self, report: Report) -> None:
        self._left = report
        if time.monotonic() - self._last >= WRITE_SECONDS:
            self.catch_up()

    def catch_up(self) -> None:
        """Do what was left for later."""
        if self._left is not None:
            self._update(self._left)
            self._left, self._last = None, time.monotonic()


def try_sandbox(homework: Homework) -> dict[str, str]:
    """Start a worker on an empty package; returns the isolation in force."""

    def fill(folder: Path) -> None:
        (folder / homework.package).mkdir(parents=True)

    with Sandbox(homework, fill) as sandbox, sandbox.session(homework.budget.imports) as session:
        session.has("anything")
        return sandbox.isolation


@dataclass(frozen=True)
class _Grading:
    """One submission on its way to a report."""

    homework: Homework
    conditions: Conditions
    report: Report
    timing: Timing
    update: _NowAndThen

    def run(self, path: Path) -> None:
        """Fill in the report.

        Raises:
            SubmissionProblem: there is nothing to grade.
        """
        if mistakes := self.homework.rubric.mistakes():
            raise ValueError(f"rubric: {'; '.join(mistakes)}")
        with opened(path, self.homework) as submission:
            if self.homework.policy.whole:
                expect_whole(submission.root, self.homework)
            seen = replace(self, homework=self._recognised(submission.root))
            sandbox = seen._sandbox(submission)
            closed = sandbox.closes(path)
            seed = self._seed(submission.digest if closed else submission.open_digest)
            seen._check(sandbox, seed)
            self.report.notes[:0] = [*seen._told(self.homework), *submission.notes]

    def _recognised(self, root: Path) -> Homework:
        """The homework in the form, and in the edition of that, of which the submission is.

        Raises:
            SubmissionProblem: that is not the one that it was asked to be.
        """
        wanted = self.homework.form
        if wanted is None:
            return self.homework.seen_in(root)
        found = wanted.recognise(root)
        assert found.form is not None
        self.report.facts |= {"edition": wanted.name, "recognised": found.form.name}
        if found.form.name == wanted.name:
            return self.homework.seen_in(root)
        if wanted.is_fixed:
            raise SubmissionProblem(_of_another_form(found.form, wanted))
        self.report.facts["edition"] = found.form.name
        self.report.follow(found.rubric)
        self.update(self.report)
        found = replace(found, policy=self.homework.policy, budget=self.homework.budget)
        return found.seen_in(root)

    def _told(self, expected: Homework) -> Iterator[str]:
        """What the student should know of how this was graded, if it is not the usual."""
        form = self.homework.form
        if form and expected.form and form.name != expected.form.name:
            yield f"Graded as the {form.name} edition, for this has {form.has}."
        if self.homework.edition.note:
            yield self.homework.edition.note

    def _seed(self, digest: str) -> int:
        given = self.conditions.seed
        seed = salt.hidden_seed(digest) if given is None else given
        replay = f"python -m autograder grade SUBMISSION --seed {seed}"
        self.report.facts |= {"seed": seed, "replay": replay, "salt": bool(salt.secret())}
        if self.conditions.strict and not salt.secret():
            text = "autograder/salt.txt is missing or empty: hidden cases can be predicted."
            self.report.staff.append(text)
        return seed

    def _check(self, sandbox: Sandbox, seed: int) -> None:
        report = self.report
        try:
            with sandbox:
                # The worker imports NumPy and the submission while this process imports pytest and
                # SciPy: a tenth of a second that nobody waits for.
                from autograder.hosting import graded

                report.facts["isolation"] = sandbox.isolation
                report.staff += missing_layers(sandbox.isolation) if self.conditions.strict else []
                try:
                    sandbox.wait_until_ready()
                finally:
                    report.broken = [*sandbox.failures.values()]
                self.timing.timed_out_seconds += sandbox.seconds_hung
                how = self.timing, self.update, self.conditions.granted
                worker = graded.Worker(self.homework, sandbox, seed, report, *how)
                graded.run(self.homework, worker, report)
                self._measure(sandbox)
        except WorkerLost as lost:
            report.notes.append(f"Nothing could be run: {lost}.")

    def _measure(self, sandbox: Sandbox) -> None:
        """Measure the leaderboard's figure; a failure here costs no points, and leaves none."""
        board = self.homework.leaderboard
        if board is None:
            return
        try:
            with sandbox.session(self.timing.within_run(board.seconds)) as session:
                value = board.measure(session)
        except (Exception, WorkerLost):  # whatever the student's model does
            return
        self.report.figure = (board.title, value) if value is not None else None

    def _sandbox(self, submission: Submission) -> Sandbox:
        return Sandbox(
            self.homework,
            submission.copy_to,
            import_seconds(self.homework, self.timing),
            stop=self.timing.stop,
            private=self.conditions.private,
            on_wait=self.update.catch_up,
        )


def _of_another_form(found: Form, wanted: Form) -> str:
    return (
        f"Nothing was graded: this is a submission of the {found.name} edition, with {found.has}, "
        f"and the course has the {wanted.name} edition, with {wanted.has}."
    )


def import_seconds(homework: Homework, timing: Timing) -> float:
    """How long an import may take.

    No slow machine makes modules that all hang take more than `timing.timeout_budget` together.
    """
    usual = homework.budget.imports
    most = max(timing.timeout_budget / imports_until_all_failed(homework), usual)
    return min(timing.allowed(usual), most)


def missing_layers(isolation: Mapping[str, str]) -> list[str]:
    """A warning for each layer that a grading on Gradescope has and this one has not."""
    needed = {
        "degree": ("own uid",),
        "privileges": ("none new",),
        "network": ("namespace", "seccomp"),
        "calls": ("seccomp",),
        "checks": ("closed", "hidden"),
        "libraries": ("closed",),
    }
    return [
        f"Isolation is weaker than it should be: {layer} is {isolation.get(layer) or 'none'}, "
        f"not {' or '.join(wanted)}; see docs/security.md."
        for layer, wanted in needed.items()
        if isolation.get(layer) not in wanted
    ]


def versions() -> dict[str, str]:
    """Versions of the autograder, of Python and of the packages that grade."""
    packages = {name: version(name) for name in PACKAGES}
    return {"autograder": __version__, "python": platform.python_version()} | packages
