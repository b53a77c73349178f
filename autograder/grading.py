"""Grade one submission: the worker, the checks, the report."""

from __future__ import annotations

import platform
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from autograder import __version__
from autograder.homework import rubric
from autograder.outcomes import Report
from autograder.sandbox.client import WHERE_ALL_HANG, Sandbox
from autograder.sandbox.faults import WorkerLost
from autograder.sandbox.inside.loading import HOMES
from autograder.submission import Submission, SubmissionProblem, opened
from autograder.timing import FOR_ENDING, FOR_LATE, Timing, slowness

GIVEN = Path(__file__).parent / "homework" / "given_layers.py"
PACKAGES = ("numpy", "scipy", "pytest", "pytest-json-report", "msgpack")

Update = Callable[[Report], None]


@dataclass(frozen=True)
class Conditions:
    """Under which a submission is graded; see `grade`."""

    timing: Timing
    private: tuple[Path, ...]
    strict: bool


def grade(
    path: Path,
    seed: int | None = None,
    budget: float = rubric.RUN_SECONDS,
    update: Update = lambda report: None,
    patience: float = 1.0,
    private: Sequence[Path] = (),
    strict: bool = False,
) -> Report:
    """Grade the submission at `path`, a folder or a zip.

    `seed` draws the hidden cases; without one it comes from the salt and the submission's content.
    `budget` is in wall-clock seconds. `update` is called with the complete report before the
    worker starts, after each item and at the end, when every file of the submission's is gone.
    Only at the end must it succeed. Whatever the submission does, this returns.
    `patience` multiplies the time that an import or a check may take, not the budget, on top of
    what a slow machine is given. `private` is hidden from the worker where that takes namespaces.
    With `strict` staff are told of every layer of isolation that is missing.
    """
    started = time.monotonic()
    report = Report(facts=_versions())
    update(report)
    slow = slowness()
    report.facts["slowness"] = round(slow, 2)
    stop = started + (1 - FOR_ENDING) * budget
    timing = Timing(stop, patience * slow, for_late=FOR_LATE * budget)
    conditions = Conditions(timing, tuple(private), strict)
    try:
        _grade(path, seed, report, conditions, _if_possible(update))
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


def _if_possible(update: Update) -> Update:
    """`update`, but where nothing can be written: a test may have filled the disk."""

    def attempt(report: Report) -> None:
        try:
            update(report)
        except OSError as fault:
            text = f"Results could not be written in between ({fault.strerror}); these are whole."
            report.staff += [] if text in report.staff else [text]

    return attempt


def try_sandbox() -> dict[str, str]:
    """Start a worker on an empty package; returns the isolation in force."""

    def fill(folder: Path) -> None:
        (folder / "beras").mkdir(parents=True)

    with Sandbox(fill, GIVEN) as sandbox, sandbox.session(rubric.TEST_SECONDS) as session:
        session.has("Tensor")
        return sandbox.isolation


def _grade(
    path: Path,
    seed: int | None,
    report: Report,
    conditions: Conditions,
    update: Update,
) -> None:
    if mistakes := rubric.mistakes():
        raise ValueError(f"rubric.py: {'; '.join(mistakes)}")
    with opened(path) as submission:
        seed = rubric.hidden_seed(submission.digest) if seed is None else seed
        replay = f"python -m autograder grade SUBMISSION --seed {seed}"
        report.facts |= {"seed": seed, "replay": replay, "salt": bool(rubric.secret())}
        if conditions.strict and not rubric.secret():
            text = "autograder/salt.txt is missing or empty: hidden cases can be predicted."
            report.staff.append(text)
        _run(submission, seed, report, conditions, update)
        report.notes[:0] = submission.notes


def _run(
    submission: Submission,
    seed: int,
    report: Report,
    conditions: Conditions,
    update: Update,
) -> None:
    try:
        with _sandbox(submission, conditions) as sandbox:
            # The worker imports NumPy and the submission while this process imports pytest and
            # SciPy: a tenth of a second that nobody waits for.
            from autograder.hosting.plugin import Host

            report.facts["isolation"] = sandbox.isolation
            report.staff += missing_layers(sandbox.isolation) if conditions.strict else []
            sandbox.wait_until_ready()
            conditions.timing.late += sandbox.seconds_hung
            for module, reason in sandbox.failures.items():
                report.notes.append(_not_imported(module, reason))
            Host(sandbox, seed, report, conditions.timing, update).run()
            if rubric.LEADERBOARD:
                from autograder.homework import leaderboard

                seconds = conditions.timing.within_run(leaderboard.SECONDS)
                report.accuracy = leaderboard.accuracy_on_digits(sandbox, seconds)
    except WorkerLost as lost:
        report.notes.append(f"Nothing could be run: {lost}.")


def _not_imported(module: str, reason: str) -> str:
    quoted = " ".join(reason.split()).replace("`", "'")
    note = f"`beras/{module}.py` does not import: `{quoted}`"
    if quoted.endswith(f"No module named 'beras.{module}'"):
        return f"`beras/{module}.py` is missing."
    found = re.search(r"No module named '(\w+)'$", quoted)
    if found and found[1] in HOMES:
        return f"{note}. Inside the package, write `from .{found[1]} import ...`, with a dot."
    return note


def _sandbox(submission: Submission, conditions: Conditions) -> Sandbox:
    timing = conditions.timing
    seconds = import_seconds(timing)
    return Sandbox(submission.copy_to, GIVEN, seconds, stop=timing.stop, private=conditions.private)


def import_seconds(timing: Timing) -> float:
    """How long an import may take.

    No slow machine makes modules that all hang take more than `timing.for_late` together.
    """
    most = max(timing.for_late / WHERE_ALL_HANG, rubric.IMPORT_SECONDS)
    return min(timing.allowed(rubric.IMPORT_SECONDS), most)


def missing_layers(isolation: Mapping[str, str]) -> list[str]:
    """A warning for each layer that a grading on Gradescope has and this one has not."""
    needed = {
        "degree": ("own uid",),
        "privileges": ("none new",),
        "network": ("namespace", "seccomp"),
        "calls": ("seccomp",),
        "checks": ("closed", "hidden"),
    }
    return [
        f"Isolation is weaker than it should be: {layer} is {isolation.get(layer) or 'none'}, "
        f"not {' or '.join(wanted)}; see docs/security.md."
        for layer, wanted in needed.items()
        if isolation.get(layer) not in wanted
    ]


def _versions() -> dict[str, object]:
    versions = {name: version(name) for name in PACKAGES}
    return {"versions": {"autograder": __version__, "python": platform.python_version()} | versions}
