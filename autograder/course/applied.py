"""Applies a course's settings: makes the homework that is graded under them, with its points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograder.course.declared import EVERYTHING
from autograder.course.points import revalued
from autograder.course.reading import Course, CourseError
from autograder.definition import Homework, Item, Policy, Rubric
from autograder.hint_text import NEVER
from autograder.homework import catalogue
from autograder.project import Project

OF_ONE_EDITION = ("edition", "total", "points", "extra_credit")
"""Settings by which nothing of another edition can be graded."""


def applied(project: Project, course: Course) -> Project:
    """The project as a course wants it; the very same where it sets nothing.

    Raises CourseError where it names an item that there is not, or leaves no points.
    """
    if not course.values:
        return project
    if "edition" in course.values:
        project = catalogue.named(course.value("edition"))
    homework = _homework(project, course)
    is_fixed = not course.values.keys().isdisjoint(OF_ONE_EDITION)
    return replace(project, homework=homework.fixed() if is_fixed else homework)


def _homework(project: Project, course: Course) -> Homework:
    homework = project.homework
    budget = homework.budget
    if "seconds" in course.values:
        budget = replace(budget, run=float(course.value("seconds")))
    board = project.leaderboard if course.value("leaderboard") else None
    if course.value("leaderboard") and not board:
        raise CourseError(f"{course.at('leaderboard')}: {homework.name} has no leaderboard.")
    hints = course.value("hints")
    if hints is not True:
        homework = replace(homework, hints_from=hints or NEVER)
    rubric, policy = _rubric(homework.rubric, course), _policy(course)
    return replace(homework, rubric=rubric, budget=budget, leaderboard=board, policy=policy)


def _policy(course: Course) -> Policy:
    return Policy(
        visibility=course.value("visibility"),
        hidden_texts=course.value("hidden_texts"),
        late_percent=course.value("late_percent"),
        whole=course.value("missing_file") == EVERYTHING,
        links=tuple(course.value("links").items()),
        chosen=tuple(course.values.items()),
    )


def _rubric(rubric: Rubric, course: Course) -> Rubric:
    worth, extra = course.value("points"), course.value("extra_credit")
    if wrong := [*_unknown(rubric, course)] or [*_named_twice(rubric, course)]:
        raise CourseError("\n".join(wrong))
    by_name = {_item(rubric, key).name: points for key, points in worth.items()}
    extras = {_item(rubric, key).name for key in extra}
    try:
        return revalued(rubric, by_name, extras, course.value("total"))
    except ValueError as fault:
        where = course.at("points" if worth else "extra_credit")
        raise CourseError(f"{where}: {fault}.") from fault


def _unknown(rubric: Rubric, course: Course) -> Iterator[str]:
    """A line for each item that there is not."""
    items = f"an item's number, from {rubric.items[0].number} to {rubric.items[-1].number}"
    named = [("points", key, course.at("points", key)) for key in course.value("points")]
    named += [
        ("extra_credit", key, course.at("extra_credit")) for key in course.value("extra_credit")
    ]
    for setting, key, where in named:
        if _found(rubric, key) is None:
            yield f"{where}: {setting}: there is no item {key}; allowed is {items}, or a name."


def _named_twice(rubric: Rubric, course: Course) -> Iterator[str]:
    """A line for each item whose points are set by its number and by its name, too."""
    first: dict[str, str] = {}
    for key in course.value("points"):
        other = first.setdefault(_item(rubric, key).name, key)
        if other != key:
            yield f"{course.at('points', key)}: points: {key} and {other} are one item."


def _found(rubric: Rubric, key: str) -> Item | None:
    return rubric.by_number.get(key) or rubric.by_name.get(key)


def _item(rubric: Rubric, key: str) -> Item:
    item = _found(rubric, key)
    assert item is not None
    return item
