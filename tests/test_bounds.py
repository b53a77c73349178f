"""Each limit that a page states is the limit that the code sets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder import timing
from autograder.audit.findings import DIAGNOSED
from autograder.classroom import task
from autograder.grading import WRITE_SECONDS, import_seconds
from autograder.homework import catalogue
from autograder.homework.checks.learning import COURSES
from autograder.homework.checks.problems import HIDDEN_SIZES, PUBLIC_SIZES
from autograder.homework.checks.test_assignment import ENOUGH
from autograder.homework.checks.trial import MAX_CALLS, MAX_SECONDS
from autograder.sandbox import private_folder, process
from autograder.sandbox.confinement import limits
from autograder.sandbox.inside import wire
from autograder.truth import comparison
from tests.documents import HANDOUTS
from tests.submissions import ROOT

TAPE = catalogue.named("tape").homework
MIB = 1 << 20
LEARNING = {item.number: item.seconds for item in TAPE.rubric.items if item.number[0] == "9"}
USUAL = next(item.seconds for item in TAPE.rubric.items)
RUN = TAPE.budget.run


def longest_import():
    """Seconds, on the slowest machine."""
    budget = timing.TIMEOUT_SHARE * RUN
    return import_seconds(TAPE, timing.Timing(RUN, timing.SLOWEST, timeout_budget=budget))


def steps(course):
    return sum(lesson.digits // lesson.batch_size * lesson.epochs for lesson in course)


def samples():
    return sum(lesson.digits * lesson.epochs for course in COURSES for lesson in course)


def declared(path, name):
    """A number, or an option's default, in a file that needs packages which may be missing here."""
    text = (ROOT / path).read_text(encoding="utf-8")
    number = re.search(rf"^(?:{name} = |.*\"{name}\".* default=)([\d.]+)", text, re.MULTILINE)
    return float(number[1])


def in_words(value, words):
    """How a page puts a limit; a KeyError says that the limit is no longer what the page states."""
    return words[value]


STATED = {
    "docs/security.md": [
        f"| one message | {wire.MAX_FRAME // 1024} KiB |",
        f"| one array | {wire.MAX_ENTRIES // MIB} Mi entries, {wire.MAX_ARRAY // MIB} MiB |",
        f"| all arrays of one test | {wire.MAX_FETCHED // MIB} MiB, "
        f"and copies of them {wire.MAX_COPIED // MIB} MiB |",
        f"| all other answers of one test | {wire.MAX_REPLIES // MIB} MiB |",
        f"| entries of a dictionary | {wire.MAX_KEYS} |",
        f"| lists in lists | {wire.MAX_DEPTH} deep |",
        f"| memory of a process | {limits.Limits.memory // MIB} MiB |",
        f"| size of a file | {limits.Limits.file_size // MIB} MiB |",
        f"| open files | {limits.Limits.open_files} |",
        f"| CPU time of a process | {limits.Limits.cpu_seconds} s |",
        f"limited | {limits.Limits.processes} | {limits.Limits.processes} | "
        f"some {limits.SHARED_ROOM // 1000}000 beside",
        f"may have\n  {limits.Limits.processes} processes",
        f"| a check | {USUAL:g}; learning on digits {LEARNING['9.2']:g}, "
        f"and with the student's own model {LEARNING['9.1']:g} |",
        f"| an import | {TAPE.budget.imports:g} |",
        f"| the whole run | {RUN:g} |",
        f"one that timed out | {TAPE.budget.after_timeout:g} |",
        f"up to {timing.SLOWEST:g} times its seconds",
        f"an import up to {longest_import():.0f} seconds",
        in_words(timing.TIMEOUT_SHARE, {0.5: "may take half of it"}),
        in_words(timing.LEAST_TIME_SHARE, {0.05: "down to a twentieth"}),
        in_words(WRITE_SECONDS, {0.25: "within a quarter of a second"}),
        f"a stopped one costs {process.REAP_SECONDS:g} seconds",
        in_words(private_folder.LOCKED_WITHIN, {60: "more than a minute later"}),
    ],
    "docs/checks.md": [
        f"{comparison.RELATIVE_FLOAT64:.0e}, or {comparison.RELATIVE_FLOAT32:.0e}".replace(
            "-0", "-"
        ),
        f"a batch of {PUBLIC_SIZES[0][0]}, and a batch of {PUBLIC_SIZES[1][0]}.",
        f"until it reads {ENOUGH:.0%} of 200 unseen digits",
        f"The first lesson has {steps(COURSES[0][:1])} steps, "
        f"all lessons together {steps(COURSES[0]):,} steps on at most 600 digits",
        f"at most {samples():,} samples, for which the check has {LEARNING['9.1']:g} seconds",
        f"at most {MAX_CALLS} calls and {in_words(MAX_SECONDS, {0.5: 'half a second'})}",
    ],
    "docs/audit.md": [
        in_words(DIAGNOSED, {0.9: "At least nine in ten diagnoses"}),
        f"less than {declared('mutants/run.py', 'GOAL'):.0%}",
    ],
    "docs/fuzzing.md": [
        f"less than {declared('fuzz/__main__.py', 'MAX_MEMORY'):g} MB",
        f"less than {declared('fuzz/__main__.py', 'MAX_SECONDS'):g} s",
        f"all targets, {declared('fuzz/__main__.py', '--seconds'):g} s each",
    ],
    "docs/performance.md": [f"no hidden batch has more than {max(max(HIDDEN_SIZES))} samples"],
    "docs/class.md": [in_words(task.GRACE, {60: "not done a minute after its time limit"})],
}


@pytest.mark.parametrize(
    ("page", "limit"), [(page, limit) for page, limits in STATED.items() for limit in limits]
)
def test_a_page_states_the_limit_of_the_code(page, limit):
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert " ".join(limit.split()) in text


@pytest.mark.parametrize("handout", HANDOUTS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_a_handout_states_the_seconds_of_a_check(handout):
    words = {10: "ten", 30: "thirty", 40: "forty"}
    learning = " or ".join(in_words(seconds, words) for seconds in sorted(LEARNING.values()))
    text = handout.read_text(encoding="utf-8")
    assert re.search(rf"check has {in_words(USUAL, words)}\s+seconds,\s+training {learning}", text)
