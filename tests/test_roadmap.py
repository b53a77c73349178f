"""Beras at home: what its roadmap promises, and that its checks end there as under grading."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder import grading
from autograder.audit import chaffs
from autograder.homework.beras import BERAS
from autograder.homework.rubric import RUBRIC
from tests.at_home import files_of, fill, hand_out, run, run_anew, runs
from tests.partly import STEPS, written
from tests.reached import every_case, graded, passing, short, touched
from tests.submissions import REFERENCE, ROOT

GIVEN = {item.name for item in RUBRIC.items if not item.points}

MORE = {
    "Softmax.forward": {"Softmax at extreme inputs", "Activations have no weight gradients"},
    "CategoricalCrossEntropy.forward": {"CategoricalCrossEntropy at probability 0"},
    "CategoricalCrossEntropy.get_input_gradients": {
        "CategoricalCrossEntropy gradient at probability 0"
    },
    "GradientTape.gradient": {
        "GradientTape, sources in any order",
        "GradientTape, a tensor used twice",
        "Your own stack: Dense, Softmax, cross-entropy",
        "Your own stack: both losses through softmax",
        "Your own stack: two Dense layers are one",
        "Your own stack: each layer between given ones",
    },
    "SequentialModel.fit": {"Loss falls on real digits"},
}
"""Items that ask more about the method that a step of the roadmap is named for."""


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """The template as it is handed out, under a path that is not plain ASCII."""
    return hand_out("tape", tmp_path_factory.mktemp("student") / "mein Gradient, é")


@pytest.fixture
def home(pristine, tmp_path):
    """A student's own copy of it."""
    folder = tmp_path / "mein Gradient, é"
    shutil.copytree(pristine, folder)
    return folder


@pytest.fixture(scope="module")
def found_at_home(pristine, tmp_path_factory):
    """Runs the checks on some files in a copy of the template."""
    folder = tmp_path_factory.mktemp("many") / "mein Gradient, é"
    shutil.copytree(pristine, folder)
    with runs(folder) as found:
        yield found


def passed(found):
    return {name for name, status in found["items"].items() if status == "passed"}


def test_the_untouched_template_is_all_to_do(home):
    done = run_anew(home)
    assert done.returncode == 1
    assert "Public cases                                                 0 / 100" in done.stdout
    assert "Start here: 1.4 Weighted.trainable_variables, in beras/core.py" in done.stdout
    to_do = [line for line in done.stdout.splitlines() if " to do" in line[60:]]
    assert len(to_do) == len(RUBRIC.items) - len(GIVEN)


def test_the_untouched_template_scores_nothing_when_graded(pristine):
    report = grading.grade(pristine, BERAS, grading.Conditions(seed=7))
    assert report.complete
    assert report.score == 0
    kinds = {name: result.status for name, result in report.results.items()}
    assert {name for name, status in kinds.items() if status == "passed"} == GIVEN
    assert set(kinds.values()) == {"passed", "to do"}


STEP_OF = {item: step for step, items in MORE.items() for item in items}


def step_of(name):
    """The step that turns an item green; `compose` is given for elementwise layers and losses."""
    asked = STEP_OF.get(name, name)
    return asked if asked in STEPS else asked.replace(".compose_input_", ".get_input_")


def is_written(name, steps):
    return name in GIVEN or step_of(name) in steps


def green(steps):
    """The items that must pass where these steps are written: with them all that they build on."""
    return {
        name
        for name, below in RUBRIC.builds_on.items()
        if all(is_written(needed, steps) for needed in (name, *below))
    }


def by_stage():
    """What is written before each stage of the roadmap, and at its end."""
    stages = [int(RUBRIC.by_name[step].number.partition(".")[0]) for step in STEPS]
    for reached in range(max(stages) + 1):
        yield [step for step, stage in zip(STEPS, stages, strict=True) if stage <= reached]


def by_depth():
    """First what builds on nothing, then all that builds on no more than what is there."""
    steps = []
    while len(steps) < len(STEPS):
        below = RUBRIC.builds_on
        steps = [s for s in STEPS if all(is_written(name, steps) for name in below[s])]
        yield steps


def alone():
    """One method, and nothing else."""
    yield from (["Weighted.trainable_variables"], ["Dense.forward"], ["Sigmoid.forward"])
    yield from (["SequentialModel"], ["MeanSquaredError.forward"], ["CategoricalAccuracy"])
    yield ["BasicOptimizer.apply_gradients"]


@pytest.fixture(scope="module")
def in_progress(found_at_home):
    """Runs the checks where some steps are written: a case just once for those that it calls."""
    calls = {step: touched(written([s for s in STEPS if s != step])) for step in STEPS}
    kinds, cases = {}, set()

    def found(steps):
        def lacks(case):
            """The case and the missing steps that it calls, on which alone its ending depends."""
            return (case, *(s for s in STEPS if s not in steps and case in calls[s]))

        known = {case: kinds[lacks(case)] for case in cases if lacks(case) in kinds}
        done = found_at_home(written(steps), known)
        cases.update(done["cases"])
        kinds.update((lacks(case), kind) for case, kind in done["cases"].items())
        return done | {"known": known}

    return found


@pytest.mark.parametrize("states", [by_stage, by_depth, alone])
def test_an_item_is_green_as_soon_as_it_and_what_it_builds_on_are_written(in_progress, states):
    for steps in states():
        found = in_progress(steps)
        assert passed(found) == green(steps), steps
        assert set(found["items"].values()) <= {"passed", "to do"}
    assert found["score"] == 100 or states is alone


def test_a_case_that_is_known_ends_so_where_it_is_asked(in_progress, found_at_home):
    *_, before, steps = list(by_stage())[:5]
    in_progress(before)
    found = in_progress(steps)
    assert len(found["known"]) > 40
    assert found["cases"] == found_at_home(written(steps))["cases"]


def test_a_name_that_is_nearly_right_is_told_of_at_home_and_graded(home, tmp_path):
    files, name, step = written(STEPS), "beras/activations.py", "Softmax.compose_input_gradients"
    about = touched(written([other for other in STEPS if other != step]))
    files[name] = files[name].replace("def compose_input_", "def compose_inputs_")
    fill(home, files)
    told = "Softmax defines `compose_inputs_gradients`: did you mean `compose_input_gradients`?"
    assert told in run(home, "--item", "3.13").stdout
    report = graded(tmp_path / "misspelt", files, about)
    (hint,) = report.results[step].hints
    assert hint.startswith(told)
    assert report.score == 100  # the inherited method answers, and is right
    assert all(verdict.asked for verdict in report.results[step].verdicts)


def asked_alike(found_at_home, files, folder, asked):
    """How cases end that are asked; all end at home as in a sandbox, and some are asked.

    They are the public ones of the reference with these files, and no others than `asked`.
    """
    # An exception on the border between a check and an object of the student's is raised on
    # their side in a sandbox, and on ours where there is none.
    same = {"type": "error", "lost": "error"}
    found = found_at_home(files_of(REFERENCE) | files, passing(asked))
    report = graded(folder, files, asked, replace(BERAS, hidden=None))
    verdicts = [v for result in report.results.values() for v in result.verdicts]
    at_home = {case: same.get(kind, kind) for case, kind in found["cases"].items()}
    assert at_home == {short(v.check): same.get(v.kind, v.kind) for v in verdicts}
    kinds = [verdict.kind for verdict in verdicts if verdict.asked]
    assert kinds
    return kinds


def test_public_cases_of_work_in_progress_end_alike_at_home_and_graded(found_at_home, tmp_path):
    files = written(STEPS[::2])
    asked_alike(found_at_home, files, tmp_path / "half", touched(files))


EDITIONS = sorted(path.name for path in (ROOT / "tests" / "wheats").glob("edition_*"))


@pytest.mark.parametrize("name", ["loops", "tracked", "einsum", *EDITIONS])
def test_public_cases_of_what_is_right_pass_at_home_too(found_at_home, name):
    """That they pass in a sandbox is what the audit shows."""
    kinds = found_at_home(files_of(ROOT / "tests" / "wheats" / name))["cases"]
    assert len(kinds) > 70
    assert set(kinds.values()) == {"passed"}


def pytest_generate_tests(metafunc):
    """A sample of the chaffs, of which none trains a whole course in vain, or all of them."""
    if "chaff" in metafunc.fixturenames:
        every = chaffs.load(ROOT / "tests" / "chaffs", BERAS)
        every = [chaff for chaff in every if chaff.name not in LEFT_TO_CHANCE]
        chosen = every if metafunc.config.getoption("--every-chaff") else every[9::32]
        metafunc.parametrize("chaff", chosen, ids=[chaff.name for chaff in chosen])


LEFT_TO_CHANCE = {
    "cce-gradient-without-n": "steps 32 times too long learn or not by how the weights were drawn, "
    "which differs: a worker's generator was used by other imports",
    "dense-weights-are-copies": "an optimizer that knows weights by their id takes a new array for "
    "an old one, of another shape or not, as memory is used again",
    "model-chain-weights-copied": "the same",
}
"""Chaffs of which one check ends in either of two ways, both wrong."""


def test_chaffs_end_alike_at_home_and_graded(found_at_home, chaff, tmp_path, request):
    text = (REFERENCE / chaff.file).read_text(encoding="utf-8")
    files = {chaff.file: chaffs.edited(chaff, text)}
    every = request.config.getoption("--every-chaff")
    asked = every_case() if every else touched(files)
    kinds = asked_alike(found_at_home, files, tmp_path / "chaff", asked)
    assert set(kinds) != {"passed"}


def test_only_what_is_listed_is_needed(pristine):
    """The template imports NumPy, SciPy, pytest and the standard library, and nothing else."""
    code = """
import sys
sys.path[:0] = ["tests", "."]
before = set(sys.modules)
import assignment, preprocess, visualize, submit
import autograder.home.plugin, autograder.home.handin, autograder.homework.digits
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
known = sys.stdlib_module_names | {"numpy", "scipy", "pytest", "_pytest", "pluggy", "iniconfig"}
print(sorted(tops - known))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=pristine,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = {"assignment", "autograder", "beras", "preprocess", "submit", "visualize"}
    extras = set(json.loads(done.stdout.replace("'", '"'))) - theirs
    extras -= {name for name in extras if "cython" in name}  # what NumPy was compiled with
    assert extras <= {"packaging", "pygments", "exceptiongroup", "tomli", "py", "colorama"}
