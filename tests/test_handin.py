"""The zip that a student uploads, and the warnings beside it."""

from __future__ import annotations

import shutil
import zipfile

import pytest

from autograder import grading, template
from autograder.home import handin
from autograder.home.score import public_score
from tests.small import RIGHT, SMALL
from tests.small.project import PROJECT
from tests.submissions import edited

LINE, MEAN = "lines/line.py", "lines/mean.py"


@pytest.fixture
def make(tmp_path):
    """A student's folder with edits (file, old, new) of the right submission."""
    return lambda *edits: edited(tmp_path / "work", *edits)


def told(folder):
    return [*map(str, handin.warnings(SMALL, folder, list(handin.handed_in(folder))))]


def append(folder, name, text):
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_right_submission_gives_no_warning(make):
    assert told(make()) == []


def test_the_zip_holds_what_is_graded_and_nothing_else(make, capsys):
    folder = make()
    for name in ("test/test_core.py", ".venv/lib/site-packages/x.py", "data/y.py", "submit.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("", encoding="utf-8")
    (folder / "helpers").mkdir()
    (folder / "helpers" / "maths.py").write_text("x = 1\n", encoding="utf-8")
    assert handin.main(SMALL, folder, []) == 0
    with zipfile.ZipFile(folder / "submission.zip") as archive:
        names = set(archive.namelist())
    package = {f"lines/{path.name}" for path in (folder / "lines").glob("*.py")}
    scripts = {"fit.py", "draw.py"}
    assert names == package | scripts | {"helpers/maths.py"}
    printed = capsys.readouterr().out
    assert "submission.zip: 6 files" in printed
    assert "No warnings." in printed
    assert "lines/line.py" in printed


SHARED = """
class Line:
    kept = {}

    def step(self, states=[], *, more=dict()):
        Line.count = 1
        Line.total += 1
        Other.count, self.count = 1, 2

    sizes = [1, 2]
"""


def test_what_objects_share_is_told(make):
    folder = make()
    append(folder, LINE, SHARED)
    lines = [text.partition(": ")[2] for text in told(folder)]
    begin = (
        "`Line.count = ...`",
        "`Line.total =",
        "`kept` is",
        "the default `[]`",
        "the default `d",
    )
    assert len(lines) == len(begin)
    assert all(line.startswith(words) for line, words in zip(sorted(lines), begin, strict=True))


def test_the_public_checks_are_run_first(tmp_path, capsys):
    folder = tmp_path / "a student's"
    template.write(template.build(PROJECT), folder)
    shutil.copytree(RIGHT, folder, dirs_exist_ok=True)
    assert handin.main(SMALL, folder, []) == 0
    assert capsys.readouterr().out.startswith("Public checks: 100 / 100\n\nsubmission.zip")
    text = (folder / MEAN).read_text(encoding="utf-8")
    (folder / MEAN).write_text(text.replace("axis=0", "axis=1"), encoding="utf-8")
    assert handin.main(SMALL, folder, []) == 0
    score = "Public checks: 80 / 100\n    2.1 Mean.forward: FAIL\n\nsubmission.zip"
    assert capsys.readouterr().out.startswith(score)
    assert handin.main(SMALL, folder, ["--quick"]) == 0
    assert capsys.readouterr().out.startswith("submission.zip")
    (folder / "conftest.py").write_text("raise SystemExit", encoding="utf-8")
    assert "did not run: `python -m pytest` shows why." in public_score(folder)


def test_the_zip_earns_what_the_folder_earns(make):
    folder = make()
    assert handin.main(SMALL, folder, []) == 0
    assert grading.grade(folder / "submission.zip", SMALL, grading.Conditions(seed=7)).score == 100


def test_the_zip_goes_where_it_is_told(make, tmp_path):
    assert handin.main(SMALL, make(), ["--out", str(tmp_path / "mine.zip")]) == 0
    assert zipfile.is_zipfile(tmp_path / "mine.zip")


def test_a_zip_that_cannot_be_written_is_told(make, tmp_path, capsys):
    assert handin.main(SMALL, make(), ["--out", str(tmp_path / "none" / "mine.zip")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_folder_without_the_package_is_told(tmp_path, capsys):
    assert handin.main(SMALL, tmp_path, []) == 1
    assert "holds no folder lines/" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_methods_that_are_not_written_are_counted(make, capsys):
    folder = make(
        (
            LINE,
            "        return self.slope",
            "        raise NotImplementedError('x')\n        return self.slope",
        )
    )
    assert handin.main(SMALL, folder, []) == 0
    assert "1 method is not written yet." in capsys.readouterr().out


def test_a_missing_file_is_named_once(make):
    folder = make()
    (folder / "lines" / "mean.py").unlink()
    (folder / "fit.py").unlink()
    assert told(folder) == ["lines/mean.py: is missing.", "fit.py: is missing."]


def test_a_file_in_the_wrong_case_is_named(make):
    folder = make()
    (folder / "lines" / "mean.py").rename(folder / "lines" / "Mean.py")
    (warning,) = told(folder)
    assert warning == "lines/mean.py: is missing. Rename Mean.py: on Gradescope, case matters."


def test_a_renamed_class_is_named_with_what_it_may_be(make):
    (warning,) = told(make((LINE, "class Line:", "class Lyne:")))
    assert warning == "lines/line.py: no Line is found. Is it what you named Lyne?"


def test_a_file_that_does_not_parse_is_named_once(make):
    folder = make()
    append(folder, MEAN, "x = ???\n")
    lines = len((folder / MEAN).read_text(encoding="utf-8").splitlines())
    parse = f"{MEAN}:{lines}: invalid syntax. Nothing in this file can be graded."
    assert told(folder) == [parse]


def test_a_module_that_raises_at_import_is_named(make):
    folder = make()
    append(folder, MEAN, "1 / 0\n")
    (warning,) = told(folder)
    assert warning == f"{MEAN}: does not import: ZeroDivisionError: division by zero"


MISSING = {
    "import tensorflow": "imports tensorflow, which does not work",
    "from scipy import special": "imports scipy, which does not work",
    "import nothing_of_that_name": "imports nothing_of_that_name, which Gradescope does not have",
}


def importing(make, lines):
    """A folder in which a module has these imports below its own one, from line 4 on."""
    return make((LINE, "import numpy as np\n", "\n".join(["import numpy as np", *lines, ""])))


def test_a_library_that_is_not_there_is_named(make):
    warnings = told(importing(make, MISSING))
    for number, warning in enumerate(MISSING.values(), start=4):
        assert any(text.startswith(f"{LINE}:{number}: {warning}") for text in warnings)


def test_a_library_that_does_no_harm_is_not_named(make):
    lines = ["tqdm", "matplotlib.pyplot as plt", "json", "numpy.linalg"]
    assert told(importing(make, [f"import {line}" for line in lines])) == []


def test_own_helper_modules_are_not_named(make):
    folder = make((LINE, "import numpy as np\n", "import numpy as np\nimport helpers\n"))
    (folder / "helpers.py").write_text("x = 1\n", encoding="utf-8")
    assert told(folder) == []


def test_prints_in_a_loop_are_named(make):
    loop = "        for value in x:\n            print(value)\n        return self.slope"
    folder = make(("lines/line.py", "        return self.slope", loop))
    (warning,) = told(folder)
    assert warning.startswith("lines/line.py:")
    assert "prints in a loop" in warning


def test_waiting_for_input_is_named(make):
    folder = make()
    append(folder, MEAN, "def ask():\n    return input()\n")
    assert [text.rpartition(": ")[2] for text in told(folder)] == [
        "waits for input. Nobody types on Gradescope."
    ]


def test_a_large_file_is_named(make):
    folder = make()
    (folder / "lines" / "weights.py").write_text(f"x = '{'1' * 1_000_001}'\n", encoding="utf-8")
    assert told(folder) == ["lines/weights.py: over 1 MB. Is it data? Only source is graded."]


def test_an_import_that_ends_python_is_told(make):
    folder = make()
    append(folder, MEAN, "import os\nos._exit(3)\n")
    (warning,) = told(folder)
    assert warning.startswith("lines: ends Python when it is imported.")


def test_an_import_that_never_ends_is_told(make, monkeypatch):
    monkeypatch.setattr(handin, "IMPORT_SECONDS", 1)
    folder = make()
    append(folder, MEAN, "while True:\n    pass\n")
    assert "takes over 1 seconds to import" in "".join(told(folder))


def test_code_that_prints_at_import_disturbs_nothing(make):
    folder = make()
    append(folder, MEAN, "print('[[], {}]', end='')\n")
    assert told(folder) == []


def test_a_helper_package_inside_the_package_is_packed_whatever_its_name(make):
    folder = make((LINE, "import numpy as np\n", "import numpy as np\nfrom .data import shapes\n"))
    (folder / "lines" / "data").mkdir()
    (folder / "lines" / "data" / "__init__.py").write_text("shapes = ()\n", encoding="utf-8")
    assert folder / "lines" / "data" / "__init__.py" in list(handin.handed_in(folder))
    assert told(folder) == []


def test_what_is_left_out_of_the_zip_is_not_found_either(make):
    folder = make((LINE, "import numpy as np\n", "import numpy as np\nimport data.shapes\n"))
    (folder / "data").mkdir()
    (folder / "data" / "shapes.py").write_text("", encoding="utf-8")
    assert any("No module named 'data'" in text for text in told(folder))
