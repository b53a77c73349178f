"""An empty method is one that is not written yet."""

from __future__ import annotations

import importlib
from abc import abstractmethod
from types import SimpleNamespace

import pytest

from autograder.homework import catalogue
from autograder.homework.beras import BERAS
from autograder.homework.checks.unwritten import methods, unwritten
from autograder.homework.rubric import RUBRIC


class Base:
    @abstractmethod
    def wanted(self): ...

    def inherited(self):
        pass

    def mended(self): ...

    def undone(self):
        return 1


class Some(Base):
    def mended(self):
        return 2

    def undone(self):
        """What it should do."""

    @property
    def read(self):
        pass

    @staticmethod
    def still(x, y=2):
        """What it should do."""

    def answers_none(self):
        return print("something")

    def five(self):
        return 5

    def five_with_docstring(self):
        """What it does."""
        return 5

    def raises(self):
        raise NotImplementedError

    forward = 7


EMPTY = ["inherited", "read", "still", "undone"]


def test_only_empty_bodies_are_empty(beras):
    given = importlib.import_module("given_layers")
    found = given.empty_methods(SimpleNamespace(Some=Some), ["Some", "Missing"])
    assert found == {"Some": EMPTY, "Missing": []}


def test_no_method_of_the_reference_is_empty(beras):
    assert unwritten(BERAS, beras, importlib.import_module("given_layers")) == {}


@pytest.mark.parametrize(
    ("empty", "items"),
    [
        ({"Adam": ["apply_gradients"]}, {"Adam.apply_gradients"}),
        ({"CategoricalAccuracy": ["call"]}, {"CategoricalAccuracy"}),
        ({"OneHotEncoder": ["fit"]}, {"OneHotEncoder.forward"}),
        (
            {"Dense": ["_initialize_weight"]},
            {name for name in RUBRIC.by_name if name.startswith("Dense")},
        ),
        ({"Dense": ["weights", "__init__"], "Other": ["forward"]}, set()),
        ({"Adam": "apply_gradients", "Dense": None, "ReLU": 7}, set()),
    ],
)
def test_an_item_waits_for_what_it_needs(empty, items):
    given = SimpleNamespace(empty_methods=lambda package, classes: empty)
    assert set(unwritten(BERAS, None, given)) == items


@pytest.mark.parametrize("edition", catalogue.names())
def test_what_items_need_are_items(edition):
    homework = catalogue.named(edition).homework
    assert methods(homework).keys() <= homework.rubric.by_name.keys()
