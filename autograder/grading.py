"""Grade one submission: the worker, the checks, the report."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from autograder import __version__, rubric
from autograder.outcomes import Report
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import WorkerLost
from autograder.submission import Submission, SubmissionProblem, opened

GIVEN = Path(__file__).parent / "checks" / "given_layers.py"
PACKAGES = ("numpy", "scipy", "pytest", "pytest-json-report", "msgpack")

Update = Callable[[Report], None]


def grade(
    path: Path,
    seed: int | None = None,
    salt: str = "",
    budget: float = rubric.RUN_SECONDS,
    update: Update = lambda report: None,
) -> Report:
    """Grade the submission at `path`, a folder or a zip.

    `seed` draws the hidden cases; without one it comes from `salt` and the submission's content.
    `budget` is in wall-clock seconds. `update` is called with the complete report before the
    worker starts, after each item and at the end. Whatever the submission does, this returns.
    """
    started = time.monotonic()
    report = Report(facts=_versions())
    update(report)
    try:
        with opened(path) as submission:
            seed = rubric.hidden_seed(salt, submission.digest) if seed is None else seed
            report.facts["seed"] = seed
            _run(submission, seed, report, started + budget, update)
            report.notes[:0] = submission.notes
    except SubmissionProblem as problem:
        report.notes.append(str(problem))
    except OSError as fault:
        report.staff.append("".join(traceback.format_exception(fault)))
        report.notes.append("The autograder could not start. This is no mistake of yours.")
    report.complete = True
    report.seconds = time.monotonic() - started
    update(report)
    return report


def _run(submission: Submission, seed: int, report: Report, stop: float, update: Update) -> None:
    try:
        with Sandbox(submission.copy_to, GIVEN, rubric.IMPORT_SECONDS, stop) as sandbox:
            # The worker imports NumPy and the submission while this process imports pytest and
            # SciPy: a tenth of a second that nobody waits for.
            from autograder.hosting import Host

            sandbox.wait_until_ready()
            report.facts["isolation"] = sandbox.isolation
            for module, reason in sandbox.failures.items():
                report.notes.append(f"`beras/{module}.py` does not import: {reason}")
            Host(sandbox, seed, report, stop, update).run()
    except WorkerLost as lost:
        report.notes.append(f"Nothing could be run: {lost}.")


def _versions() -> dict[str, object]:
    versions = {name: version(name) for name in PACKAGES}
    return {"versions": {"autograder": __version__, "python": platform.python_version()} | versions}
