"""The checks at home, in a student's own copy of the template of the small homework."""

from __future__ import annotations

import ast
import shutil
from xml.etree import ElementTree

import pytest

from autograder import template
from autograder.home import habits
from tests.at_home import fill, put_out, run
from tests.small import RIGHT
from tests.small.project import PROJECT

LINE, MEAN = "lines/line.py", "lines/mean.py"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """The template as it is handed out, under a path that is not plain ASCII."""
    folder = tmp_path_factory.mktemp("student") / "mein Gradient, é"
    return put_out(template.build(PROJECT), folder)


@pytest.fixture
def untouched(pristine, tmp_path):
    """A student's own copy of it."""
    folder = tmp_path / "mein Gradient, é"
    shutil.copytree(pristine, folder)
    return folder


@pytest.fixture
def home(untouched):
    """A copy in which everything is written."""
    shutil.copytree(RIGHT, untouched, dirs_exist_ok=True)
    return untouched


def edit(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    fill(folder, {name: text.replace(old, new)})


def spoil(folder, new="2 * self.slope"):
    """Make the line's values wrong."""
    edit(folder, LINE, "self.slope * np.asarray(x)", f"{new} * np.asarray(x)")


def test_the_untouched_template_is_all_to_do(untouched):
    done = run(untouched)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert "FAILURES" not in done.stdout
    assert "Public cases                                                 0 / 100" in done.stdout
    assert "Start here: 1.2 Line.forward, in lines/line.py" in done.stdout
    assert "python -m pytest --item 1.2" in done.stdout
    to_do = [line.split()[0] for line in done.stdout.splitlines() if " to do" in line[60:]]
    assert to_do == ["1.2", "1.3", "2.1"]


def test_everything_written_is_all_green(home):
    done = run(home)
    assert done.returncode == 0
    assert "Public cases                                               100 / 100" in done.stdout
    assert "To hand in:\n    python submit.py" in done.stdout


def test_what_is_right_leads_to_what_is_not_written_yet(untouched):
    shutil.copy(RIGHT / LINE, untouched / LINE)
    out = run(untouched, "--item", "1.3").stdout
    assert "Stage 1 (Line) is right. Next: 2.1 Mean.forward, in lines/mean.py" in out
    assert "    python -m pytest --item 2.1" in out
    out = run(untouched, "--item", "1.2").stdout
    assert "Stage 1 (Line) has no stub left. Is all of it right?" in out
    assert "    python -m pytest --item 1\n" in out
    shutil.copy(RIGHT / MEAN, untouched / MEAN)
    assert "run all checks:\n    python -m pytest\n" in run(untouched, "--item", "1.3").stdout


def test_a_failure_shows_what_is_wrong_and_no_line_of_ours(home):
    spoil(home, "slope")
    out = run(home).stdout
    shown = out[out.index("FAILURES") : out.index("Scoreboard")]
    assert "1.2 Line.forward" in shown
    assert "Your code raised NameError: name 'slope' is not defined" in shown
    assert "return slope * np.asarray(x) + self.start" in shown
    assert "lines/line.py:" in shown
    assert "Again: python -m pytest --item 1.2" in shown
    assert "tests/" not in shown
    assert shown.count("NameError") == 1  # what builds on it is blocked, and not told again
    assert "blocked by 1.2" in out
    assert "Fix this first: 1.2 Line.forward, in lines/line.py" in out


def test_of_an_items_failures_only_the_first_is_shown(home):
    spoil(home)
    checks = (home / "tests/test_lines.py").read_text(encoding="utf-8")
    check = checks[checks.index('@item("Line.forward")') : checks.index('@item("Line.slopes")')]
    fill(home, {"tests/test_lines.py": checks + check.replace("test_values", "test_again")})
    assert run(home).stdout.count("Again: python -m pytest --item 1.2") == 1


def test_the_failures_that_are_not_shown_are_counted_in_words(home):
    spoil(home)
    checks = (home / "tests/test_lines.py").read_text(encoding="utf-8")
    fill(home, {"tests/test_more.py": checks})
    assert ", 1 failed (not shown)," in run(home).stdout


def test_a_wrong_value_shows_got_and_expected(home):
    spoil(home)
    out = run(home, "--item", "1.2").stdout
    assert "Line.forward(x) has wrong values" in out
    assert "expected" in out
    assert "for 5 points along the x axis" in out


def test_a_module_that_does_not_parse_blocks_its_items_and_says_so(home):
    edit(home, LINE, "class Line", "x = ???\n\nclass Line")
    out = run(home).stdout
    blocked = [line.split()[0] for line in out.splitlines() if " blocked by " in line]
    assert blocked == ["1.2", "1.3"]
    assert "1.1  Package                                                         FAIL" in out
    assert out.count("lines/line.py does not import: SyntaxError: invalid syntax") == 1
    assert "    x = ???" in out
    assert "INTERNALERROR" not in out


def test_a_mistake_that_breaks_two_modules_is_told_once(home):
    edit(home, LINE, "class Line", "unknown\n\nclass Line")
    edit(home, MEAN, "import numpy", "from .line import Line\nimport numpy")
    out = run(home).stdout
    assert len([line for line in out.splitlines() if " blocked by 1.1" in line]) == 3
    assert out.count("does not import: NameError") == 1


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["--item", "1.2"], {"1.2"}),
        (["--item=1"], {"1.1", "1.2", "1.3"}),
        (["--item", "SLOPES", "--item", "mean"], {"1.3", "2.1"}),
        (["-k", "test_mean"], {"2.1"}),
        (["tests/test_lines.py"], {"1.1", "1.2", "1.3", "2.1"}),
    ],
)
def test_items_are_chosen_by_number_stage_and_word(home, words, chosen):
    lines = run(home, *words).stdout.splitlines()
    assert {line.split()[0] for line in lines if line.endswith(" ok")} == chosen


@pytest.mark.parametrize("start", ["..", "tests", "lines"])
def test_the_folder_of_the_start_does_not_matter(home, start):
    fill(home, {"tests/test_own.py": "import nothing_of_that_name\n"})
    out = run(home, start=start).stdout
    assert "100 / 100" in out
    assert "short test summary" not in out


@pytest.mark.parametrize("start", ["tests", "lines"])
def test_an_item_is_found_from_any_folder(home, start):
    assert "1.2  Line.forward                                           30 / 30  ok" in (
        run(home, "--item", "1.2", start=start).stdout
    )


def test_two_copies_below_one_folder_are_told(home):
    shutil.copytree(home, home.parent / "copy")
    done = run(home, start="..")
    assert "ERROR: There are two copies of the homework here" in done.stdout + done.stderr
    assert "Scoreboard" not in done.stdout


def test_what_an_item_builds_on_is_told_with_it(home):
    spoil(home)
    edit(home, LINE, "np.shape(x), self.slope", "np.shape(x), 3 * self.slope")
    out = run(home, "--item", "1.3").stdout
    assert "Line.forward(x) has wrong values" in out
    assert "1.3  Line.slopes" in out
    assert "blocked by 1.2" in out
    assert "Fix this first: 1.2" in out


def test_what_passes_below_an_item_is_not_shown_with_it(home):
    assert "1.2" not in run(home, "--item", "1.3").stdout.partition("Scoreboard")[2]


def test_a_debugger_stops_in_the_chosen_item_alone(home):
    spoil(home)
    assert "Line.forward(x) has" not in run(home, "--item", "1.3", "--pdb", typed="q\n").stdout


def test_an_unknown_item_is_told(home):
    done = run(home, "--item", "77.1")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--item 77.1: no such item" in done.stderr + done.stdout


def test_a_debugger_stops_in_the_check_and_not_in_our_code(home):
    spoil(home)
    out = run(home, "--item", "1.2", "--pdb", typed="p x.shape\nq\n").stdout
    assert "(5,)" in out
    assert "-> expect(lines.Line(2.0, 1.0)" in out


def test_a_debugger_stops_in_the_students_own_line(home):
    spoil(home, "1 / 0")
    out = run(home, "--item", "1.2", "--pdb", typed="p self.slope\nq\n").stdout
    assert "-> return 1 / 0 * np.asarray(x)" in out
    assert "2.0" in out


def test_a_debugger_does_not_stop_at_what_is_to_do(untouched):
    out = run(untouched, "--item", "1.2", "--pdb").stdout
    assert "(Pdb)" not in out
    assert "to do" in out


def test_prints_are_shown_with_the_failure(home):
    spoil(home, "print('my x is', x.shape) or 3")
    assert "my x is (5,)" in run(home, "--item", "1.2").stdout


def test_prints_are_shown_of_what_passes_where_they_are_asked_for(home):
    spoil(home, "print('my x is', x.shape) or self.slope")
    assert "my x is (5,)" not in run(home, "--item", "1.2").stdout
    assert "my x is (5,)" in run(home, "--item", "1.2", "-s").stdout


def test_what_objects_share_is_told_where_an_item_fails(home):
    edit(home, LINE, "self.slope, self.start = slope", "Line.slope, self.start = slope")
    assert "for all objects" not in run(home).stdout
    spoil(home)
    assert "lines/line.py:10: `Line.slope = ...` sets it on the class" in run(home).stdout


@pytest.mark.parametrize("decorator", ["", "staticmethod", "classmethod"])
def test_a_method_of_the_class_itself_may_set_what_objects_share(decorator):
    mark = f"    @{decorator}\n" if decorator else ""
    source = f"class Line:\n{mark}    def reset(self):\n        Line.count = 0\n"
    assert bool([*habits.shared(ast.parse(source))]) == (not decorator)


def test_a_class_that_lacks_a_method_is_told_of_by_name(home):
    base = "from abc import ABC, abstractmethod\n\n\nclass Curve(ABC):\n    @abstractmethod\n"
    edit(home, LINE, "class Line:", f"{base}    def area(self): ...\n\n\nclass Line(Curve):")
    out = run(home, "--item", "1.2").stdout
    assert "Python cannot create `Line` because it lacks `area`" in out
    assert "could not use" not in out


def test_stop_at_the_first_failure(home):
    spoil(home)
    edit(home, MEAN, "axis=0", "axis=1")
    out = run(home, "-x").stdout
    assert "Fix this first: 1.2" in out
    assert "1.2 Line.forward" in out
    assert "1 failed" in out
    assert "Mean.forward " not in out


def test_pytests_own_traceback_is_there_for_the_asking(home):
    spoil(home)
    out = run(home, "--item", "1.2", "--tb=long").stdout
    assert "def test_values(lines, problems):" in out


def test_other_tools_read_the_outcomes(untouched, tmp_path):
    edit(untouched, MEAN, "raise NotImplementedError(", "return len(")
    run(untouched, f"--junitxml={tmp_path / 'out.xml'}")
    (suite,) = ElementTree.parse(tmp_path / "out.xml").getroot()
    counts = [suite.get(name) for name in ("failures", "errors", "skipped", "tests")]
    assert counts == ["1", "0", "2", "4"]


def test_a_students_own_tests_run_beside_the_checks(home):
    own = "import lines\n\ndef test_mine():\n    assert lines.Line(2, 1).forward(1) == 3\n"
    wrong = "def test_wrong():\n    assert [1] == [2], 'mine'\n"
    fill(home, {"tests/test_own.py": f"{own}\n{wrong}"})
    out = run(home).stdout
    assert "1 failed, 5 passed" in out
    assert "assert [1] == [2]" in out  # with pytest's own traceback


def test_an_own_test_that_does_not_import_stops_nothing(home):
    fill(home, {"tests/test_own.py": "import nothing_of_that_name\n"})
    out = run(home).stdout
    assert "4 passed, 1 error" in out
    assert "100 / 100" in out


@pytest.mark.parametrize("library", ["torch", "tensorflow.keras"])
def test_an_own_test_whose_library_is_not_there_is_told_in_a_sentence(home, library):
    """None of them is installed where these tests run, nor does the home run put one in place."""
    fill(home, {"tests/test_own.py": f"import numpy\nimport {library} as it\n\nassert it\n"})
    out = run(home).stdout
    package = library.partition(".")[0]
    assert f"tests/test_own.py was not run: it imports {package}, which this Python does" in out
    assert "Traceback" not in out
    assert "4 passed, 1 error" in out
    assert "100 / 100" in out


def test_each_test_starts_from_fresh_modules(home):
    """What a class remembers of the check before must not hurt the one that comes after it."""
    once = "assert not hasattr(Line, 'used')\n        Line.used = True\n        return self.slope"
    edit(home, LINE, "return self.slope", once)
    assert "100 / 100" in run(home).stdout


def test_what_was_never_called_has_not_passed(home):
    assert "Public cases                                                 0 / 100" in (
        run(home, "--setup-only").stdout
    )
