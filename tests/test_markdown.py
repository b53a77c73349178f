"""No text of a submission's stands in a report but as code, whatever field it reaches.

Every text of results.json is looked at, but that in `extra_data` only for characters that no reader
sees: students do not see it, and nobody takes it for Markdown.
"""

from __future__ import annotations

import errno
import json
import re
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import grading
from autograder.__main__ import main
from autograder.grading import grade
from autograder.homework.checks import spelling
from autograder.homework.rubric import RUBRIC
from autograder.outcomes import KINDS, Report, Verdict
from autograder.raised import ImportFailure
from autograder.report import console, gradescope
from autograder.sandbox import faults
from autograder.submission import SubmissionProblem
from tests.small import RIGHT, SMALL
from tests.small.project import PROJECT
from tests.submissions import opened

MARK = "zyx"
"""What must not be found outside of code."""

HOSTILE = st.text("`~<>[]()!*_#&|:\\'\" \n\r\t\0\x1b\u2028\u202eax", max_size=40)


def around(hostile):
    """Texts with the mark somewhere inside."""
    return st.builds(lambda before, after: f"{before}{MARK}{after}", hostile, hostile)


SHORT = around(HOSTILE) | around(st.text("_ ,'ax", max_size=9))
TEXTS = SHORT | around(st.just("`x" * 2000))
NAMES = SHORT.map(lambda text: re.sub(r"[/\0\\]", "!", text)).filter(lambda t: t[0] != ".")
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


def texts(value, place=""):
    """Each text in a value of JSON, and where it stands."""
    if isinstance(value, str):
        yield place, value
    for key, part in value.items() if isinstance(value, dict) else ():
        yield from texts(part, f"{place}.{key}")
    for part in value if isinstance(value, list) else ():
        yield from texts(part, place)


def is_visible(text):
    return all(c.isprintable() or c in "\n\t" for c in text)


def assert_only_in_code(report):
    fields = json.loads(gradescope.encoded(report))
    for place, text in texts(fields):
        assert is_visible(text), (place, text)
        assert "extra_data" in place or MARK not in prose(text), (place, text)
    assert is_visible(console.table(report, colour=False))


@contextmanager
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_what_is_code_and_what_is_not():
    assert prose("a `b` c ``d ` e`` f") == "a  c  f"
    assert prose("a\n```\nb\n```\nc") == "a\nc"
    assert prose("````\na\n```\nb\n````\nc") == "c"
    assert prose("a ` b\n\nc ` d") == "a ` b\n\nc ` d"


# ---- what a worker says ----


KINDS_OF_ITS_OWN = [kind for kind in KINDS if kind not in ("passed", "ours")]
FIELDS = ("type", "base", "message", "absent", "item", "source", "file", "missing", "near")
"""The texts among an error's fields."""


def raised_with(text, other):
    """An error with a text of a submission's in each field but `other` in its message."""
    fields = {**dict.fromkeys(FIELDS, text), "message": other, "errno": errno.EFBIG}
    return faults.read({**fields, "frames": [[text, 1, other]]})


def report_of(verdict):
    """One in which every item ended like that."""
    report = Report(SMALL.rubric, complete=True)
    for item in SMALL.rubric.items:
        report.results[item.name].cases = 1
        report.add(item, replace(verdict, sentence="Ours."))
    return report


def test_no_text_of_an_error_is_left_out():
    texts = {name for name, value in vars(raised_with("x", "x")).items() if type(value) is str}
    assert {name.replace("type_name", "type") for name in texts} == set(FIELDS)


@fuzz
@given(TEXTS, TEXTS, st.sampled_from(KINDS_OF_ITS_OWN), st.sampled_from(["", "missing", "file"]))
def test_messages_and_printed_lines(message, printed, kind, lacking):
    raised = raised_with(message, printed)
    cause = ImportFailure(message, raised_with(printed, message))
    raised = replace(raised, cause=cause, **({lacking: ""} if lacking else {}))
    assert_only_in_code(report_of(Verdict(kind, message, raised=raised, output=printed)))
    assert_only_in_code(report_of(Verdict(kind, message, output=printed)))


def told_of(name):
    """The hints where a class has a method of this name in place of `get_input_gradients`."""
    given = SimpleNamespace(names_defined=lambda *_: {"Softmax": [[name]]})
    return list(spelling.hints(RUBRIC, None, given).values())


@fuzz
@given(around(st.text("`*<a", max_size=2)) | st.just(f"_{MARK}"))
def test_names_of_methods_in_a_hint(text):
    for hint in told_of(f"get_input_gradient{text}"):
        assert_only_in_code(report_of(Verdict("passed", hint=hint)))
    assert told_of(f"get_input_gradient_{MARK}")


ADVISED = {
    "Can't instantiate abstract class {0} with abstract method x": "TypeError",
    "Can't instantiate abstract class x with abstract methods {0}": "TypeError",
    "module 'numpy' has no attribute '{0}'": "AttributeError",
    "cannot import name '{0}' from 'numpy'": "ImportError",
    "`np.{0}` was removed": "AttributeError",
    "f-string: {0}": "SyntaxError",
    "EOF when reading a line {0}": "EOFError",
    "'{0}' object is not callable": "TypeError",
    "{0}() takes 1 positional argument but 2 were given": "TypeError",
    "type object '{0}' has no attribute 'x'": "AttributeError",
    "type object 'x' has no attribute '{0}'": "AttributeError",
    "'X{0}' object has no attribute 'x'": "AttributeError",
    "'X' object has no attribute '{0}'": "AttributeError",
    "cannot access local variable '{0}'": "UnboundLocalError",
    "partially initialized module '{0}', by a circular import": "ImportError",
    "{0}": "Exception",
}
"""Messages that a report has advice on, around a text, and the kinds of their errors."""


@pytest.mark.parametrize(("message", "base"), ADVISED.items())
def test_why_a_module_does_not_import(message, base):
    @fuzz
    @given(TEXTS | around(st.text("_a", max_size=9)))
    def check(text):
        raised = replace(raised_with(text, message.format(text)), base=base)
        broken = [ImportFailure(file, raised) for file in (text, "lines/line.py")]
        broken += [ImportFailure(text), ImportFailure(text, seconds=1.0)]
        assert_only_in_code(Report(SMALL.rubric, broken=broken))

    check()


# ---- names of files ----


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
@given(SHORT, SHORT, st.integers(0, 400), st.integers(0, 255))
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


# ---- what a terminal is told ----


def test_what_staff_read_steers_no_terminal(tmp_path, monkeypatch, capsys):
    report = Report(SMALL.rubric, staff=["ValueError: \x1b[2J\u202e"])
    monkeypatch.setattr(grading, "grade", lambda *_: report)
    main(["grade", str(RIGHT), "--results-dir", str(tmp_path)], PROJECT)
    assert capsys.readouterr().err == "ValueError: ?[2J?\n"


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
