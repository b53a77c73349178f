"""The TA's commands, thin: `python -m autograder <command>`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the process's exit code."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # read when NumPy is first imported, so before it is
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("\nStopped. What was graded before is in the results.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m autograder", description="Grade submissions of Beras."
    )
    commands = parser.add_subparsers(title="commands", required=True)
    grade = commands.add_parser("grade", help="grade one submission")
    grade.add_argument("submission", type=Path, help="a folder or a zip")
    grade.add_argument(
        "--results-dir", type=Path, default=Path("results"), help="where results.json goes"
    )
    grade.add_argument("--metadata", type=Path, help="Gradescope's submission_metadata.json")
    grade.add_argument("--seed", type=_natural, help="draw the hidden cases from this seed")
    grade.add_argument("--budget", type=_seconds, help="wall-clock seconds; default: 300")
    grade.add_argument(
        "--patience", type=_seconds, default=1.0, help="multiplies the time of each check"
    )
    grade.set_defaults(run=_grade)
    warm_up = commands.add_parser("warm-up", help="start a worker once and name its isolation")
    warm_up.set_defaults(run=_warm_up)
    audit = commands.add_parser("audit", help="prove the checks by right and wrong submissions")
    audit.add_argument("--only", nargs="+", metavar="NAME", default=(), help="grade these alone")
    audit.add_argument("--jobs", type=_positive, help="gradings at a time; default: one per core")
    audit.add_argument("--html", type=Path, metavar="FILE", help="write the matrix as a page")
    audit.add_argument(
        "--seeds", type=_natural, default=0, help="grade each wheat alone, with so many seeds"
    )
    audit.set_defaults(run=_audit)
    template = commands.add_parser("template", help="write the students' template")
    template.add_argument("--check", action="store_true", help="only say what would change")
    template.add_argument("--output", type=Path, help="a folder; default: student_template")
    template.set_defaults(run=_template)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be a number of seconds over 0")
    return number


def _grade(options: argparse.Namespace) -> int:
    from autograder import grading
    from autograder.homework import rubric
    from autograder.outcomes import Report
    from autograder.report import console, gradescope
    from autograder.sandbox.confinement.limits import closed_to_others

    path, progress = options.results_dir / "results.json", console.Progress()
    if options.metadata is None and not options.submission.exists():  # else staff read the report
        print(f"{options.submission}: no such folder or zip.", file=sys.stderr)
        return 2
    try:
        options.results_dir.mkdir(parents=True, exist_ok=True)
        gradescope.write(Report(), path)
    except OSError as fault:
        print(f"{options.results_dir}: cannot hold results ({fault.strerror}).", file=sys.stderr)
        return 2

    def update(report: Report) -> None:
        gradescope.write(report, path)
        progress.show(report)

    private = [options.results_dir, *([options.metadata] if options.metadata else [])]
    # A worker has its own copy of the files that are graded. Any other that lies among them would
    # not change the hidden cases, and so could hold answers to them.
    if not _holds_worker(options.submission):
        private.append(options.submission)
    with closed_to_others(*private):
        report = grading.grade(
            options.submission,
            seed=options.seed,
            budget=options.budget or rubric.RUN_SECONDS,
            update=update,
            patience=options.patience,
            private=private,
            strict=options.metadata is not None,
        )
    progress.clear()
    print(console.table(report, colour=sys.stdout.isatty()))
    for text in report.staff:
        print(text, file=sys.stderr)
    print(f"Results: {path}")
    if not options.submission.exists():
        return 2
    return 3 if report.own_fault else 0


def _holds_worker(submission: Path) -> bool:
    """Whether what a worker needs lies in this folder, so that it can't be closed to it."""
    from autograder.sandbox.confinement import landlock

    temporary = Path(tempfile.gettempdir()).resolve()
    around = submission.resolve() in (temporary, *temporary.parents)
    return around or landlock.holds_python(submission)


def _warm_up(_: argparse.Namespace) -> int:
    from autograder import grading
    from autograder.homework import rubric

    mistakes = rubric.mistakes()
    for mistake in mistakes:
        print(f"rubric.py: {mistake}", file=sys.stderr)
    if not rubric.secret():
        text = "No autograder/salt.txt, or an empty one: hidden cases can be predicted."
        print(text, file=sys.stderr)
    isolation = grading.try_sandbox()
    print("Isolation here:", ", ".join(f"{k}: {v or 'none'}" for k, v in isolation.items()))
    return 3 if mistakes else 0


def _audit(options: argparse.Namespace) -> int:
    from autograder.audit import run

    return run.main(options.only, options.jobs, options.seeds, options.html)


def _template(options: argparse.Namespace) -> int:
    try:
        from autograder import template
    except ModuleNotFoundError as fault:
        if fault.name != "libcst":
            raise
        print("libcst is missing, which builds the template: bash setup.sh --dev", file=sys.stderr)
        return 2
    output = options.output or template.OUTPUT
    try:
        files = template.checked(template.ROOT)
        if options.check:
            return _show_difference(template.difference(files, output), options.output)
        if output.resolve() != template.OUTPUT.resolve():
            template.refuse_to_overwrite(files, output)
        changed = template.write(files, output)
    except template.TemplateError as fault:
        print(fault, "Nothing was written.", sep="\n", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{fault.filename or output}: {fault.strerror}. Nothing changed.", file=sys.stderr)
        return 2
    for path in changed:
        print(f"{path}: {'written' if path in files else 'removed'}")
    print(f"{output}: {len(changed)} changed" if changed else f"{output}: up to date")
    return 0


def _show_difference(difference: str, output: Path | None) -> int:
    if not difference:
        print("The template is up to date.")
        return 0
    into = f" --output {shlex.quote(str(output))}" if output else ""
    print(f"{difference}This mends it: python -m autograder template{into}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
