"""The students' template: its files, the proof of them, and how they reach a folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from autograder import template
from autograder.__main__ import main
from autograder.homework.rubric import RUBRIC
from autograder.template import TemplateError, proof
from tests.submissions import ROOT

LAYERS = '''"""Layers."""

import os

import numpy as np


class Dense:
    """A layer."""

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
FORWARD = RUBRIC.by_name["Dense.forward"]
STUB = '        raise NotImplementedError("Dense.forward: roadmap 2.1")\n'

SOURCES = {
    "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    "reference/beras/__init__.py": '"""Beras."""\n\nfrom .layers import Dense\n',
    "reference/beras/layers.py": LAYERS,
    "reference/assignment.py": '"""Trains."""\n',
    "reference/preprocess.py": '"""Loads."""\n',
    "reference/visualize.py": '"""Shows."""\n',
    "reference/data/README.md": "Digits: é.\n",
    "reference/data/digits.npz": "\0PK",
    "autograder/homework/checks/conftest.py": '"""Fixtures."""\n',
    "autograder/homework/checks/test_layers.py": '"""C."""  # BEGIN SOLUTION is no mark here\n',
    "README.md": "A grading says:\n\n    2.1  Dense.forward    77 / 77   ok\n",
    "docs/checks.md": "# Checks\n\n<!-- items -->\n\nnone\n\n<!-- end of items -->\n\nMore.\n",
    "docs/handout/README.md": "# Beras\n\n<!-- roadmap -->\n\nGood luck.\n",
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


@pytest.fixture
def root(tmp_path):
    """A small repository: all sources of a template, most of them a line long."""
    support = {
        path: '"""Support."""\n' if path.endswith(".py") else "\0" for path in template.SUPPORT
    }
    put(tmp_path / "repository", {**SOURCES, **support})
    return tmp_path / "repository"


@pytest.fixture
def files(root):
    return template.build(root)


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
    solution = {"assignment.py", "preprocess.py", "visualize.py"}
    assert set(files) == {
        *solution,
        *(f"beras/{name}" for name in ("__init__.py", "layers.py")),
        *("data/README.md", "data/digits.npz"),
        *("tests/conftest.py", "tests/test_layers.py", "tests/test_mine.py"),
        *(f"tests/{path}" for path in template.SUPPORT),
        *(".gitignore", "README.md", "pytest.ini", "requirements.txt", "submit.py"),
    }


def test_the_reference_is_stripped_and_the_checks_are_copied_byte_for_byte(root, files):
    layers = files["beras/layers.py"].decode()
    assert f"        # HINT: a product\n{STUB}" in layers
    assert "os" not in layers.replace("Beras", "")
    assert "staff" not in layers
    for name in ("conftest.py", "test_layers.py"):
        assert (
            files[f"tests/{name}"]
            == (root / "autograder" / "homework" / "checks" / name).read_bytes()
        )
    assert files["data/digits.npz"] == b"\0PK"
    assert files[".gitignore"] == b"__pycache__/\n"


def test_support_is_stripped_of_staff_regions(root):
    put(root, {"autograder/report/console.py": '"""C."""\n\n# BEGIN STAFF\nX = 1\n# END STAFF\n'})
    assert template.build(root)["tests/autograder/report/console.py"] == b'"""C."""\n'


def test_the_same_sources_give_the_same_template(root, files):
    again = template.build(root)
    assert list(again.items()) == list(files.items())
    assert list(files) == sorted(files)


def test_the_roadmap_stands_in_the_readme(files):
    lines = files["README.md"].decode().splitlines()
    assert "<!-- roadmap -->" not in lines
    assert f"| 2.1 | Dense.forward | `beras/layers.py` | {FORWARD.points} | 1.3 |" in lines
    assert "| 1.1 | Package | `beras/__init__.py` | given |  |" in lines
    assert "| 9.2 | Loss falls on real digits | `beras/` | " in "\n".join(lines)
    assert len(lines) == 4 + 2 + len(RUBRIC.items)


def test_every_item_of_the_roadmap_has_a_file_in_the_reference():
    rows = template.documents.roadmap().splitlines()[2:]
    assert len(rows) == len(RUBRIC.items)
    for row in rows:
        assert (ROOT / "reference" / row.split("`")[1]).exists()


def test_a_missing_source_is_an_error_that_names_it(root):
    (root / "docs" / "handout" / "submit.py").unlink()
    (root / "reference" / "beras" / "layers.py").unlink()
    (root / "reference" / "beras" / "__init__.py").unlink()
    (root / "autograder" / "homework" / "checks" / "test_layers.py").unlink()
    with pytest.raises(TemplateError) as caught:
        template.build(root)
    assert [line.partition(":")[0] for line in caught.value.mistakes] == [
        "reference/beras/*.py",
        "autograder/homework/checks/test_*.py",
        "docs/handout/submit.py",
    ]


def test_all_wrong_marks_and_sources_are_told_at_once(root):
    edit(root, "reference/beras/layers.py", "# END SOLUTION", "# END SOLUTON")
    put(root, {"reference/assignment.py": "x = 1\n# BEGIN STAFF\n"})
    put(root, {"autograder/home/plugin.py": b"\xff", "docs/handout/README.md": "# Beras\n"})
    with pytest.raises(TemplateError) as caught:
        template.build(root)
    assert [line.rpartition(": ")[0] for line in caught.value.mistakes] == [
        "reference/beras/layers.py:17",
        "reference/assignment.py:2",
        "autograder/home/plugin.py:1",
        "docs/handout/README.md:1",
    ]


# ---- proving ----


def found(files, root, change=("", "")):
    """The mistakes in the template after a change (old, new) to beras/layers.py."""
    text = files["beras/layers.py"].decode()
    assert change[0] in text
    text = text.replace(*change, 1)
    return template.mistakes({**files, "beras/layers.py": text.encode()}, root)


def test_a_template_as_built_has_no_mistakes(files, root):
    assert template.mistakes(files, root) == []


@pytest.mark.parametrize(
    "line", ["return outcome_of_the_product", 'return "a line for staff only"']
)
def test_a_line_of_a_region_must_not_survive_anywhere(files, root, line):
    for path in ("beras/layers.py", "assignment.py"):
        changed = {**files, path: files[path] + f"def f(x):\n      {line}\n".encode()}
        number = changed[path].count(b"\n")
        told = template.mistakes(changed, root)
        assert told == [f"{path}:{number}: a line of the solution survives: {line}"]


def test_lines_that_are_short_or_shown_anyway_may_survive(files, root):
    secret = "        x = [1]\n        return [np.ones(1)]\n        # END SOLUTION"
    edit(root, "reference/beras/layers.py", "        # END SOLUTION", secret)
    text = files["beras/layers.py"].decode() + "\n\nx = [1]\n"
    assert template.mistakes({**files, "beras/layers.py": text.encode()}, root) == []


def test_what_does_not_compile_is_named(files, root):
    assert found(files, root, ("def forward(self, x)", "def forward(self, x")) == [
        "beras/layers.py:9: does not compile: '(' was never closed"
    ]
    changed = {**files, "submit.py": b"x = \0\n"}
    assert template.mistakes(changed, root)[0].startswith("submit.py:1: does not compile: ")


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("(self, x)", "(self, y)", "9: Dense.forward has another signature"),
        ("    def f", "    async def f", "9: Dense.forward has another signature"),
        ("    def f", "    @staticmethod\n    def f", "10: Dense.forward has another signature"),
        ("class Dense:", "class Dense(list):", "6: Dense has another signature"),
        ('"""Map x."""', '"""Map y."""', "9: Dense.forward has another docstring"),
        ('"""All weights."""', "pass", "15: Dense.weights has another docstring"),
        ('"""Layers."""', '"""Layer."""', "1: the module has another docstring"),
        ("def forward", "def backward", "1: Dense.forward is missing"),
        ("def forward", "def __call__", "9: Dense.__call__ is not in the reference"),
    ],
)
def test_a_broken_promise_is_named(files, root, monkeypatch, old, new, mistake):
    monkeypatch.setattr(proof, "_mistakes_in_a_folder", lambda files, root: [])
    told = found(files, root, (old, new))
    assert any(line.startswith(f"beras/layers.py:{mistake}") for line in told), told


def test_setters_are_promises_of_their_own_and_private_names_are_none(root):
    setter = (
        "    @weights.setter\n    def weights(self, value):\n        "
        '"""Set them."""\n\n    # BEGIN STAFF'
    )
    edit(root, "reference/beras/layers.py", "    # BEGIN STAFF", setter)
    files = template.build(root)
    assert found(files, root) == []
    told = found(files, root, ("(self, value)", "(self, given)"))
    assert told == ["beras/layers.py:20: Dense.weights (2) has another signature in the reference."]
    assert (
        found(files, root, ("    @property", "    def _own(self):\n        pass\n\n    @property"))
        == []
    )


def test_the_linter_and_the_formatter_of_the_project_are_asked(files, root):
    (told,) = found(files, root, ("[np.ones(1)]", "list([np.ones(1)])"))
    assert told.startswith("beras/layers.py:17:16: C410")
    (told,) = found(files, root, ("[np.ones(1)]", "[np.ones( 1 )]"))
    assert told.startswith("beras/layers.py:1: is not as the formatter")
    assert found(files, root, ("import numpy as np\n", "import math\n\nimport numpy as np\n")) == []


def test_every_module_must_import(files, root):
    put(root, {"reference/assignment.py": "import beras.missing\n"})
    code = "import autograder.home.plugin\n\nautograder.home.plugin.x()\n"
    put(root, {"autograder/home/modules.py": code})
    put(root, {"reference/preprocess.py": "import os\n\nos._exit(4)\n"})
    told = template.mistakes(template.build(root), root)
    assert "importing the template ended with 4" in told[-1]
    put(root, {"reference/preprocess.py": 'raise SystemExit("no")\n'})
    assert template.mistakes(template.build(root), root) == [
        "assignment.py:1: assignment does not import: ModuleNotFoundError: "
        "No module named 'beras.missing'",
        "preprocess.py:1: preprocess does not import: SystemExit: no",
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
    assert template.write({**files, "assignment.py": b"x = 1\n"}, output) == ["assignment.py"]
    after = tree(output)
    assert after.pop("assignment.py")[0] == b"x = 1\n"
    del before["assignment.py"]
    assert after == before


def test_stale_files_go_from_owned_folders_only(files, output):
    template.write(files, output)
    caches = {
        "beras/__pycache__/x.pyc": b"",
        "tests/autograder/homework/checks/__pycache__/x.pyc": b"",
    }
    own = {"notes.txt": b"n", "tests/test_other.py": b"t", ".git/HEAD": b"h", ".venv/x": b"v"}
    put(output, {**caches, **own})
    before = tree(output)
    stale = {"beras/old.py": b"", "data/a/b.npz": b"", "tests/autograder/homework/data/x": b""}
    put(output, stale)
    (output / "beras" / "empty").mkdir()
    changed = template.write(files, output)
    assert changed == ["beras/empty", "beras/old.py", "data/a", "tests/autograder/homework/data/x"]
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
    put(output, {"beras": b"a file", "assignment.py/x": b""})
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
    put(output, {"beras/old/stale.py": b"old", "notes.txt": b"n"})
    shutil.rmtree(output / "data")
    before, folders = tree(output), sorted(output.rglob("*"))
    changed = {**files, "beras/layers.py": b"1", "README.md": b"2", "tests/new.py": b"3"}
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
    put(output, {"assignment.py": b"theirs"})
    Failing(monkeypatch, {2, 3})
    with pytest.raises(TemplateError, match="could not be put back") as caught:
        template.write(files, output)
    staging = next(path for path in output.parent.iterdir() if path != output)
    assert f"{staging}{os.sep}old"[:-3] in str(caught.value)
    assert (staging / "old" / "assignment.py").read_bytes() == b"theirs"


# ---- comparing and refusing ----


def test_the_difference_names_every_file(files, output):
    template.write(files, output)
    put(output, {"assignment.py": b"x = 1", "data/digits.npz": b"\0", "beras/old.py": b""})
    (output / "submit.py").unlink()
    before = tree(output)
    assert template.difference(files, output).splitlines() == [
        "--- student_template/assignment.py",
        "+++ student_template/assignment.py (generated)",
        "@@ -1 +1 @@",
        "-x = 1",
        '+"""Trains."""',
        "student_template/beras/old.py: stale, nothing generates it",
        "student_template/data/digits.npz: binary file differs",
        "student_template/submit.py: missing",
    ]
    assert tree(output) == before


def test_new_empty_and_untouched_folders_may_be_written(files, output):
    template.refuse_to_overwrite(files, output)
    put(output, {".git/HEAD": b""})
    template.refuse_to_overwrite(files, output)
    template.write(files, output)
    put(output, {"notes.txt": b"", "beras/layers.py": files["beras/layers.py"] + b"\n"})
    template.refuse_to_overwrite(files, output)


def test_a_folder_that_is_no_template_is_refused(files, output):
    put(output, {"letter.txt": b"", "beras/__init__.py": b""})
    with pytest.raises(TemplateError, match="no template"):
        template.refuse_to_overwrite(files, output)
    with pytest.raises(TemplateError, match="no folder"):
        template.refuse_to_overwrite(files, output / "letter.txt")


def test_a_template_with_work_in_it_is_refused(files, output):
    template.write(files, output)
    edit(output, "beras/layers.py", STUB, "        return x\n")
    with pytest.raises(TemplateError, match=r"layers\.py: a student has begun"):
        template.refuse_to_overwrite(files, output)


# ---- the command ----


@pytest.fixture
def command(root, monkeypatch):
    """Runs `template` in the small repository; the proof, which is slow, is tested above."""
    monkeypatch.setattr(template, "ROOT", root)
    monkeypatch.setattr(template, "OUTPUT", root / "student_template")
    monkeypatch.setattr(template, "mistakes", lambda files, root: [])
    return lambda *options: main(["template", *map(str, options)])


def test_the_command_writes_and_then_has_nothing_to_do(command, root, files, capsys):
    assert command() == 0
    assert "beras/layers.py: written" in capsys.readouterr().out
    assert contents(root / "student_template") == files
    put(root, {"student_template/beras/old.py": b""})
    assert command() == 0
    assert "beras/old.py: removed" in capsys.readouterr().out
    assert command() == 0
    assert "up to date" in capsys.readouterr().out
    assert command("--check") == 0
    assert "up to date" in capsys.readouterr().out


def test_check_prints_the_difference_and_what_mends_it(command, root, capsys):
    command()
    edit(root, "student_template/assignment.py", "Trains", "Changed")
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
    edit(root, "student_template/beras/layers.py", STUB, "        return x\n")
    shutil.copytree(root / "student_template", root / "other")
    before = tree(root / "other")
    assert command("--output", root / "other") == 2
    assert "a student has begun" in capsys.readouterr().err
    assert tree(root / "other") == before
    assert command("--output", root / "student_template") == 0
    assert command("--output", root / "third" / "place") == 0
    assert (root / "third" / "place" / "beras" / "layers.py").exists()


def test_documents_are_written_from_the_rubric_and_stale_ones_are_named(command, root, capsys):
    assert command() == 0
    assert "docs/checks.md: written\n" in capsys.readouterr().out
    text = (root / "docs/checks.md").read_text(encoding="utf-8")
    row = f"| 2.1 | Dense.forward | {FORWARD.shape} + {FORWARD.value} | 1.3 |\n"
    assert text.startswith("# Checks\n\n<!-- items -->\n\nThe gradient methods and the tape are ")
    assert row in text
    assert text.endswith(" |\n\n<!-- end of items -->\n\nMore.\n")
    edit(root, "docs/checks.md", row, "| 2.1 | old row |\n")
    edit(root, "README.md", "ok", "FAIL")
    before = tree(root)
    assert command("--check") == 1
    told = capsys.readouterr().out
    assert "--- README.md\n+++ README.md (generated)\n" in told
    assert f"-| 2.1 | old row |\n+{row}" in told
    assert told.endswith("python -m autograder template\n")
    assert tree(root) == before
    assert command("--output", root / "other") == 0
    assert "old row" in (root / "docs/checks.md").read_text(encoding="utf-8")
    assert command() == 0
    shown = (root / "README.md").read_text(encoding="utf-8")
    assert shown.endswith(f"2.1  Dense.forward    0 / {FORWARD.points}   FAIL\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("docs/checks.md", "<!-- end of", "<!-- the end of", "checks.md:1: lacks the lines <!--"),
        ("README.md", "Dense.forward", "Dense.backward", 'README.md:1: shows "Dense.backward"'),
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


def test_a_rubric_with_a_mistake_makes_no_template(root, monkeypatch):
    monkeypatch.setattr(type(RUBRIC), "mistakes", lambda self: ["points total 101"])
    with pytest.raises(TemplateError, match=r"homework/rubric\.py: points total 101"):
        template.checked(root)


def test_mistakes_are_all_told_and_nothing_is_written(command, root, capsys, monkeypatch):
    monkeypatch.setattr(template, "mistakes", lambda files, root: ["a.py:1: one.", "b.py:2: two."])
    for options in ([], ["--check"]):
        assert command(*options) == 2
        assert capsys.readouterr().err.startswith("a.py:1: one.\nb.py:2: two.\n")
    edit(root, "reference/beras/layers.py", "# END SOLUTION", "# END SOLUTON")
    assert command() == 2
    assert "reference/beras/layers.py:17: '# END SOLUTON' is no mark" in capsys.readouterr().err
    assert not (root / "student_template").exists()


def test_a_folder_that_cannot_be_written_is_said_plainly(command, root, capsys):
    put(root, {"file": b""})
    assert command("--output", root / "file" / "below") == 2
    assert "Nothing changed" in capsys.readouterr().err


def test_without_ruff_the_command_says_how_to_get_it(command, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert command() == 2
    assert "ruff is missing, which tidies the template: bash setup.sh --dev" in (
        capsys.readouterr().err
    )
