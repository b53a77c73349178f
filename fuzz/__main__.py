"""Fuzz what reads bytes from outside, guided by coverage, and say what came of it.

    python -m fuzz [TARGET...] [--seconds 300] [--seed 1] [--keep FOLDER]
    python -m fuzz TARGET --replay FILE     # one input again, without the fuzzer

Targets: wire, session, zip, built-zip, folder; by default all of them, one after the other. The
exit code is 1 when an input broke an invariant; such inputs are kept in build/fuzz/.

It needs atheris, on Linux with CPython 3.11 to 3.13: `pip install -r fuzz/requirements.txt`. It is
not among the project's own packages because it has no wheel for every Python that these run on.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

MAX_MEMORY = 700
"""Megabytes: NumPy, the fuzzer's tables and its corpus take 60 of them."""

MAX_SECONDS = 10
"""For one input: by then it hangs."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzer's choices")
    parser.add_argument("--keep", type=Path, default=ROOT / "build" / "fuzz", help="for findings")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run one input, and no fuzzer")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args()
    if options.inside:
        fuzz(options.targets[0], [*options.targets[1:], *rest])
    from fuzz.targets import TARGETS

    unknown = set(options.targets) - set(TARGETS)
    if unknown or rest:
        parser.error(f"unknown: {', '.join([*unknown, *rest])}; targets: {', '.join(TARGETS)}")
    if options.replay:
        for name in options.targets:
            TARGETS[name][0](options.replay.read_bytes())
        return 0
    options.keep.mkdir(parents=True, exist_ok=True)
    print("target       seed  seconds  executions  coverage  corpus   peak  findings")
    found = [run(name, options) for name in options.targets or TARGETS]
    return int(any(found))


def run(name: str, options: argparse.Namespace) -> int:
    """Fuzz one target in a process of its own; prints its row and returns its findings."""
    from fuzz.targets import TARGETS

    with tempfile.TemporaryDirectory(prefix="fuzz-corpus-") as corpus:
        for number, seed in enumerate(TARGETS[name][1]()):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        keep = options.keep / f"{name}-"
        before = set(options.keep.glob(f"{name}-*"))
        command = [sys.executable, "-m", "fuzz", name, "--inside", corpus]
        command += [f"-max_total_time={options.seconds}", f"-seed={options.seed}"]
        command += [f"-artifact_prefix={keep}", f"-rss_limit_mb={MAX_MEMORY}"]
        command += [f"-timeout={MAX_SECONDS}", "-max_len=4096", "-print_final_stats=1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    findings = sorted(set(options.keep.glob(f"{name}-*")) - before)
    print(row(name, options.seed, done.stderr, len(findings)), flush=True)
    if findings or done.returncode:
        print(done.stdout[-2000:], done.stderr[-3000:], *findings, sep="\n", file=sys.stderr)
    return len(findings) or abs(done.returncode)


def row(name: str, seed: int, log: str, findings: int) -> str:
    """The figures of libFuzzer's log."""
    statuses = re.findall(r"^#\d+\s.*?cov: (\d+).*?corp: (\d+)", log, re.MULTILINE)
    coverage, corpus = statuses[-1] if statuses else ("?", "?")
    seconds = _last(r"Done \d+ runs in (\d+) second", log)
    executions = _last(r"stat::number_of_executed_units:\s*(\d+)", log)
    peak = _last(r"stat::peak_rss_mb:\s*(\d+)", log)
    return (
        f"{name:<11}{seed:>6}{seconds:>9}{executions:>12}{coverage:>10}{corpus:>8}"
        f"{peak:>4} MB{findings:>10}"
    )


def _last(pattern: str, log: str) -> str:
    return (re.findall(pattern, log) or ["?"])[-1]


def fuzz(name: str, arguments: list[str]) -> None:
    """Never returns: libFuzzer ends the process."""
    import atheris

    traced = ["autograder", "zipfile", "multiprocessing.connection"]
    with atheris.instrument_imports(include=traced):
        from fuzz.targets import TARGETS
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name][0])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
