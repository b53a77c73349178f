"""What a check sees of the student's objects across the trust boundary."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from autograder.raised import Frame
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import StudentError, WorkerLost
from autograder.truth.comparison import Type, type_of
from tests.submissions import RUNS, package

CODE = '''
import numpy as np

class Array(np.ndarray):
    def __new__(cls, data):
        return data if isinstance(data, cls) else np.array(data, dtype=float).view(cls)

class Echo:
    """Says back what it is told."""
    count = 0
    def __call__(self, *args, **kwargs):
        return (list(args), kwargs)
    def fail(self):
        raise Special("on purpose")
    def fit(self, expression):
        self.made = eval(expression)
        return self.made
    def knows(self, value):
        return value is self.made
    def bump(self):
        Echo.count += 1
        return Echo.count
    def __enter__(self):
        return self
    def __exit__(self, kind, value, trace):
        self.left_by = kind.__name__ if kind else None
        return True

class Special(RuntimeError):
    pass

class Holder:
    def __init__(self):
        self.weights = [Array([1.0, 2.0]), np.arange(6.0).reshape(2, 3)]

def evaluate(value):
    """Whatever expression it is given."""
    return eval(value)
'''

MODULES = {"code": ("Array", "Echo", "Holder", "evaluate", "Missing"), "extra": ()}
CALLED = frozenset({"Array", "Echo", "Holder", "evaluate", "Missing", "bump", "fail", "fit"})
MADE = frozenset({"Array", "Echo", "Holder", "Missing"})


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    given = tmp_path_factory.mktemp("given") / "given_curves.py"
    given.write_text("ANSWER = 42\n", encoding="utf-8")
    homework = replace(RUNS, modules=MODULES, called=CALLED, made=MADE, given=given)
    with Sandbox(homework, package(code=CODE, extra="name = 'helper'")) as opened:
        yield opened


@pytest.fixture
def session(sandbox):
    with sandbox.session(10) as opened:
        yield opened


@pytest.fixture
def student(session):
    return session.package


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -(2**63), 1.5, "text \u00e4 \0", b"\0\xff", [1, [2, (3, {"k": None})]], {}, ()],
)
def test_plain_values_cross_both_ways(student, value):
    args, _ = student.Echo()(value)
    assert args == [value]
    assert type(args[0]) is type(value)


def test_floats_keep_nan_and_infinity(student):
    (got,), _ = student.Echo()([math.nan, math.inf, -0.0])
    assert math.isnan(got[0])
    assert got[1] == math.inf
    assert math.copysign(1.0, got[2]) == -1.0


def test_arrays_cross_by_value_and_keep_dtype(student):
    for dtype in (np.float32, np.float64, np.int64, np.bool_):
        sent = np.ones((2, 3), dtype=dtype)
        (got,), _ = student.Echo()(sent)
        assert isinstance(got, np.ndarray)
        assert np.asarray(got).dtype == dtype
        assert np.array_equal(np.asarray(got), sent)


def test_large_arrays_come_in_a_frame_of_their_own(student):
    got = student.evaluate("np.arange(200_000.0).reshape(400, 500)")
    assert np.array_equal(np.asarray(got), np.arange(200_000.0).reshape(400, 500))


def test_an_array_too_large_is_an_error_of_the_students(student):
    got = student.evaluate("np.broadcast_to(1.0, (10**6, 10**6))")
    with pytest.raises(StudentError, match="too large"):
        np.asarray(got)


def test_an_array_of_objects_holds_no_numbers(student):
    with pytest.raises(TypeError, match="no plain numbers"):
        np.asarray(student.evaluate("np.array([object()])"))


def test_one_object_is_one_object_on_this_side_too(student):
    array = student.Array([1.0, 2.0])
    assert student.Array(array) is array
    holder = student.Holder()
    assert holder.weights[0] is holder.weights[0]


OBJECTS = [
    *("Array([1.0])", "np.ones(3)", "np.array(0.5)", "np.float64(0.5)", "np.float32(0.5)"),
    *("np.int64(500)", "0.5 * len('ab')", "float('nan')", "7", "10**6", "2**70", "object()"),
    *("(np.ones(2), 0.5)", "[1, 2]", "{'a': 1.0}", "True", "None"),
]


@pytest.mark.parametrize("expression", OBJECTS)
def test_what_was_answered_and_is_handed_back_is_the_same_object(student, expression):
    thing = student.Echo()
    for answer in thing.fit(expression), thing.made:
        assert thing.knows(answer) is True


def test_numbers_and_containers_are_used_like_any_other(student):
    for expression in ("0.5", "3", "np.float32(0.25)", "np.int64(7)", "(1, 2.5)", "[1]", "{1: 2}"):
        got, want = student.evaluate(expression), eval(expression)
        assert got == want
        assert isinstance(got, type(want))
        assert type(got).__name__ == type(want).__name__
    assert type(student.evaluate("np.float32(0.25)") + 1) is np.float32
    assert np.asarray(student.evaluate("np.float32(0.25)")).dtype == np.float32


def test_a_number_of_numpys_is_one_on_the_other_side_too(student):
    (got, *_), _ = student.Echo()(np.float32(0.5), np.array(0.5))
    assert type(got) is np.float32
    assert student.evaluate("{np.int64(3): 'c', np.str_('k'): 1}") == {3: "c", "k": 1}


def test_an_answer_that_nobody_asked_for_is_not_read(student):
    for expression in ("[0] * 10**6", "(lambda l: l.append(l) or l)([])"):
        assert student.Echo().fit.__student_run__(expression) is None
    student.Echo().fit.__student_run__("self.fail()")
    with pytest.raises(RuntimeError, match="on purpose"):
        student.evaluate("1")


def test_an_array_is_read_as_it_is_now(student):
    array = student.Array([1.0, 2.0])
    assert np.asarray(array).tolist() == [1.0, 2.0]
    array[:] = np.array([3.0, 4.0])
    assert np.asarray(array).tolist() == [3.0, 4.0]


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
def test_an_empty_array_is_read_as_it_is_now_and_what_follows_too(student, shape):
    empty = student.evaluate(f"np.zeros({shape})")
    assert student.evaluate("1") == 1  # since then it could have changed
    assert np.asarray(empty).shape == shape
    assert student.evaluate("2") == 2


def test_attributes_are_set_over_there(student):
    thing = student.Echo()
    thing.flag = [1, 2]
    assert thing.flag == [1, 2]


def test_operators_indexing_and_iteration_are_carried(student):
    array = student.Array([1.0, 2.0, 3.0])
    assert np.asarray(array + 1.0).tolist() == [2.0, 3.0, 4.0]
    assert np.asarray(array[1:]).tolist() == [2.0, 3.0]
    assert len(array) == 3
    assert [float(np.asarray(entry)) for entry in array] == [1.0, 2.0, 3.0]


def test_keyword_arguments_arrive_by_name(student):
    _, kwargs = student.Echo()(a=1, b=[2])
    assert kwargs == {"a": 1, "b": [2]}


def test_an_exception_is_the_builtin_that_it_was(student):
    with pytest.raises(RuntimeError, match="Special: on purpose") as caught:
        student.Echo().fail()
    assert isinstance(caught.value, StudentError)
    raised = caught.value.raised
    assert (raised.type_name, raised.base) == ("Special", "RuntimeError")
    assert raised.message == "on purpose"
    line = CODE[: CODE.index("raise Special")].count("\n") + 1
    assert raised.frames[-1] == Frame("lines/code.py", line, "fail")


def test_a_with_block_ends_over_there_and_may_swallow_the_error(student):
    with student.Echo() as opened:
        raise KeyError("here")
    assert opened.left_by == "RuntimeError"


def test_a_missing_name_is_an_attribute_error(student):
    with pytest.raises(AttributeError, match=r"lines/code\.py has no Missing"):
        student.Missing()
    with pytest.raises(AttributeError):
        student.Echo().nothing  # noqa: B018


def test_other_modules_of_the_submission_are_in_reach(session):
    assert session.module("lines.extra").name == "helper"
    assert session.module("given_curves").ANSWER == 42
    with pytest.raises(ModuleNotFoundError):
        session.module("no_such_module")


@pytest.mark.parametrize("expression", ["(_ for _ in ())", "object()", "{1, 2}", "2**70"])
def test_what_is_no_plain_value_stays_over_there(student, expression):
    got = student.evaluate(expression)
    assert not isinstance(got, (list, tuple, dict, np.ndarray))


@pytest.mark.parametrize("expression", ["OrderedDict(a=[1])", "defaultdict(list, a=[1])"])
def test_a_subclass_of_a_container_is_that_container(student, expression):
    got = student.evaluate(f"__import__('collections').{expression}")
    assert got == {"a": [1]}
    assert isinstance(got, dict)


@pytest.mark.parametrize(
    "expression", ["'x' * 10**6", "[0] * 10**6", "[[]] * 10**6", "dict.fromkeys(range(257))"]
)
def test_an_answer_too_large_is_an_error_of_the_students(student, expression):
    with pytest.raises(StudentError, match="too large"):
        student.evaluate(expression)


def test_nesting_without_end_is_an_error_of_the_students(student):
    with pytest.raises(StudentError, match="nested deeper"):
        student.evaluate("(lambda l: l.append(l) or l)([])")


def test_each_session_starts_from_the_same_fresh_state(sandbox):
    for _ in range(2):
        with sandbox.session(10) as session:
            assert session.package.Echo().bump() == 1


def bumps(sandbox, goes_on, leaves_child=True):
    with sandbox.session(10, goes_on) as session:
        session.leaves_child = leaves_child
        return session.package.Echo().bump()


def test_a_session_goes_on_in_the_child_that_was_left_for_it(sandbox):
    assert [bumps(sandbox, goes_on) for goes_on in (False, True, True, False)] == [1, 2, 3, 1]
    assert [bumps(sandbox, True, leaves_child=False) for _ in range(2)] == [2, 1]


def test_a_child_that_is_left_forgets_what_it_was_asked_for(sandbox):
    with sandbox.session(10) as session:
        session.leaves_child = True
        session.package.evaluate(
            "print('first', end='') or __import__('numpy').seterr(all='raise')"
        )
        held = session.package.Echo()
    assert sandbox.output == "first"
    with sandbox.session(10, goes_on=True) as session:
        assert session.package.evaluate("__import__('numpy').geterr()['over']") == "warn"
        with pytest.raises(StudentError, match="unknown handle"):
            session.request("get", held, "count")
    assert sandbox.output == ""


def test_a_child_that_is_lost_on_the_way_serves_no_other_session(sandbox):
    with sandbox.session(10) as session:
        session.leaves_child = True
        assert session.package.Echo().bump() == 1
        with suppress(WorkerLost):
            session.package.evaluate("__import__('os')._exit(1)")
    assert bumps(sandbox, goes_on=True) == 1


def test_nothing_that_is_printed_tells_of_the_worker(sandbox):
    with sandbox.session(10) as session:
        session.package.evaluate("__import__('traceback').print_stack()")
        session.package.evaluate("print(__import__('os').getcwd() + '/lines/code.py')")
        session.package.evaluate("bool(__import__('numpy').log(__import__('numpy').zeros(1)))")
    assert "lines/code.py" in sandbox.output
    for ours in ("worker", "/tmp", "RuntimeWarning"):
        assert ours not in sandbox.output


def test_neither_a_message_nor_what_is_printed_shows_where_libraries_lie(sandbox):
    with sandbox.session(10) as session:
        session.package.evaluate("print(__import__('numpy').__file__)")
        with pytest.raises(ValueError, match=r"^ValueError: numpy/__init__.py, os.py$"):
            session.package.evaluate(
                "(_ for _ in ()).throw(ValueError("
                'f\'{__import__("numpy").__file__}, {__import__("os").__file__}\'))'
            )
    assert sandbox.output.strip() == "numpy/__init__.py"


def test_what_a_test_printed_is_kept_and_cut(sandbox):
    with sandbox.session(10) as session:
        session.package.evaluate("print('hello', 'x' * 100_000)")
    assert sandbox.output.startswith("hello xxx")
    assert "100,007 bytes in all" in sandbox.output
    with sandbox.session(10):
        pass
    assert sandbox.output == ""


def test_a_late_answer_is_lost_and_the_next_test_is_fine(sandbox):
    with sandbox.session(0.3) as session, pytest.raises(WorkerLost) as lost:
        session.package.evaluate("exec('while True: pass')")
    assert lost.value.timed_out
    assert str(lost.value).startswith("`evaluate` gave no answer within 0.3 seconds")
    with sandbox.session(10) as session:
        assert session.package.Echo().bump() == 1


@pytest.mark.parametrize(
    ("call", "name"),
    [(lambda c: c(), "Special.__call__"), (lambda c: c.fit(), "Special.fit")],
)
def test_the_method_that_ended_the_program_is_named(sandbox, call, name):
    methods = "dict.fromkeys(['fit', '__call__'], lambda self: __import__('os')._exit(1))"
    with sandbox.session(10) as session, pytest.raises(WorkerLost, match=f"`{name}`"):
        call(session.package.evaluate(f"type('Special', (), {methods})()"))


def test_many_large_arrays_end_the_test_before_they_fill_the_grader(sandbox):
    with sandbox.session(10) as session:
        arrays = session.package.evaluate("[np.zeros(10**6) for _ in range(12)]")
        with pytest.raises(WorkerLost, match="too much data"):
            list(map(np.asarray, arrays))


def test_an_array_that_holds_none_is_read_as_that(student):
    for name, expression in (
        ("array", "np.array(None)"),
        ("Array", "np.array(None).view(Array)"),
    ):
        got = student.evaluate(expression)
        assert np.asarray(got).item() is None, name


def test_a_class_is_named_as_one(student):
    assert type_of(student.evaluate("RuntimeError")) == Type("RuntimeError", is_class=True)
    assert type_of(student.evaluate("type('class X', (), {})()")) == Type("class X")


@pytest.mark.parametrize("length", [None, True, -1, 2.0, "3"])
def test_a_length_that_is_none_ends_the_test(session, monkeypatch, length):
    monkeypatch.setattr(session, "request", lambda *_: length)
    with pytest.raises(WorkerLost, match="no length"):
        len(session.package)
    assert session.lost


@pytest.mark.parametrize(("again", "seen"), [(False, True), (True, False)])
def test_who_asks_again_finds_no_file_that_was_written_in_between(sandbox, again, seen):
    there = "__import__('os').path.exists('kept')"
    with sandbox.session(10) as session:
        session.package.evaluate("open('kept', 'w').close()")
    with sandbox.session(10, again=again) as session:
        assert session.package.evaluate(there) is seen
    sandbox._stop()
    worker = sandbox._launch()
    sandbox.wait_until_ready()
    with sandbox.session(10, again=True) as session:
        assert session.package.evaluate(there) is False
    assert sandbox._worker is worker  # where nothing was written, it goes on
