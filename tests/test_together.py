"""What a check leaves for later is done before the next question, in one exchange with it."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from autograder import grading
from autograder.sandbox.client import Sandbox
from autograder.sandbox.exchange import Exchange
from autograder.sandbox.faults import StudentError, WorkerLost
from autograder.sandbox.remote import Remote
from autograder.truth.comparison import as_array, type_of
from tests.small import RIGHT, SMALL
from tests.submissions import RUNS, edited, package

CODE = '''
import os
import numpy as np

class Log:
    """Keeps what is done with it."""
    done = []
    def __init__(self, name="", then="pass"):
        exec(then)
        self.name = name
        Log.done.append(f"made {name}")
    def __setitem__(self, key, value):
        Log.done.append(f"{key} = {value}")
    def __enter__(self):
        return self
    def __exit__(self, *_):
        Log.done.append("left")
    def run(self, code):
        exec(code)
        Log.done.append("run")
    def told(self):
        return list(Log.done)

class Pair:
    def __init__(self):
        self.a, self.b = np.zeros(2), np.ones(3)
    def grow(self):
        self.a += 1.0
        self.b += 1.0

def Number():
    return 3.0

class Same:
    one = None
    def __new__(cls):
        cls.one = cls.one or super().__new__(cls)
        return cls.one
'''

NAMES = ("Log", "Number", "Pair", "Same")


@pytest.fixture(scope="module")
def sandbox():
    made = frozenset(NAMES)
    homework = replace(RUNS, modules={"code": NAMES}, called=made | {"run", "told"}, made=made)
    with Sandbox(homework, package(code=CODE)) as opened:
        with opened.session(10) as session:  # from now on it is known what they make
            for name in NAMES:
                getattr(session.package, name)()
        yield opened


@pytest.fixture
def session(sandbox):
    with sandbox.session(10) as opened:
        yield opened


@pytest.fixture
def exchanges(monkeypatch):
    """How many requests each exchange carried."""
    bring, counted = Exchange.bring, []

    def count(self):
        counted.append(len(self._waiting))
        return bring(self)

    monkeypatch.setattr(Exchange, "bring", count)
    return counted


def test_what_nobody_reads_goes_along_with_the_next_question_in_its_order(session, exchanges):
    log = session.package.Log("first")
    log["k"] = 1
    log.name = "second"
    log.run.__student_run__("pass")
    with session.package.Log("other"):
        assert log.name == "second"
    assert log.told() == ["made first", "k = 1", "run", "made other", "left"]
    assert exchanges == [6, 1, 2]


def test_what_fails_is_told_at_the_next_question_and_nothing_after_it_is_done(session):
    log = session.package.Log("first")
    log.run.__student_run__("raise KeyError('on purpose')")
    log["k"] = 1
    with pytest.raises(KeyError, match="on purpose") as caught:
        log.told()
    assert caught.value.raised.frames[0].function == "run"
    assert log.told() == ["made first"]


def test_an_object_that_was_never_made_fails_the_same_at_each_use(session):
    log = session.package.Log("first", "raise OSError('no log')")
    for use in (lambda: log.told(), lambda: log.name, lambda: type_of(log)):
        with pytest.raises(OSError, match="no log"):
            use()


def test_nothing_that_failed_before_is_taken_for_a_missing_name(session):
    session.package.Log("first", "raise OSError('no log')")
    with pytest.raises(OSError, match="no log"):
        session.has("Log")
    session.package.Log("second", "raise OSError('no log')")
    with pytest.raises(OSError, match="no log"):
        session.lack("Log")
    assert session.has("Log")


@pytest.mark.parametrize(("then", "told"), [("while True: pass", "no answer"), ("os._exit(3)", "")])
def test_who_hangs_or_ends_is_named_wherever_it_stands_in_a_frame(sandbox, then, told):
    for place in range(3):
        with sandbox.session(0.5) as session:
            logs = [session.package.Log(str(number)) for number in range(3)]
            for number, log in enumerate(logs):
                log.run.__student_run__(then if number == place else "pass")
                log["k"] = number
            with pytest.raises(WorkerLost, match=f"`Log.run`.*{told}"):
                logs[0].told()


def test_what_a_call_with_keywords_raises_is_told_at_once(session):
    with pytest.raises(TypeError, match="nothing"):
        session.package.Log(nothing=1)


def test_a_class_that_is_a_function_answers_at_once(session):
    assert session.package.Number() == 3.0


def test_what_was_no_object_stays_so_when_something_else_fails_too(session):
    session._makes["Number"] = Remote
    number = session.package.Number()
    session.package.Log("first", "raise OSError('no log')")
    with pytest.raises(OSError, match="no log"):
        session.settle()
    with pytest.raises(TypeError, match="is no object"):
        type_of(number)
    del session._makes["Number"]


def test_one_object_made_twice_can_be_used_by_either_name(session):
    first, second = session.package.Same(), session.package.Same()
    first.mark = 1
    assert second.mark == 1


def test_attributes_that_are_read_together_come_together(session, exchanges):
    pair = session.package.Pair()
    a, b = pair.__student_get__("a", "b")
    assert [len(np.asarray(array)) for array in (a, b)] == [2, 3]
    assert exchanges == [3]


def test_arrays_that_are_read_together_come_together_as_they_are_now(session, exchanges):
    pair = session.package.Pair()
    arrays = pair.__student_get__("a", "b")
    pair.grow()
    exchanges.clear()
    type(arrays[0]).__student_read__(arrays)
    assert [np.asarray(array).tolist() for array in arrays] == [[1.0] * 2, [2.0] * 3]
    assert exchanges == [2]


def test_an_array_seen_before_a_change_that_waits_is_read_again(session):
    pair = session.package.Pair()
    a, _ = pair.__student_get__("a", "b")
    a[:] = np.array([5.0, 6.0])
    assert np.asarray(a).tolist() == [5.0, 6.0]


def test_what_fails_late_is_not_taken_for_an_answer_that_is_no_array(session):
    pair = session.package.Pair()
    a, _ = pair.__student_get__("a", "b")
    session.package.Log("first", "raise TypeError('no log')")
    with pytest.raises(TypeError, match="no log") as caught:
        as_array(a, "a")
    assert caught.value.is_late


def test_what_nothing_follows_is_done_when_it_is_asked_for(session):
    session.package.Log("first", "raise OSError('no log')")
    with pytest.raises(StudentError, match="no log"):
        session.settle()
    session.settle()


def test_a_check_that_ends_with_what_nobody_reads_fails_when_that_does(tmp_path):
    checks = tmp_path / "checks"
    shutil.copytree(SMALL.checks, checks)
    text = (checks / "test_lines.py").read_text(encoding="utf-8")
    (checks / "test_lines.py").unlink()  # this process may hold the module of that name
    ending = 'points.mean(axis=0), "Mean.forward(points)")\n'
    assert text.endswith(ending)
    text += "    lines.Mean().kept = 1\n"
    (checks / "test_ends_unread.py").write_text(text, encoding="utf-8")
    refuses = (
        "    def __setattr__(self, name, value):\n        raise ValueError(name)\n\n    def forward"
    )
    wrong = edited(tmp_path / "wrong", ("lines/mean.py", "    def forward", refuses))
    homework = replace(SMALL, checks=checks)
    scores = [grading.grade(path, homework).score for path in (RIGHT, wrong)]
    assert scores == [100, 80]
