"""A rubric numbers its items and names its own mistakes; that of Beras has none."""

from __future__ import annotations

import pytest

from autograder.definition import Item, Rubric
from autograder.homework.beras import BERAS
from autograder.homework.rubric import RUBRIC


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


def test_the_rubric_of_beras_has_no_mistakes():
    assert RUBRIC.mistakes() == []


def test_most_points_are_for_gradients():
    assert sum(item.points for item in RUBRIC.items if item.gradient) >= 60
    named = [i for i in RUBRIC.items if "gradients" in i.name and "apply" not in i.name]
    assert all(item.gradient for item in named)


@pytest.mark.parametrize("item", RUBRIC.items, ids=lambda item: item.name)
def test_an_item_may_be_shown_and_has_time(item):
    assert type(item.shape) is type(item.value) is int
    assert min(item.shape, item.value) >= 0
    assert item.visibility in ("hidden", "after_due_date", "after_published", "visible")
    assert 0 < item.seconds <= BERAS.budget.run
