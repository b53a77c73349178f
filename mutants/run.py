"""Mutate each module of an edition's solution by cosmic-ray, with the checks as its tests.

    python mutants/run.py [--edition NAME] [--jobs 2] [--sessions DIR] [MODULE ...]

Without modules these are all that the edition does not share. Each is mutated in a copy of the
project, so that the checkout is never touched. With `--sessions` results are kept there, and a run
that was stopped goes on where it was. Prints each survivor that `equivalent.py` does not explain,
and the share that the checks noticed; exits with 1 if that is under `GOAL`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome
from equivalent import explained

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder import reference  # noqa: E402
from autograder.homework import catalogue  # noqa: E402
from autograder.project import Project  # noqa: E402

GOAL = 0.97
SECONDS = 30.0
"""What one mutant may take; the checks need two."""

CHECKS = (
    f"{sys.executable} -m pytest -q -x -p no:cacheprovider -p mutants.hidden_cases"
    " --rootdir=reference -c /dev/null --noconftest -p {fixtures} {checks}"
)
CONFIG = """[cosmic-ray]
module-path = "reference/beras/{module}.py"
timeout = {seconds}
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"
"""


def modules_of(project: Project) -> list[str]:
    """The modules that the project's own solution holds."""
    package = project.root / project.reference / project.homework.package
    return sorted(path.stem for path in package.glob("[a-z]*.py"))


def checks_of(project: Project) -> str:
    """The command that runs all checks of the edition, the shared ones included."""
    homework = project.homework
    folder, *files = (p.relative_to(ROOT) for p in (homework.checks, *homework.shared))
    fixtures = ".".join((*folder.parts, "conftest"))
    return CHECKS.format(fixtures=fixtures, checks=" ".join(map(str, (folder, *files))))


def mutate(edition: str, module: str, sessions: Path) -> Path:
    """Run every mutant of one module that has no result yet; returns the session."""
    session, project = (sessions / f"{module}.sqlite").resolve(), catalogue.named(edition)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("autograder", "mutants"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        reference.assemble(project, Path(folder) / "reference")
        config = Path(folder) / "cosmic-ray.toml"
        text = CONFIG.format(module=module, seconds=SECONDS, command=checks_of(project))
        config.write_text(text, encoding="utf-8")
        if not session.exists():
            _cosmic_ray("init", config, session, edition)
        _cosmic_ray("exec", config, session, edition)
    return session


def _cosmic_ray(command: str, config: Path, session: Path, edition: str) -> None:
    program = Path(sys.executable).with_name("cosmic-ray")
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["EDITION"] = edition  # for hidden_cases.py
    subprocess.run(
        [program, command, config, session], cwd=config.parent, env=environment, check=True
    )


def survivors(session: Path) -> tuple[Counter[str], list[tuple[str, str]]]:
    """How many mutants ended in which way, and (removed, added) text of each that lives."""
    counts: Counter[str] = Counter()
    alive = []
    with use_db(session, WorkDB.Mode.open) as database:
        for _, result in database.results:
            counts[result.test_outcome.value] += 1
            if result.test_outcome == TestOutcome.SURVIVED:
                alive.append(_change(result.diff))
    return counts, sorted(alive)


def _change(diff: str) -> tuple[str, str]:
    """The lines that a unified diff takes away and puts in, without indentation."""
    body = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    removed, added = (
        " ".join(line[1:].strip() for line in body if line.startswith(sign)) for sign in "-+"
    )
    return removed, added


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutate the reference; the checks must notice.")
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser.add_argument("--edition", choices=catalogue.names(), default=catalogue.TAPE)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sessions", type=Path)
    options = parser.parse_args()
    modules = options.modules or modules_of(catalogue.named(options.edition))
    with tempfile.TemporaryDirectory() as scratch:
        sessions = options.sessions or Path(scratch)
        sessions.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(options.jobs) as pool:
            ended = pool.map(lambda module: mutate(options.edition, module, sessions), modules)
            results = {path.stem: survivors(path) for path in ended}
    return report(results)


def report(results: dict[str, tuple[Counter[str], list[tuple[str, str]]]]) -> int:
    """Print what lives, module by module, and the whole share; the exit code."""
    killed = equivalent = alive = 0
    for module, (counts, left) in results.items():
        unexplained = [change for change in left if not explained(module, *change)]
        killed += counts.total() - len(left)
        equivalent += len(left) - len(unexplained)
        alive += len(unexplained)
        print(f"{module}: {counts.total()} mutants, {len(left)} live, {len(unexplained)} of them")
        for removed, added in unexplained:
            print(f"    - {removed}\n    + {added}")
    share = killed / (killed + alive)
    print(
        f"{killed} killed, {alive} live, {equivalent} equivalent: {share:.1%} of those that differ"
    )
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
