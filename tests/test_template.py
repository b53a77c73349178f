"""The students' template: its files, the proof of them, and how they reach a folder."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import template
from autograder.__main__ import main
from autograder.template import TemplateError, proof
from tests.small import RUBRIC, SMALL
from tests.small.project import PROJECT
from tests.submissions import ROOT

LINE = '''"""A line."""

import os

import numpy as np


class Line:
    """Straight."""

    def forward(self, x):
        """Map x."""
        # BEGIN SOLUTION
        # HINT: a product
        outcome_of_the_product = x @ np.ones(os.getpid())
        return outcome_of_the_product
        # END SOLUTION

    @property
    def weights(self):
        """All weights."""
        return [np.ones(1)]

    # BEGIN STAFF
    def staff_only(self):
        """Nothing for students."""
        return "a line for staff only"
    # END STAFF
'''
FORWARD, SLOPES = RUBRIC.by_name["Line.forward"], RUBRIC.by_name["Line.slopes"]
STUB = '        raise NotImplementedError("Line.forward: roadmap 1.2")\n'

SOURCES = {
    "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    "reference/lines/__init__.py": '"""Lines."""\n\nfrom .line import Line\n',
    "reference/lines/line.py": LINE,
    "reference/fit.py": '"""Trains."""\n',
    "reference/draw.py": '"""Loads."""\n',
    "reference/data/README.md": "Points: é.\n",
    "reference/data/points.npz": "\0PK",
    "checks/conftest.py": '"""Fixtures."""\n',
    "checks/test_lines.py": '"""C."""  # BEGIN SOLUTION is no mark here\n',
    "checks/problems.py": '"""Problems."""\n',
    "README.md": "A grading says:\n\n    1.2  Line.forward    77 / 77   ok\n",
    "docs/checks.md": "# Checks\n\n<!-- items -->\n\nnone\n\n<!-- end of items -->\n\nMore.\n",
    "docs/handout/README.md": "# Lines\n\n<!-- roadmap -->\n\nGood luck.\n",
    "docs/handout/requirements.txt": "numpy\n",
    "docs/handout/pytest.ini": "[pytest]\n",
    "docs/handout/submit.py": '"""Zips."""\n',
    "docs/handout/gitignore": "__pycache__/\n",
    "docs/handout/test_mine.py": '"""Yours."""\n',
}


def put(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


SMALLEST = replace(
    PROJECT,
    reference="reference",
    template="student_template",
    copied=("data/README.md", "data/points.npz"),
    support=("checks/problems.py",),
    handout={
        "README.md": "docs/handout/README.md",
        ".gitignore": "docs/handout/gitignore",
        "pytest.ini": "docs/handout/pytest.ini",
        "requirements.txt": "docs/handout/requirements.txt",
        "submit.py": "docs/handout/submit.py",
        "tests/test_mine.py": "docs/handout/test_mine.py",
    },
    headline=lambda rubric: "Slopes are worth most points.",
    tables=("docs/checks.md",),
    samples=("README.md",),
)


SUPPORT = {path: '"""Support."""\n' if path.endswith(".py") else "\0" for path in template.SUPPORT}


@pytest.fixture
def root(tmp_path):
    """A small repository: all sources of a template, most of them a line long."""
    put(tmp_path / "repository", {**SOURCES, **SUPPORT})
    return tmp_path / "repository"


def project_in(root):
    return replace(SMALLEST, root=root, homework=replace(SMALL, checks=root / "checks"))


@pytest.fixture
def project(root):
    return project_in(root)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """What is built of such a repository."""
    root = tmp_path_factory.mktemp("repository")
    put(root, {**SOURCES, **SUPPORT})
    return template.build(project_in(root))


@pytest.fixture
def files(built):
    return dict(built)


def edit(root, name, old, new):
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def tree(folder):
    """Every file below a folder, with its content and time of change."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in paths
    }


def contents(folder):
    return {path: content for path, (content, _) in tree(folder).items()}


# ---- building ----


def test_every_file_has_its_place(files):
    solution = {"fit.py", "draw.py"}
    assert set(files) == {
        *solution,
        *("lines/__init__.py", "lines/line.py"),
        *("data/README.md", "data/points.npz"),
        *("tests/conftest.py", "tests/test_lines.py", "tests/test_mine.py"),
        *(f"tests/{path}" for path in (*template.SUPPORT, "checks/problems.py")),
        *(".gitignore", "README.md", "pytest.ini", "requirements.txt", "submit.py"),
    }


def test_the_reference_is_stripped_and_the_checks_are_copied_byte_for_byte(root, files):
    line = files["lines/line.py"].decode()
    assert f"        # HINT: a product\n{STUB}" in line
    assert "os" not in line
    assert "staff" not in line
    for name in ("conftest.py", "test_lines.py"):
        assert files[f"tests/{name}"] == (root / "checks" / name).read_bytes()
    assert files["data/points.npz"] == b"\0PK"
    assert files[".gitignore"] == b"__pycache__/\n"


def test_support_is_stripped_of_staff_regions(root, project):
    put(root, {"autograder/report/console.py": '"""C."""\n\n# BEGIN STAFF\nX = 1\n# END STAFF\n'})
    assert template.build(project)["tests/autograder/report/console.py"] == b'"""C."""\n'


def test_the_same_sources_give_the_same_template(project, files):
    again = template.build(project)
    assert list(again.items()) == list(files.items())
    assert list(files) == sorted(files)


def test_the_roadmap_stands_in_the_readme(files):
    lines = files["README.md"].decode().splitlines()
    assert "<!-- roadmap -->" not in lines
    assert f"| 1.2 | Line.forward | `lines/line.py` | {FORWARD.points} |  |" in lines
    assert "| 1.1 | Package | `lines/__init__.py` | given |  |" in lines
    assert f"| 1.3 | Line.slopes | `lines/line.py` | {SLOPES.points} | 1.2 |" in lines
    assert "**1 Line**, 80 points" in lines
    assert "    1 Line" in lines


def test_a_missing_source_is_an_error_that_names_it(root, project):
    (root / "docs" / "handout" / "submit.py").unlink()
    (root / "reference" / "lines" / "line.py").unlink()
    (root / "reference" / "lines" / "__init__.py").unlink()
    (root / "checks" / "test_lines.py").unlink()
    with pytest.raises(TemplateError) as caught:
        template.build(project)
    assert [line.partition(":")[0] for line in caught.value.mistakes] == [
        "reference/lines/*.py",
        "checks/test_*.py",
        "docs/handout/submit.py",
    ]


def test_all_wrong_marks_and_sources_are_told_at_once(root, project):
    edit(root, "reference/lines/line.py", "# END SOLUTION", "# END SOLUTON")
    put(root, {"reference/fit.py": "x = 1\n# BEGIN STAFF\n"})
    put(root, {"autograder/home/plugin.py": b"\xff", "docs/handout/README.md": "# Lines\n"})
    with pytest.raises(TemplateError) as caught:
        template.build(project)
    assert [line.rpartition(": ")[0] for line in caught.value.mistakes] == [
        "reference/lines/line.py:17",
        "reference/fit.py:2",
        "autograder/home/plugin.py:1",
        "docs/handout/README.md:1",
    ]


# ---- proving ----


def found(files, project, change=("", "")):
    """The mistakes in the template after a change (old, new) to lines/line.py."""
    text = files["lines/line.py"].decode()
    assert change[0] in text
    text = text.replace(*change, 1)
    return template.mistakes({**files, "lines/line.py": text.encode()}, project)


@pytest.fixture
def nothing_is_run(monkeypatch):
    """The template is only read."""
    monkeypatch.setattr(proof, "_mistakes_in_a_folder", lambda files, project: [])


def test_a_template_as_built_has_no_mistakes(files, project):
    assert template.mistakes(files, project) == []


@pytest.mark.parametrize(
    "line", ["return outcome_of_the_product", 'return "a line for staff only"']
)
def test_a_line_of_a_region_must_not_survive_anywhere(files, project, line):
    for path in ("lines/line.py", "fit.py"):
        changed = {**files, path: files[path] + f"def f(x):\n      {line}\n".encode()}
        number = changed[path].count(b"\n")
        told = template.mistakes(changed, project)
        assert told == [f"{path}:{number}: a line of the solution survives: {line}"]


@pytest.mark.usefixtures("nothing_is_run")
def test_lines_that_are_short_or_shown_anyway_may_survive(files, root, project):
    secret = "        x = [1]\n        return [np.ones(1)]\n        # END SOLUTION"
    edit(root, "reference/lines/line.py", "        # END SOLUTION", secret)
    text = files["lines/line.py"].decode() + "\n\nx = [1]\n"
    assert template.mistakes({**files, "lines/line.py": text.encode()}, project) == []


def test_what_does_not_compile_is_named(files, project):
    assert found(files, project, ("def forward(self, x)", "def forward(self, x")) == [
        "lines/line.py:9: does not compile: '(' was never closed"
    ]
    changed = {**files, "submit.py": b"x = \0\n"}
    assert template.mistakes(changed, project)[0].startswith("submit.py:1: does not compile: ")


@pytest.mark.usefixtures("nothing_is_run")
@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("(self, x)", "(self, y)", "9: Line.forward has another signature"),
        ("    def f", "    async def f", "9: Line.forward has another signature"),
        ("    def f", "    @staticmethod\n    def f", "10: Line.forward has another signature"),
        ("class Line:", "class Line(list):", "6: Line has another signature"),
        ('"""Map x."""', '"""Map y."""', "9: Line.forward has another docstring"),
        ('"""All weights."""', "pass", "15: Line.weights has another docstring"),
        ('"""A line."""', '"""One line."""', "1: the module has another docstring"),
        ("def forward", "def backward", "1: Line.forward is missing"),
        ("def forward", "def __call__", "9: Line.__call__ is not in the reference"),
    ],
)
def test_a_broken_promise_is_named(files, project, old, new, mistake):
    told = found(files, project, (old, new))
    assert any(line.startswith(f"lines/line.py:{mistake}") for line in told), told


@pytest.mark.usefixtures("nothing_is_run")
def test_setters_are_promises_of_their_own_and_private_names_are_none(root, project):
    setter = (
        "    @weights.setter\n    def weights(self, value):\n        "
        '"""Set them."""\n\n    # BEGIN STAFF'
    )
    edit(root, "reference/lines/line.py", "    # BEGIN STAFF", setter)
    files = template.build(project)
    assert found(files, project) == []
    told = found(files, project, ("(self, value)", "(self, given)"))
    assert told == ["lines/line.py:20: Line.weights (2) has another signature in the reference."]
    private = "    def _own(self):\n        pass\n\n    @property"
    assert found(files, project, ("    @property", private)) == []


def test_the_linter_and_the_formatter_of_the_project_are_asked(files, project, monkeypatch):
    monkeypatch.setattr(proof, "_import_failures", lambda *_: [])
    (told,) = found(files, project, ("[np.ones(1)]", "list([np.ones(1)])"))
    assert told.startswith("lines/line.py:17:16: C410")
    (told,) = found(files, project, ("[np.ones(1)]", "[np.ones( 1 )]"))
    assert told.startswith("lines/line.py:1: is not as the formatter")
    unused = ("import numpy as np\n", "import math\n\nimport numpy as np\n")
    assert found(files, project, unused) == []


def test_every_module_must_import(files, root, project):
    put(root, {"reference/fit.py": "import lines.missing\n"})
    code = "import autograder.home.plugin\n\nautograder.home.plugin.x()\n"
    put(root, {"autograder/home/modules.py": code})
    put(root, {"reference/draw.py": "import os\n\nos._exit(4)\n"})
    told = template.mistakes(template.build(project), project)
    assert "importing the template ended with 4" in told[-1]
    put(root, {"reference/draw.py": 'raise SystemExit("no")\n'})
    assert template.mistakes(template.build(project), project) == [
        "fit.py:1: fit does not import: ModuleNotFoundError: No module named 'lines.missing'",
        "draw.py:1: draw does not import: SystemExit: no",
        "tests/autograder/home/modules.py:3: autograder.home.modules does not import: "
        "AttributeError: module 'autograder.home.plugin' has no attribute 'x'",
    ]


# ---- writing ----


@pytest.fixture
def output(tmp_path):
    return tmp_path / "beside" / "student_template"


def test_a_template_is_written_whole_and_leaves_nothing_beside_it(files, output):
    assert template.write(files, output) == sorted(files)
    assert contents(output) == files
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_writing_twice_changes_nothing(files, output):
    template.write(files, output)
    before, beside = tree(output), output.parent.stat().st_mtime_ns
    assert template.write(files, output) == []
    assert tree(output) == before
    assert output.parent.stat().st_mtime_ns == beside
    assert template.difference(files, output) == ""


def test_only_what_differs_is_written(files, output):
    template.write(files, output)
    before = tree(output)
    assert template.write({**files, "fit.py": b"x = 1\n"}, output) == ["fit.py"]
    after = tree(output)
    assert after.pop("fit.py")[0] == b"x = 1\n"
    del before["fit.py"]
    assert after == before


def test_stale_files_go_from_owned_folders_only(files, output):
    template.write(files, output)
    caches = {
        "lines/__pycache__/x.pyc": b"",
        "tests/autograder/home/__pycache__/x.pyc": b"",
    }
    own = {"notes.txt": b"n", "tests/test_other.py": b"t", ".git/HEAD": b"h", ".venv/x": b"v"}
    put(output, {**caches, **own})
    before = tree(output)
    stale = {"lines/old.py": b"", "data/a/b.npz": b"", "tests/checks/data/x": b""}
    put(output, stale)
    (output / "lines" / "empty").mkdir()
    changed = template.write(files, output)
    assert changed == ["data/a", "lines/empty", "lines/old.py", "tests/checks/data"]
    assert tree(output) == before
    assert not (output / "data" / "a").exists()


def test_the_students_own_tests_are_written_once(files, output):
    template.write(files, output)
    put(output, {"tests/test_mine.py": b"mine"})
    assert template.write(files, output) == []
    assert template.difference(files, output) == ""
    (output / "tests" / "test_mine.py").unlink()
    assert template.write(files, output) == ["tests/test_mine.py"]


def test_a_file_in_place_of_a_folder_and_a_folder_in_place_of_a_file_give_way(files, output):
    put(output, {"lines": b"a file", "fit.py/x": b""})
    template.write(files, output)
    assert contents(output) == files


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_linked_folder_is_refused(files, output, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    output.mkdir(parents=True)
    (output / "tests").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TemplateError, match="is a link"):
        template.write(files, output)
    assert list((tmp_path / "elsewhere").iterdir()) == []


class Failing:
    """`Path.rename` that fails at its n-th call, and at those that a test says."""

    def __init__(self, monkeypatch, at):
        self.calls, self.at, self.rename = 0, at, Path.rename
        monkeypatch.setattr(Path, "rename", lambda path, target: self(path, target))

    def __call__(self, path, target):
        self.calls += 1
        if self.calls in self.at:
            raise OSError(28, "No space left on device")
        return self.rename(path, target)


@pytest.mark.parametrize("at", range(1, 9))
def test_when_a_rename_fails_everything_comes_back(files, output, monkeypatch, at):
    template.write(files, output)
    put(output, {"lines/old/stale.py": b"old", "notes.txt": b"n"})
    shutil.rmtree(output / "data")
    before, folders = tree(output), sorted(output.rglob("*"))
    changed = {**files, "lines/line.py": b"1", "README.md": b"2", "tests/new.py": b"3"}
    failing = Failing(monkeypatch, {at})
    with pytest.raises(OSError, match="No space"):
        template.write(changed, output)
    assert failing.calls >= at
    assert tree(output) == before
    assert sorted(output.rglob("*")) == folders
    assert list(output.parent.iterdir()) == [output]
    template.write(changed, output)
    assert template.difference(changed, output) == ""


def test_a_new_folder_goes_again_when_a_rename_fails(files, output, monkeypatch):
    Failing(monkeypatch, {7})
    with pytest.raises(OSError, match="No space"):
        template.write(files, output)
    assert list(output.parent.iterdir()) == []


def test_what_cannot_be_put_back_is_kept_and_named(files, output, monkeypatch):
    template.write(files, output)
    put(output, {"fit.py": b"theirs"})
    Failing(monkeypatch, {2, 3})
    with pytest.raises(TemplateError, match="could not be put back") as caught:
        template.write(files, output)
    staging = next(path for path in output.parent.iterdir() if path != output)
    assert f"{staging}{os.sep}old"[:-3] in str(caught.value)
    assert (staging / "old" / "fit.py").read_bytes() == b"theirs"


# ---- comparing and refusing ----


def test_the_difference_names_every_file(files, output):
    template.write(files, output)
    put(output, {"fit.py": b"x = 1", "data/points.npz": b"\0", "lines/old.py": b""})
    (output / "submit.py").unlink()
    before = tree(output)
    assert template.difference(files, output).splitlines() == [
        "student_template/data/points.npz: binary file differs",
        "--- student_template/fit.py",
        "+++ student_template/fit.py (generated)",
        "@@ -1 +1 @@",
        "-x = 1",
        '+"""Trains."""',
        "student_template/lines/old.py: stale, nothing generates it",
        "student_template/submit.py: missing",
    ]
    assert tree(output) == before


def test_new_empty_and_untouched_folders_may_be_written(files, output):
    template.refuse_to_overwrite(files, output)
    put(output, {".git/HEAD": b""})
    template.refuse_to_overwrite(files, output)
    template.write(files, output)
    put(output, {"notes.txt": b"", "lines/line.py": files["lines/line.py"] + b"\n"})
    template.refuse_to_overwrite(files, output)


def test_a_folder_that_is_no_template_is_refused(files, output):
    put(output, {"letter.txt": b"", "lines/__init__.py": b""})
    with pytest.raises(TemplateError, match="no template"):
        template.refuse_to_overwrite(files, output)
    with pytest.raises(TemplateError, match="no folder"):
        template.refuse_to_overwrite(files, output / "letter.txt")


def test_a_template_with_work_in_it_is_refused(files, output):
    template.write(files, output)
    edit(output, "lines/line.py", STUB, "        return x\n")
    with pytest.raises(TemplateError, match=r"line\.py: a student has begun"):
        template.refuse_to_overwrite(files, output)


# ---- the command ----


@pytest.fixture
def command(project, monkeypatch):
    """Runs `template` in the small repository; the proof, which is slow, is tested above."""
    monkeypatch.setattr(template, "mistakes", lambda files, project: [])
    return lambda *options: main(["template", *map(str, options)], project)


def test_the_command_writes_and_then_has_nothing_to_do(command, root, files, capsys):
    assert command() == 0
    assert "lines/line.py: written" in capsys.readouterr().out
    assert contents(root / "student_template") == files
    put(root, {"student_template/lines/old.py": b""})
    assert command() == 0
    assert "lines/old.py: removed" in capsys.readouterr().out
    assert command() == 0
    assert "up to date" in capsys.readouterr().out
    assert command("--check") == 0
    assert "up to date" in capsys.readouterr().out


def test_check_prints_the_difference_and_what_fixes_it(command, root, capsys):
    command()
    edit(root, "student_template/fit.py", "Trains", "Changed")
    before = tree(root)
    assert command("--check") == 1
    told = capsys.readouterr().out
    assert '-"""Changed."""\n+"""Trains."""\n' in told
    assert told.endswith("python -m autograder template\n")
    assert command("--check", "--output", root / "new one") == 1
    assert capsys.readouterr().out.endswith(f"template --output '{root / 'new one'}'\n")
    assert tree(root) == before


def test_the_projects_own_template_is_overwritten_and_others_are_not(command, root, capsys):
    command()
    edit(root, "student_template/lines/line.py", STUB, "        return x\n")
    shutil.copytree(root / "student_template", root / "other")
    before = tree(root / "other")
    assert command("--output", root / "other") == 2
    assert "a student has begun" in capsys.readouterr().err
    assert tree(root / "other") == before
    assert command("--output", root / "student_template") == 0
    assert command("--output", root / "third" / "place") == 0
    assert (root / "third" / "place" / "lines" / "line.py").exists()


def test_documents_are_written_from_the_rubric_and_stale_ones_are_named(command, root, capsys):
    assert command() == 0
    assert "docs/checks.md: written\n" in capsys.readouterr().out
    text = (root / "docs/checks.md").read_text(encoding="utf-8")
    row = f"| 1.2 | Line.forward | {FORWARD.shape} + {FORWARD.value} |  |\n"
    assert text.startswith("# Checks\n\n<!-- items -->\n\nSlopes are worth most points.\n")
    assert row in text
    assert text.endswith(" |\n\n<!-- end of items -->\n\nMore.\n")
    edit(root, "docs/checks.md", row, "| 1.2 | old row |\n")
    edit(root, "README.md", "ok", "FAIL")
    before = tree(root)
    assert command("--check") == 1
    told = capsys.readouterr().out
    assert "--- README.md\n+++ README.md (generated)\n" in told
    assert f"-| 1.2 | old row |\n+{row}" in told
    assert told.endswith("python -m autograder template\n")
    assert tree(root) == before
    assert command("--output", root / "other") == 0
    assert "old row" in (root / "docs/checks.md").read_text(encoding="utf-8")
    assert command() == 0
    shown = (root / "README.md").read_text(encoding="utf-8")
    assert shown.endswith(f"1.2  Line.forward    0 / {FORWARD.points}   FAIL\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("docs/checks.md", "<!-- end of", "<!-- the end of", "checks.md:1: lacks the lines <!--"),
        ("README.md", "Line.forward", "Line.backward", 'README.md:1: shows "Line.backward"'),
        ("README.md", None, None, "README.md:1: cannot be read (No such file"),
    ],
)
def test_a_document_without_a_place_for_its_table_is_named(
    command, root, capsys, name, old, new, told
):
    (root / name).unlink() if old is None else edit(root, name, old, new)
    assert command() == 2
    assert told in capsys.readouterr().err
    assert not (root / "student_template").exists()


def test_a_rubric_with_a_mistake_makes_no_template(project, monkeypatch):
    monkeypatch.setattr(type(RUBRIC), "mistakes", lambda self: ["points total 101"])
    with pytest.raises(TemplateError, match=r"tests/small/__init__\.py: points total 101"):
        template.checked(project)


def test_mistakes_are_all_told_and_nothing_is_written(command, root, capsys, monkeypatch, project):
    told = ["a.py:1: one.", "b.py:2: two."]
    monkeypatch.setattr(template, "mistakes", lambda files, project: told)
    for options in ([], ["--check"]):
        assert command(*options) == 2
        assert capsys.readouterr().err.startswith("a.py:1: one.\nb.py:2: two.\n")
    edit(root, "reference/lines/line.py", "# END SOLUTION", "# END SOLUTON")
    assert command() == 2
    assert "reference/lines/line.py:17: '# END SOLUTON' is no mark" in capsys.readouterr().err
    assert not (root / "student_template").exists()


def test_a_folder_that_cannot_be_written_is_said_plainly(command, root, capsys):
    put(root, {"file": b""})
    assert command("--output", root / "file" / "below") == 2
    assert "Nothing changed" in capsys.readouterr().err


def test_without_ruff_the_command_says_how_to_get_it(command, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert command() == 2
    assert "This needs ruff, which setup.sh --dev installs." in capsys.readouterr().err
