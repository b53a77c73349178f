"""A rubric numbers its items and names its own mistakes; that of Beras has none."""

from __future__ import annotations

import pytest

from autograder import rubric_table
from autograder.definition import Item, Rubric
from autograder.homework import catalogue
from autograder.homework.beras import BERAS
from autograder.homework.rubric import RUBRIC, is_about_gradients


def item(name, value=0, needs=()):
    """An item of that many points for value."""
    return Item(name, 0, value, "code.py", needs)


TABLE = (
    ("First", (item("a", 40), item("b", 10, ("a",)))),
    ("Second", (item("c", 50, ("b",)),)),
)


def test_items_are_numbered_within_their_stage():
    rubric = Rubric(TABLE)
    assert [(i.number, i.name) for i in rubric.items] == [("1.1", "a"), ("1.2", "b"), ("2.1", "c")]
    assert rubric.stages == {"1": "First", "2": "Second"}
    assert rubric.by_number["2.1"] is rubric.by_name["c"]
    assert [rubric.position[i.name] for i in rubric.items] == [0, 1, 2]
    assert rubric.possible == 100
    assert rubric.mistakes() == []


@pytest.mark.parametrize(
    ("items", "mistake"),
    [
        ((item("a", 40),), "points total 40; they must total 100"),
        ((item("a", 50), item("a", 50)), "two items have the same name"),
        (
            (item("a", 50, ("b",)), item("b", 50)),
            '"a" needs "b", which is no earlier item',
        ),
        ((item("a", 100, ("x",)),), '"a" needs "x", which is no earlier item'),
        ((item("a", 100, ("a",)),), '"a" needs "a", which is no earlier item'),
    ],
)
def test_mistakes_in_the_table_are_named(items, mistake):
    assert Rubric([("Stage", items)]).mistakes() == [mistake]


def test_an_item_builds_on_what_its_prerequisites_build_on():
    rubric = Rubric([*TABLE, ("Third", (item("d", 0, ("c", "a")),))])
    assert rubric.by_name["c"].needs == ("b",)
    assert rubric.builds_on == {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": {"a", "b", "c"}}


# ---- the table ----

LINES = """
1    First stage
1.1  Layer                      0 + 0
1.2  Layer, called twice        1 + 39   1.1

2    Second stage
2.1  Layer.gradient at 0 + 1    20 + 40  1.2 1.1  30 s
"""


def read(text=LINES):
    return rubric_table.read(text, lambda name: f"{name.split()[0]}.py")


def test_a_table_has_one_line_an_item():
    rubric = read()
    assert rubric.mistakes() == []
    assert rubric.stages == {"1": "First stage", "2": "Second stage"}
    assert rubric.items == (
        Item("Layer", 0, 0, "Layer.py", number="1.1"),
        Item("Layer, called twice", 1, 39, "Layer,.py", ("Layer",), number="1.2"),
        Item(
            "Layer.gradient at 0 + 1",
            *(20, 40, "Layer.gradient.py", ("Layer, called twice", "Layer"), 30.0),
            number="2.1",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("1 + 39 ", "2 + 39 ", "points total 101; they must total 100"),
        ("1 + 39 ", "40     ", 'this line cannot be read: "1.2  Layer, called twice        40'),
        ("\n1    F", "\n1.F", 'this line cannot be read: "1.First stage"'),
        ("1.1  Layer  ", "1.0  Layer  ", '"Layer" is numbered 1.0; there it must be 1.1'),
        ("2.1", "1.3", '"Layer.gradient at 0 + 1" is numbered 1.3; there it must be 2.1'),
        ("1.2 1.1", "1.2 1.9", '"Layer.gradient at 0 + 1" needs "1.9", which is no earlier item'),
        ("1 + 39   1.1", "1 + 39   2.1", '"Layer, called twice" needs "Layer.gradient at 0 + 1"'),
    ],
)
def test_a_wrong_line_of_the_table_is_named(old, new, mistake):
    assert LINES.count(old) == 1
    assert any(mistake in found for found in read(LINES.replace(old, new)).mistakes())


# ---- the rubric of Beras ----


@pytest.fixture(params=catalogue.names())
def rubric(request):
    """That of each edition."""
    return catalogue.named(request.param).homework.rubric


def test_the_rubric_of_beras_has_no_mistakes(rubric):
    assert rubric.mistakes() == []


def test_only_direct_prerequisites_are_stated(rubric):
    for item in rubric.items:
        implied = set().union(*(rubric.builds_on[need] for need in item.needs))
        assert not implied & set(item.needs), item.name


def test_most_points_are_for_gradients(rubric):
    share = sum(item.points for item in rubric.items if is_about_gradients(item, rubric))
    assert 60 <= share < 100


@pytest.mark.parametrize("item", RUBRIC.items, ids=lambda item: item.name)
def test_an_item_may_be_shown_and_has_time(item):
    assert type(item.shape) is type(item.value) is int
    assert min(item.shape, item.value) >= 0
    assert item.visibility in ("hidden", "after_due_date", "after_published", "visible")
    assert 0 < item.seconds <= BERAS.budget.run


def test_an_item_named_after_its_file_is_not_said_to_be_in_it():
    assert Item("fit.py", 0, 1, "fit.py", number="3.1").place == "3.1 fit.py"
    assert Item("Mean", 0, 1, "mean.py", number="2.1").place == "2.1 Mean, in mean.py"
