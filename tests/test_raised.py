"""What is told of an exception where it was raised, and what the grader takes of it."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from autograder.raised import Frame, ImportFailure, Raised
from autograder.sandbox.deadline import Clock
from autograder.sandbox.faults import StudentError, read, student_error
from autograder.sandbox.inside import raised, wire
from autograder.sandbox.session import Session, Shared
from tests.small import SMALL

HERE = Path(__file__)


def failure_of(action):
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        action()
    return caught.value


def fields_of(action, root=HERE.parent, is_own=lambda path: True):
    return raised.fields(failure_of(action), root, is_own)


def raising(failure):
    def action():
        raise failure

    return action


class Own(FileNotFoundError):
    """A student's own exception."""


def test_class_nearest_builtin_and_message_are_fields_of_their_own():
    told = fields_of(raising(Own("a: b: c")))
    assert (told["type"], told["base"], told["message"]) == ("Own", "FileNotFoundError", "a: b: c")


def test_lines_of_the_student_are_told_by_file_line_and_function():
    told = fields_of(raising(ValueError()))
    last = told["frames"][-1]
    assert last == ["test_raised.py", raising.__code__.co_firstlineno + 2, "action"]


def test_lines_of_others_are_not_told():
    assert fields_of(lambda: Path(3), root=HERE.parent)["frames"][-1][2] == "<lambda>"
    assert fields_of(raising(ValueError()), root=HERE.parent / "elsewhere")["frames"] == []
    assert fields_of(raising(ValueError()), is_own=lambda path: path != HERE)["frames"] == []


def test_of_many_lines_the_last_are_told():
    def deeper():
        return deeper()

    frames = fields_of(deeper)["frames"]
    assert len(frames) == raised.MAX_FRAMES
    assert {function for _, _, function in frames} == {"deeper"}


@pytest.mark.parametrize(
    ("failure", "name", "value"),
    [
        (OSError(errno.EFBIG, "File too large"), "errno", errno.EFBIG),
        (Own("no number"), "errno", 0),
        (ModuleNotFoundError("No module", name="beras.core"), "absent", "beras.core"),
        (ImportError("cannot import", name="beras.core"), "absent", None),
        (NotImplementedError("Dense.forward: roadmap 2.10"), "item", "2.10"),
        (NotImplementedError("later"), "item", None),
        (RuntimeError("Dense.forward: roadmap 2.10"), "item", None),
    ],
    ids=str,
)
def test_some_kinds_have_a_field_more(failure, name, value):
    assert fields_of(raising(failure)).get(name) == value


def test_a_stub_of_the_template_names_its_item():
    text = raised.STUB.format(method="Dense.forward", number="2.1")
    assert read(fields_of(raising(NotImplementedError(text)))).item == "2.1"


def test_paths_are_told_from_the_submission_on():
    told = fields_of(lambda: (HERE.parent / "data" / "none").read_text())
    assert told["message"].endswith(": 'data/none'")


def hostile(base, **members):
    def stop(*_):
        raise SystemExit("hostile")

    made = {name: value if value is not None else property(stop) for name, value in members.items()}
    return type("Hostile", (base,), made)("x")


@pytest.mark.parametrize(
    "failure",
    [
        hostile(OSError, errno=None),
        hostile(OSError, errno=10**30),
        hostile(OSError, errno=True),
        hostile(ModuleNotFoundError, name=None),
        hostile(ModuleNotFoundError, name=[["x" * 10**6]]),
        hostile(ModuleNotFoundError, name="x" * 10**6),
        hostile(ValueError, __str__=lambda self: 1 / 0),
        hostile(ValueError, __str__=lambda self: "x" * 10**6),
        hostile(ValueError, __module__="builtins", __qualname__="x" * 10**6),
        NotImplementedError(f"x: roadmap {'9' * 1000}.1"),
        type("N" * 10**6, (Exception,), {"__module__": "builtins"})(),
    ],
    ids=range(11),
)
def test_whatever_a_students_exception_does_its_fields_are_short_and_plain(failure):
    told = fields_of(raising(failure))
    assert len(wire.pack(told)) < 4000
    assert told["base"] in ("OSError", "ModuleNotFoundError", "ValueError", "Exception") or (
        told["base"] == "NotImplementedError" and "item" not in told
    )


def test_what_is_told_arrives_as_facts():
    told = fields_of(raising(OSError(errno.EFBIG, "File too large")))
    facts = read(told)
    assert facts.type_name == facts.base == "OSError"
    assert facts.message == "[Errno 27] File too large"
    assert facts.errno == errno.EFBIG
    assert facts.frames[-1] == Frame(*told["frames"][-1])


@pytest.mark.parametrize(
    "value", [None, True, 7, -1, "x" * 10**6, b"x", ["x"], {"x": 1}, [[1, 2, 3]]]
)
@pytest.mark.parametrize("name", [*Raised.__dataclass_fields__, "type", "frames"])
def test_a_field_of_the_wrong_type_is_left_out_and_a_long_one_cut(name, value):
    facts = read({"type": "Own", name: value})
    texts = (facts.type_name, facts.base, facts.absent, facts.item, facts.file, facts.missing)
    assert all(type(text) is str and len(text) <= 200 for text in texts)
    assert type(facts.message) is str
    assert len(facts.message) <= 2000
    assert facts.frames == ()
    assert 0 <= facts.errno < 1000
    assert facts.cause is None


@pytest.mark.parametrize("fields", [None, 3, "text", [], {1: 2}])
def test_an_error_without_fields_is_an_error(fields):
    assert read(fields) == Raised()
    assert str(student_error(read(fields))) == "Error"


@pytest.mark.parametrize(
    "item", ["2", "2.", "2.1 ", "2.1\n", "\u0661.\u0661", "<b>", "1234.1", "2.1.1"]
)
def test_only_a_number_of_an_item_is_taken_for_one(item):
    assert read({"item": item}).item == ""


@pytest.mark.parametrize("base", ["StopIteration", "BaseException", "open", "", "NoSuchError"])
def test_a_base_that_no_check_may_see_is_a_plain_error(base):
    assert type(student_error(Raised("Own", base, "x"))) is StudentError


FAILURE = ImportFailure("lines/mean.py", seconds=2.0)


def answered(fields):
    """What a session makes of an error with these fields, where `mean.py` does not import."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frame = wire.pack([1, "error", fields])
        theirs.sendall(len(frame).to_bytes(4, "big") + frame)
        session = Session(ours, Clock(1.0), SMALL, Shared({"mean": FAILURE}))
        with pytest.raises(StudentError) as caught:
            session.package.Line()
        session.close()
    return caught.value.raised


@pytest.mark.parametrize(
    ("file", "missing", "taken"),
    [
        ("lines/mean.py", "", ("lines/mean.py", "", FAILURE)),
        ("lines/mean.py", "Mean", ("lines/mean.py", "Mean", None)),
        ("lines/line.py", "", ("lines/line.py", "", None)),
        ("lines/line.py", "Mean", ("lines/line.py", "", None)),
        ("lines/line.py", "<img src=x>", ("lines/line.py", "", None)),
        ("lines/other.py", "Line", ("", "", None)),
        ("<img src=x>", "Line", ("", "", None)),
        (["lines/mean.py"], 7, ("", "", None)),
    ],
)
def test_a_worker_names_no_file_and_no_public_name_but_those_of_the_homework(file, missing, taken):
    told = answered({"type": "Own", "file": file, "missing": missing, "cause": {"file": "x"}})
    assert (told.file, told.missing, told.cause) == taken
