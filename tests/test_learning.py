"""A student's own model is given lessons as long as they change something, and are needed."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.homework.checks.learning import COURSES, own_model, share_read, teach
from autograder.truth.comparison import Mismatch

LABELS = np.eye(10)[np.arange(600) % 10]
DIGITS = (np.arange(600.0)[:, None], LABELS)
FIRST = COURSES[0]


class Pupil:
    """A model that reads as many of ten digits right as it has had lessons of some kind."""

    def __init__(self, learns=lambda lesson: True):
        self.learns, self.lessons, self.read = learns, [], 0

    def compile(self, *parts):
        self.parts = parts

    def fit(self, x, y, epochs, batch_size):
        self.lessons.append((len(x), batch_size, epochs))
        self.read += self.learns(self.lessons[-1])

    def __call__(self, x):
        number = x[:, 0].astype(int)
        answers = np.where(number % 10 < self.read, number % 10, 9)
        return np.eye(10)[answers]


class School:
    """An assignment.py that remembers the models it made."""

    def __init__(self, **kwargs):
        self.kwargs, self.models = kwargs, []
        self.get_optimizer = self.get_loss_fn = self.get_acc_fn = object

    def get_model(self):
        self.models.append(Pupil(**self.kwargs))
        return self.models[-1]


def taught(enough, **kwargs):
    school = School(**kwargs)
    model = school.get_model()
    share = teach(school, model, DIGITS, DIGITS, enough)
    return share, [pupil.lessons for pupil in school.models]


@pytest.mark.parametrize("name", ["get_model", "get_optimizer", "get_loss_fn", "get_acc_fn"])
def test_a_class_in_place_of_an_object_is_told_of(name):
    school = School()
    setattr(school, name, lambda: Pupil)
    with pytest.raises(Mismatch, match=rf"{name}\(\) returned the class Pupil itself"):
        own_model(school)


def test_the_lessons_end_as_soon_as_enough_is_read():
    share, lessons = taught(0.15)
    assert share == 0.2  # of the ten digits the last is always right
    assert lessons == [[FIRST[0]]]


def test_a_model_that_changes_gets_the_whole_course():
    share, (first, second) = taught(0.95)
    assert share == pytest.approx(0.1 * (len(FIRST) + 1))
    assert first == list(FIRST)
    assert second == list(COURSES[1])


def test_where_nothing_changes_a_course_ends_after_its_third_lesson():
    share, (first, second) = taught(0.95, learns=lambda lesson: False)
    assert share == 0.1
    assert first == list(FIRST[:3])
    assert second == list(COURSES[1])


def test_what_large_batches_teach_counts():
    share, (first, _) = taught(0.25, learns=lambda lesson: lesson[1] == 200)
    assert share == pytest.approx(0.3)
    assert len(first) == 3


def test_answers_of_another_shape_are_no_reading():
    with pytest.raises(Mismatch):
        share_read(lambda x: np.zeros((600, 9)), *DIGITS)


def test_answers_that_are_nan_read_no_better_than_a_guess():
    assert share_read(lambda x: np.full((600, 10), np.nan), *DIGITS) == 0.1
