"""The checks at home, in a student's own copy of the template."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from autograder import grading, template
from autograder.audit import chaffs
from autograder.homework.beras import BERAS
from autograder.homework.project import PROJECT
from autograder.homework.rubric import RUBRIC
from tests.partly import STEPS, written
from tests.submissions import REFERENCE, ROOT

GIVEN = {item.name for item in RUBRIC.items if not item.points}

MORE = {
    "LeakyReLU.get_input_gradients": {"LeakyReLU.compose_input_gradients"},
    "ReLU.get_input_gradients": {"ReLU.compose_input_gradients"},
    "Sigmoid.get_input_gradients": {"Sigmoid.compose_input_gradients"},
    "Softmax.forward": {"Softmax at extreme inputs", "Activations have no weight gradients"},
    "MeanSquaredError.get_input_gradients": {"MeanSquaredError.compose_input_gradients"},
    "CategoricalCrossEntropy.forward": {"CategoricalCrossEntropy at probability 0"},
    "CategoricalCrossEntropy.get_input_gradients": {
        "CategoricalCrossEntropy gradient at probability 0",
        "CategoricalCrossEntropy.compose_input_gradients",
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
"""Items that a step of the roadmap turns green beside the one that it is named for: `compose` is
given for elementwise layers, and some items ask more about the same method."""


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """The template as it is handed out, under a path that is not plain ASCII."""
    folder = tmp_path_factory.mktemp("student") / "mein Gradient, é"
    template.write(template.build(PROJECT), folder)
    return folder


@pytest.fixture
def home(pristine, tmp_path):
    """A student's own copy of it."""
    folder = tmp_path / "mein Gradient, é"
    shutil.copytree(pristine, folder)
    return folder


def fill(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def run(folder, *arguments, typed=""):
    """`python -m pytest` in the folder, with nothing of this project in sight."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def runs(folder, *versions):
    """What many runs found, one for each version of the files."""
    command = [sys.executable, str(ROOT / "tests" / "home_runs.py"), str(folder)]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(folder / "tests"), "OPENBLAS_NUM_THREADS": "1"},
        input="\n".join(json.dumps(files) for files in versions),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_alike(folder):
    """Every public case ends at home as it does in a sandbox; returns how each item ends."""
    (found,) = runs(folder, {})
    report = grading.grade(folder, BERAS, grading.Conditions(seed=7))
    verdicts = [v for result in report.results.values() for v in result.verdicts]
    verdicts = [v for v in verdicts if not v.hidden or "[drawn" in v.check]
    at_home = {check.rpartition("/")[2]: kind for check, kind in found["cases"].items()}
    graded = {verdict.check.rpartition("/")[2]: verdict.kind for verdict in verdicts}
    assert len(graded) > 70
    # An exception on the border between a check and an object of the student's is raised on
    # their side in a sandbox, and on ours where there is none.
    same = {"type": "error", "lost": "error"}
    assert {c: same.get(kind, kind) for c, kind in at_home.items()} == {
        c: same.get(kind, kind) for c, kind in graded.items()
    }
    return found["items"]


def passed(found):
    return {name for name, status in found["items"].items() if status == "passed"}


def test_the_untouched_template_is_all_to_do(home):
    done = run(home)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert "FAILURES" not in done.stdout
    assert "Public cases                                                 0 / 100" in done.stdout
    assert "Start here: 1.4 Weighted.trainable_variables, in beras/core.py" in done.stdout
    assert "python -m pytest --item 1.4" in done.stdout
    to_do = [line for line in done.stdout.splitlines() if " to do" in line[60:]]
    assert len(to_do) == len(RUBRIC.items) - len(GIVEN)


def test_the_untouched_template_scores_nothing_when_graded(pristine):
    report = grading.grade(pristine, BERAS, grading.Conditions(seed=7))
    assert report.complete
    assert report.score == 0
    kinds = {name: result.status for name, result in report.results.items()}
    assert {name for name, status in kinds.items() if status == "passed"} == GIVEN
    assert set(kinds.values()) == {"passed", "to do"}


@pytest.mark.parametrize("half", [0, 1])
def test_each_step_turns_exactly_its_own_items_green(home, half):
    middle = len(STEPS) // 2
    first, last = (0, middle) if half == 0 else (middle, len(STEPS))
    found = runs(home, *(written(STEPS[:count]) for count in range(first, last + 1)))
    for step, before, after in zip(STEPS[first:last], found, found[1:], strict=False):
        assert passed(after) - passed(before) == {step} | MORE.get(step, set()), step
        assert passed(before) <= passed(after)
        assert set(after["items"].values()) <= {"passed", "to do"}
    assert passed(found[0]) >= GIVEN
    assert found[-1]["score"] == 100 or half == 0


def test_one_method_alone_is_enough_for_its_items(home):
    alone = ["Weighted.trainable_variables", "Dense.forward", "Sigmoid.forward", "SequentialModel"]
    alone += ["MeanSquaredError.forward", "BasicOptimizer.apply_gradients", "CategoricalAccuracy"]
    for step, found in zip(alone, runs(home, *(written([s]) for s in alone)), strict=True):
        assert passed(found) - GIVEN == {step} | MORE.get(step, set())


def test_a_failure_shows_what_is_wrong_and_no_line_of_ours(home):
    files = written(STEPS)
    text = files["beras/losses.py"]
    files["beras/losses.py"] = text.replace("np.square(y_pred - y_true)", "np.square(y_pred - y)")
    fill(home, files)
    out = run(home).stdout
    shown = out[out.index("FAILURES") : out.index("Scoreboard")]
    assert "4.1 MeanSquaredError.forward" in shown
    assert "Your code raised NameError: name 'y' is not defined" in shown
    assert "np.square(y_pred - y).mean()" in shown
    assert "beras/losses.py:" in shown
    assert "Again: python -m pytest --item 4.1" in shown
    assert "tests/" not in shown
    assert shown.count("NameError") == 1  # what builds on it is blocked, and not told again
    assert "blocked by 4.1" in out
    assert "Fix this first: 4.1 MeanSquaredError.forward, in beras/losses.py" in out


def test_a_wrong_value_shows_got_and_expected(home):
    files = written(STEPS)
    files["beras/activations.py"] = files["beras/activations.py"].replace("y * (1 - y)", "y * y")
    fill(home, files)
    out = run(home, "--item", "3.8").stdout
    assert "Sigmoid.get_input_gradients()[0] has wrong values" in out
    assert "expected" in out
    assert "for batch size 5, 4 features, 3 units" in out


def test_a_name_that_is_nearly_right_is_told_of_at_home_and_graded(home):
    files, name = written(STEPS), "beras/activations.py"
    misspelt = files[name].replace("def compose_input_", "def compose_inputs_")
    fill(home, {**files, name: misspelt})
    told = "Softmax defines `compose_inputs_gradients`: did you mean `compose_input_gradients`?"
    assert told in run(home, "--item", "3.13").stdout
    report = grading.grade(home, BERAS, grading.Conditions(seed=7))
    (hint,) = report.results["Softmax.compose_input_gradients"].hints
    assert hint.startswith(told)
    assert report.score == 100  # the inherited method answers, and is right


def test_a_module_that_does_not_parse_blocks_its_items_and_says_so(home):
    files = written(STEPS)
    files["beras/losses.py"] += "\nx = ???\n"
    (found,) = runs(home, files)
    losses = {item.name for item in RUBRIC.items if item.number.startswith("4.")}
    stacks = {"Your own stack: Dense, Softmax, cross-entropy"}
    stacks |= {"Your own stack: both losses through softmax"}
    others = {"assignment.py", "Loss falls on real digits"}
    blocked = {name for name, status in found["items"].items() if status == "blocked"}
    assert blocked == losses | stacks | others
    assert found["items"]["Package"] == "failed"
    out = run(home).stdout
    assert out.count("beras/losses.py does not import: SyntaxError: invalid syntax") == 1
    assert "    x = ???" in out
    assert "INTERNALERROR" not in out


def test_items_are_chosen_by_number_stage_and_word(home):
    fill(home, written(STEPS))

    def chosen(*words):
        lines = run(home, *words).stdout.splitlines()
        return {line.split()[0] for line in lines if line.endswith(" ok")}

    assert chosen("--item", "3.1") == {"3.1"}
    assert chosen("--item=6") == {"6.1", "6.2", "6.3"}
    assert chosen("--item", "mse", "--item", "onehot") == {"7.2", "7.3"}
    assert chosen("-k", "test_accuracy") == {"7.1"}
    assert chosen("tests/test_metrics.py") == {"7.1"}


def test_an_unknown_item_is_told(home):
    done = run(home, "--item", "77.1")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--item 77.1: no such item" in done.stderr + done.stdout


def test_a_debugger_stops_in_the_check_and_not_in_our_code(home):
    files = written(STEPS)
    files["beras/layers.py"] = files["beras/layers.py"].replace("return x @", "return 2 * x @")
    fill(home, files)
    out = run(home, "--item", "2.1", "--pdb", typed="p trial.y.shape\nq\n").stdout
    assert "(5, 3)" in out
    assert "-> expect(trial.y," in out


def test_a_debugger_stops_in_the_students_own_line(home):
    files = written(STEPS)
    files["beras/layers.py"] = files["beras/layers.py"].replace("return x @", "return 1 / 0 @")
    fill(home, files)
    out = run(home, "--item", "2.1", "--pdb", typed="p x.shape\nq\n").stdout
    assert "(5, 4)" in out


def test_a_debugger_does_not_stop_at_what_is_to_do(home):
    out = run(home, "--item", "2.1", "--pdb").stdout
    assert "(Pdb)" not in out
    assert "to do" in out


def test_prints_are_shown_with_the_failure(home):
    files = written(STEPS)
    noisy = "print('my x is', x.shape)\n        return 2 * x @"
    files["beras/layers.py"] = files["beras/layers.py"].replace("return x @", noisy)
    fill(home, files)
    assert "my x is (5, 4)" in run(home, "--item", "2.1").stdout
    fill(home, {"beras/layers.py": files["beras/layers.py"].replace("2 * x @", "x @")})
    assert "my x is (5, 4)" not in run(home, "--item", "2.1").stdout
    assert "my x is (5, 4)" in run(home, "--item", "2.1", "-s").stdout


def test_stop_at_the_first_failure(home):
    files = written(STEPS)
    for old in ("y * (1 - y)", "return np.maximum(as_float(x), 0)"):
        assert old in files["beras/activations.py"]
        new = old.replace("y * (1 - y)", "y").replace("as_float(x), 0", "as_float(x), 1")
        files["beras/activations.py"] = files["beras/activations.py"].replace(old, new)
    fill(home, files)
    out = run(home, "-x").stdout
    assert "Fix this first: 3.4" in out
    assert "3.4 ReLU.forward" in out
    assert "1 failed" in out
    assert "Sigmoid.get_input_gradients " not in out


def test_pytests_own_traceback_is_there_for_the_asking(home):
    files = written(STEPS)
    files["beras/layers.py"] = files["beras/layers.py"].replace("return x @", "return 2 * x @")
    fill(home, files)
    assert "def test_forward(beras, problems):" in run(home, "--item", "2.1", "--tb=long").stdout


def test_other_tools_read_the_outcomes(home, tmp_path):
    files = written(STEPS[:3])
    files["beras/core.py"] = files["beras/core.py"].replace("any(weight.", "all(weight.")
    fill(home, files)
    run(home, f"--junitxml={tmp_path / 'out.xml'}")
    (suite,) = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert (suite.get("failures"), suite.get("errors")) == ("1", "0")
    assert int(suite.get("skipped")) > 60


def test_a_students_own_tests_run_beside_the_checks(home):
    fill(home, written(STEPS))
    own = "import beras\n\ndef test_mine():\n    assert beras.ReLU()([[-1.0]])[0, 0] == 0\n"
    wrong = "def test_wrong():\n    assert [1] == [2], 'mine'\n"
    (home / "tests" / "test_own.py").write_text(f"{own}\n{wrong}", encoding="utf-8")
    out = run(home).stdout
    assert re.search(r"\b1 failed, \d+ passed\b", out)
    assert "assert [1] == [2]" in out  # with pytest's own traceback


def test_an_own_test_that_does_not_import_stops_nothing(home):
    fill(home, written(STEPS))
    (home / "tests" / "test_own.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    out = run(home).stdout
    assert re.search(r"\b\d+ passed, 1 error\b", out)
    assert "100 / 100" in out


def test_each_test_starts_from_fresh_modules(home):
    files = written(STEPS)
    # A tape that stays open after an exception must not hurt the checks that come after it.
    files["beras/gradient_tape.py"] = files["beras/gradient_tape.py"].replace(
        "        Diffable.gradient_tape = None\n",
        "        if exception[0] is None:\n            Diffable.gradient_tape = None\n",
    )
    (found,) = runs(home, files)
    assert found["items"]["GradientTape opens and closes"] == "failed"
    assert found["score"] == 100 - RUBRIC.by_name["GradientTape opens and closes"].points


EDITIONS = sorted(path.name for path in (ROOT / "tests" / "wheats").glob("edition_*"))


@pytest.mark.parametrize("name", ["reference", "loops", "tracked", "einsum", *EDITIONS])
def test_what_is_right_is_right_at_home_and_graded(home, name):
    source = REFERENCE if name == "reference" else ROOT / "tests" / "wheats" / name
    shutil.rmtree(home / "beras")
    ignored = shutil.ignore_patterns("data", "__pycache__")
    shutil.copytree(source, home, dirs_exist_ok=True, ignore=ignored)
    assert set(assert_alike(home).values()) == {"passed"}


@pytest.mark.parametrize("name", ["template", "half"])
def test_public_cases_end_alike_at_home_and_graded(home, name):
    if name == "half":
        fill(home, written(STEPS[::2]))
    assert_alike(home)


def pytest_generate_tests(metafunc):
    """A sample of the chaffs, or all of them."""
    if "chaff" in metafunc.fixturenames:
        every = chaffs.load(ROOT / "tests" / "chaffs", RUBRIC)
        chosen = every if metafunc.config.getoption("--every-chaff") else every[::32]
        metafunc.parametrize("chaff", chosen, ids=[chaff.name for chaff in chosen])


def test_chaffs_end_alike_at_home_and_graded(home, chaff, tmp_path):
    chaffs.write(chaff, REFERENCE, tmp_path / "chaff")
    shutil.copytree(tmp_path / "chaff", home, dirs_exist_ok=True)
    assert_alike(home)


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
