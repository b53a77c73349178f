"""No text of a submission's stands in a report but as code, whatever field it reaches."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grading import grade
from autograder.outcomes import Report, Verdict
from autograder.raised import ImportFailure
from autograder.report import gradescope
from autograder.sandbox import faults
from autograder.submission import SubmissionProblem
from tests.small import RIGHT, SMALL
from tests.submissions import opened

MARK = "zyx"
"""What must not be found outside of code."""

HOSTILE = st.text("`~<>[]()!*_#&|:\\'\" \n\r\t\0\x1b\u2028\u202eax", max_size=40)
TEXTS = st.builds(lambda before, after: f"{before}{MARK}{after}", HOSTILE, HOSTILE)
NAMES = TEXTS.map(lambda text: re.sub(r"[/\0\\]", "!", text)).filter(lambda t: t[0] != ".")
fuzz = settings(derandomize=True, deadline=None, max_examples=60, database=None)

MARKUP = f'</pre><a href="http://x">{MARK}</a> [{MARK}](http://x) **{MARK}**\n```\n# {MARK} `'
"""One text that is all of it."""


def prose(markdown):
    """What is left of Markdown without its code, by CommonMark's rules."""
    kept, fence = [], ""
    for line in markdown.split("\n"):
        opening = re.match(r" {0,3}(`{3,})[^`]*$", line)
        if fence:
            fence = "" if re.fullmatch(rf" {{0,3}}{fence}`*\s*", line) else fence
        elif opening:
            fence = opening[1]
        else:
            kept.append(line)
    paragraphs = re.split(r"\n\s*\n", "\n".join(kept))
    return "\n\n".join(re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", p) for p in paragraphs)


def assert_only_in_code(report):
    fields = gradescope.render(report)
    texts = [fields["output"], *(row["output"] for row in fields["tests"])]
    assert all(MARK not in prose(text) for text in texts), texts
    assert all(MARK not in row["name"] for row in fields["tests"])


def test_what_is_code_and_what_is_not():
    assert prose("a `b` c ``d ` e`` f") == "a  c  f"
    assert prose("a\n```\nb\n```\nc") == "a\nc"
    assert prose("````\na\n```\nb\n````\nc") == "c"
    assert prose("a ` b\n\nc ` d") == "a ` b\n\nc ` d"


# ---- what a worker says ----


@fuzz
@given(TEXTS, TEXTS, st.sampled_from(["value", "error", "import", "lost", "todo", "type"]))
def test_messages_and_printed_lines(message, printed, kind):
    report = Report(SMALL.rubric, complete=True)
    fields = {"type": message, "message": printed, "frames": [[message, 1, printed]]}
    raised = faults.read({**fields, "file": printed, "missing": message})
    for item in SMALL.rubric.items:
        report.results[item.name].cases = 1
        verdict = Verdict(kind, message, raised=raised, output=printed, sentence="Ours.")
        report.add(item, verdict)
    assert_only_in_code(report)


@fuzz
@given(TEXTS)
def test_why_a_module_does_not_import(reason):
    raised = faults.read({"type": reason, "message": reason, "absent": reason})
    broken = [ImportFailure("lines/line.py", raised)]
    assert_only_in_code(Report(SMALL.rubric, broken=broken))


# ---- names of files ----


@contextmanager
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def assert_told_in_code(path):
    """That whatever is said of the submission at `path` shows its names as code."""
    try:
        with opened(path) as found:
            found.copy_to(path.parent / "copy")
        notes = found.notes
    except SubmissionProblem as problem:
        notes = [str(problem)]
    assert_only_in_code(Report(SMALL.rubric, notes=notes))


PLACES = {
    "a project below": lambda top, name: make(top / name / "lines" / "line.py"),
    "an old copy": lambda top, name: (
        make(top / "lines" / "line.py"),
        make(top / name / "lines" / "line.py"),
    ),
    "two projects": lambda top, name: (
        make(top / name / "lines" / "line.py"),
        make(top / "other" / "lines" / "line.py"),
    ),
    "an empty package": lambda top, name: (top / name / "lines").mkdir(parents=True),
    "capital letters": lambda top, name: make(top / name / "Lines" / "line.py"),
    "an archive": lambda top, name: make(top / f"{name}.rar"),
    "a lone zip": lambda top, name: make(top / f"{name}.zip"),
    "a link": lambda top, name: (
        make(top / "lines" / "line.py"),
        (top / name).symlink_to(MARK),
    ),
    "a large file": lambda top, name: (
        make(top / "lines" / "line.py"),
        grow(top / name),
    ),
}


def make(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def grow(path):
    with path.open("wb") as file:
        file.truncate(100_000_000)


@pytest.mark.parametrize("place", PLACES)
def test_names_in_a_folder(place):
    @fuzz
    @given(NAMES)
    def check(name):
        with folder() as top:
            (top / "hw").mkdir()
            PLACES[place](top / "hw", name)
            assert_told_in_code(top / "hw")

    check()


@fuzz
@given(TEXTS, TEXTS, st.integers(0, 400), st.integers(0, 255))
def test_names_in_a_zip_and_what_zipfile_says_of_damage(name, other, place, byte):
    """Its error texts quote the names of members."""
    with folder() as top:
        with zipfile.ZipFile(top / "hw.zip", "w") as archive:
            for member in (f"lines/{name}", f"../{other}", name):
                info = zipfile.ZipInfo("placeholder")
                info.filename = member
                archive.writestr(info, "text")
        data = bytearray((top / "hw.zip").read_bytes())
        data[place % len(data)] ^= byte
        (top / "hw.zip").write_bytes(data)
        assert_told_in_code(top / "hw.zip")


def test_the_name_of_a_damaged_member(tmp_path):
    """What once stood in a report as a link."""
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        archive.writestr(f"[{MARK}](http:x)<b>", "text")
    data = (tmp_path / "hw.zip").read_bytes()
    (tmp_path / "hw.zip").write_bytes(data.replace(b"text", b"test"))
    with pytest.raises(SubmissionProblem, match=f"CRC.*{MARK}"), opened(tmp_path / "hw.zip"):
        pass
    assert_told_in_code(tmp_path / "hw.zip")


# ---- all of it at once ----

EVERYWHERE = f"""
TEXT = {MARKUP!r}
print(TEXT)
class Line:
    def __init__(self, *args): self.args = args
    def forward(self, x):
        print(TEXT)
        return type(TEXT[:80], (), {{"__repr__": lambda self: TEXT}})()
    def slopes(self, x): raise type("E" + TEXT, (Exception,), {{}})(TEXT)
"""


def test_a_submission_with_markup_in_every_text(tmp_path):
    root = tmp_path / f"a {MARK} <b>" / "hw"
    shutil.copytree(RIGHT, root)
    (root / "lines" / "line.py").write_text(EVERYWHERE, encoding="utf-8")
    (root / "lines" / "mean.py").write_text(f"raise ValueError({MARKUP!r})", encoding="utf-8")
    (root / f"{MARK} [x](y)").symlink_to(MARK)
    report = grade(tmp_path, SMALL)
    rows = str([result.failures for result in report.results.values()])
    assert rows.count(MARK) > 3
    assert MARK in str(report.broken)
    assert MARK in str(report.notes)
    assert report.score == 0
    assert_only_in_code(report)
