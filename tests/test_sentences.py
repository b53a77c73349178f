"""Facts of a failure, in the words that a student reads."""

from __future__ import annotations

import errno

import pytest

from autograder import shown
from autograder.hosting.judging import judge
from autograder.outcomes import KINDS, ItemResult, Report, Verdict
from autograder.raised import Frame, ImportFailure, Raised
from autograder.report import sentences
from autograder.sandbox.faults import NoWorker, WorkerLost, student_error
from autograder.truth.comparison import Inconclusive, Mismatch
from autograder.truth.diagnosis import Cause
from tests.small import RUBRIC

FRAMES = (Frame("beras/core.py", 3, "__call__"), Frame("beras/layers.py", 12, "forward"))
PLACES = "    beras/core.py, line 3, in __call__\n    beras/layers.py, line 12, in forward"
SYNTAX = Raised("SyntaxError", message="invalid syntax (losses.py, line 5)")
STUB = Raised(
    *("NotImplementedError", "NotImplementedError", "Dense.forward: roadmap 2.1", FRAMES),
    item="2.1",
)
WRONG = Mismatch("value", "y is 3; expected 4.", "y is wrong.", Cause("sign"))


def broken(**why):
    failure = ImportFailure("beras/losses.py", **why)
    return Raised("BrokenModule", file=failure.file, frames=FRAMES, cause=failure)


ENDINGS = {
    "a wrong value": (WRONG, "The sign is wrong.\ny is 3; expected 4."),
    "nothing recognised": (Mismatch("shape", "y has shape (3,)."), "y has shape (3,)."),
    "an error": (
        Raised("NameError", "NameError", "name 'y' is not defined", FRAMES),
        f"Your code raised NameError: name 'y' is not defined\n{PLACES}",
    ),
    "an error without a message": (Raised("Own", "Exception"), "Your code raised Own"),
    "a stub": (STUB, f"Not written yet: Dense.forward: roadmap 2.1\n{PLACES}"),
    "a script that is missing": (
        Raised("ModuleNotFoundError", "ModuleNotFoundError", absent="assignment"),
        "assignment.py is missing: hand it in too.",
    ),
    "a name that is nearly right": (
        Raised("MissingName", file="beras/activations.py", missing="Softmax", near="SoftMax"),
        "beras/activations.py has no Softmax. `SoftMax` is nearly `Softmax`: rename it.",
    ),
    "a bare stub": (Raised(base="NotImplementedError"), "Not written yet."),
    "too much printed": (
        Raised("OSError", "OSError", "[Errno 27] File too large", errno=errno.EFBIG),
        "Your code raised OSError: [Errno 27] File too large\n"
        "    Did it print in a loop? Output is limited while grading.",
    ),
    "a module that is no Python": (
        broken(raised=SYNTAX),
        "beras/losses.py does not import: SyntaxError: invalid syntax (losses.py, line 5)\n"
        f"{PLACES}",
    ),
    "a module that hangs": (
        broken(seconds=5.0),
        f"beras/losses.py did not finish importing within 5 seconds\n{PLACES}",
    ),
    "a module that ends the program": (
        broken(),
        f"beras/losses.py ended the program while it was imported\n{PLACES}",
    ),
    "a missing name": (
        Raised("MissingName", file="beras/losses.py", missing="Loss"),
        "beras/losses.py has no Loss",
    ),
    "a lost worker": (
        WorkerLost("the program ended in the middle of `f`"),
        "The program ended in the middle of `f`",
    ),
    "no worker": (NoWorker("ours"), sentences.NOT_STARTED),
    "sources that disagree": (Inconclusive("ours"), sentences.NOT_JUDGED),
    "what no check foresaw": (
        KeyError("ours"),
        "The check could not use what your code returned (KeyError).",
    ),
    "skipped": (pytest.skip.Exception("Not run: no time."), "Not run: no time."),
}


def verdict_of(ending, hidden=False):
    return judge(student_error(ending) if isinstance(ending, Raised) else ending, hidden)


@pytest.mark.parametrize(("ending", "text"), ENDINGS.values(), ids=ENDINGS)
def test_each_ending_has_its_words(ending, text):
    assert sentences.failure(verdict_of(ending)) == text


def test_every_kind_of_failure_has_words_and_no_text_of_ours():
    seen = {(verdict := verdict_of(ending)).kind for ending, _ in ENDINGS.values()}
    assert seen | {"finite", "axis", "passed"} == set(KINDS)
    assert all(
        "ours" not in sentences.failure(verdict_of(ending)) for ending, _ in ENDINGS.values()
    )
    assert verdict.staff == ""


def test_a_hidden_case_shows_the_mistake_and_no_expected_number():
    text = sentences.failure(verdict_of(WRONG, hidden=True))
    assert text == "The sign is wrong.\ny is wrong."


def test_places_are_shown_as_who_shows_them_likes():
    text = sentences.failure(verdict_of(STUB), show=lambda frame: f"{frame.line}:\nsource")
    assert text.endswith("\n    3:\n    source\n    12:\n    source")


LAYERS = "beras/layers.py"
NOTES = {
    "no Python": (
        ImportFailure(LAYERS, Raised("SyntaxError", message="a `b`\nc")),
        "`beras/layers.py` does not import: `SyntaxError: a 'b' c`",
    ),
    "missing": (
        ImportFailure(LAYERS, Raised(absent="beras.layers")),
        "`beras/layers.py` is missing.",
    ),
    "without a dot": (
        ImportFailure(LAYERS, Raised("ModuleNotFoundError", absent="core"), undotted="core"),
        "`beras/layers.py` does not import: `ModuleNotFoundError`. "
        "Inside the package, write `from .core import ...`, with a dot.",
    ),
    "hangs": (
        ImportFailure(LAYERS, seconds=2.5),
        "`beras/layers.py` did not finish importing within 2.5 seconds",
    ),
    "ends": (ImportFailure(LAYERS), "`beras/layers.py` ended the program while it was imported"),
}


@pytest.mark.parametrize(("failure", "text"), NOTES.values(), ids=NOTES)
def test_a_module_that_does_not_import_is_noted_in_markdown(failure, text):
    assert sentences.not_imported(failure, shown.code) == text


def test_modules_that_do_not_import_are_noted_before_anything_else():
    report = Report(RUBRIC, broken=[ImportFailure(LAYERS)], notes=["Graded `x`."])
    first, second = sentences.notes(report)
    assert first.startswith("`beras/layers.py`")
    assert second == "Graded `x`."


BLOCKED = {
    ("A",): "Fix A first: this builds on it.",
    ("A", "B"): "Fix A and B first: this builds on them.",
    ("A", "B", "C"): "Fix A, B and C first: this builds on them.",
}


@pytest.mark.parametrize(("blockers", "text"), BLOCKED.items(), ids=["one", "two", "three"])
def test_an_item_names_all_that_it_waits_for(blockers, text):
    wrong, unwritten = (blocked_item(kind, blockers) for kind in ("value", "todo"))
    assert sentences.blocked(wrong) == [text]
    assert sentences.blocked(unwritten) == [text.replace("Fix", "Write")]


def blocked_item(kind, blockers):
    item = RUBRIC.by_name["Line.slopes"]
    return ItemResult(item, cases=1, verdicts=[Verdict(kind)], blockers=blockers)


def test_an_item_that_waits_for_none_names_none():
    assert sentences.blocked(blocked_item("value", ())) == []


def test_a_cause_is_a_field_and_a_place_is_one():
    verdict = verdict_of(STUB)
    assert (verdict.frames, verdict.waits_for) == (FRAMES, "2.1")
    assert verdict_of(WRONG).cause == Cause("sign")
    assert Verdict("passed").frames == ()
