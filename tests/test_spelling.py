"""A method whose name is nearly right is told of, at home and graded alike, and costs nothing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.homework import catalogue
from autograder.homework.checks.spelling import STAND_FOR_THEMSELVES, hints, methods, near_miss
from autograder.homework.rubric import RUBRIC

COMPOSE = "compose_input_gradients"
RIGHT = {method for _, method in methods(RUBRIC).values()} | STAND_FOR_THEMSELVES


@pytest.mark.parametrize(
    "name",
    ["compose_input_gradient", "compose_inputs_gradients", "compose_input_gradiants"],
)
def test_a_name_that_is_nearly_right_is_found(name):
    assert near_miss(COMPOSE, [["forward", name], [], [COMPOSE]], RIGHT) == name


@pytest.mark.parametrize(
    "classes",
    [
        [[COMPOSE, "compose_input_gradient"], [COMPOSE]],  # the right one is there too
        [["compose_weight_gradients", "get_input_gradients"], [COMPOSE]],  # others of the contract
        [["_compose_input_gradients"], [COMPOSE]],  # called by the inherited one, maybe
        [["forward"], [COMPOSE, "compose_input_gradient"]],  # above the class that has it
        [["compose_input_gradients!"], ["x" * 10**6], [7, None]],
        [],
        None,
        "compose_input_gradient",
        [["compose_input_gradient"] * 10**6][:0],
    ],
)
def test_other_names_are_none(classes):
    assert near_miss(COMPOSE, classes, RIGHT) == ""


@pytest.mark.parametrize("edition", catalogue.names())
def test_methods_of_the_rubric_are_not_near_to_each_other(edition):
    items = methods(catalogue.named(edition).homework.rubric)
    right = {method for _, method in items.values()} | STAND_FOR_THEMSELVES
    for method in right:
        assert near_miss(method, [sorted(right - {method})], right) == ""


def test_each_hint_names_the_class_and_both_methods():
    def names_defined(package, classes):
        return {name: [["get_inputs_gradients"] * (name == "Softmax"), []] for name in classes}

    told = hints(RUBRIC, None, SimpleNamespace(names_defined=names_defined))
    assert told == {
        "Softmax.get_input_gradients": "Softmax defines `get_inputs_gradients`: "
        "did you mean `get_input_gradients`? Only that one is called."
    }
