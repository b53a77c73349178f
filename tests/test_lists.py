"""A list that is used like an array is named wherever an array in its place would be right."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.homework.checks import test_activations, test_layers
from autograder.homework.checks.problems import hidden_problems, public_problems
from autograder.truth.comparison import cause_of
from tests.imported import ask, with_class

LOCAL, WEIGHTS = "get_input_gradients", "get_weight_gradients"
COMPOSE, COMPOSE_WEIGHTS = "compose_input_gradients", "compose_weight_gradients"
INPUTS, OUTPUTS, J = "self.inputs is a list", "self.outputs is a list", "J is a list"
ACTIVATION = {LOCAL: "test_input_gradients", COMPOSE: "test_compose_input_gradients"}
SOFTMAX = {LOCAL: "test_softmax_input_gradients", COMPOSE: "test_softmax_compose"}
DENSE = {
    LOCAL: "test_input_gradients",
    WEIGHTS: "test_weight_gradients",
    COMPOSE: "test_compose_input_gradients",
    COMPOSE_WEIGHTS: "test_compose_weight_gradients",
}


def columns(self):
    x = np.array(self.inputs)
    slope = np.zeros((x.shape[0], x.shape[1]))
    slope[:, :] = np.where(x > 0, 1.0, 0.0)[: len(slope), : slope.shape[1]]
    return [slope]


def by_sample(self):
    jacobians = np.zeros((len(self.outputs), *np.shape(self.outputs[0])[-1:] * 2))
    for k, y in enumerate(self.outputs):
        jacobians[k] = np.diag(y) - np.outer(y, y)
    return [jacobians]


def stacked(self):
    y = np.array(self.outputs)
    return [y[:, :, None] * (np.eye(y.shape[1]) - y[:, None, :])]


def over_samples(self, J):
    return [np.array([jacobian @ j for jacobian, j in zip(self.jacobians(), J, strict=False)])]


def jacobians(self):
    y = np.array(self.outputs[0])
    return y[:, :, None] * (np.eye(y.shape[1]) - y[:, None, :])


USES = {
    "slopes of a stacked input": ("ReLU", LOCAL, columns, INPUTS),
    "a matrix for each entry of the list": ("Softmax", LOCAL, by_sample, OUTPUTS),
    "matrices of a stacked output": ("Softmax", LOCAL, stacked, OUTPUTS),
    "a product for each entry of J": ("Softmax", COMPOSE, over_samples, J),
    "x with an axis more": ("Dense", WEIGHTS, lambda s: [
        np.array(s.inputs)[:, :, None], np.ones(s.b.shape)], INPUTS),
    "x transposed": ("Dense", COMPOSE_WEIGHTS, lambda s, J: [
        np.transpose(s.inputs) @ J[0], J[0].sum(axis=0)], INPUTS),
    "a dot product": ("Dense", COMPOSE_WEIGHTS, lambda s, J: [
        np.dot(np.array(s.inputs).T, J[0]), J[0].sum(axis=0)], INPUTS),
    "a sum over J": ("Dense", COMPOSE_WEIGHTS, lambda s, J: [
        np.array(s.inputs[0]).T @ np.array(J), np.sum(J, axis=0)], J),
    "the rows of J": ("Dense", COMPOSE, lambda s, J: [np.array([s.w @ j for j in J])], J),
}  # fmt: skip
"""A class, its method, how that uses a list, and what to say of it."""

SETS = {"public": public_problems(), "hidden": hidden_problems(3)}


def failure_of(beras, name, method, body, problems):
    """What the check of a gradient method raises where it is written like this."""
    package = with_class(beras, name, **{method: body, "jacobians": jacobians})
    if name == "Dense":
        check = getattr(test_layers, DENSE[method])
    else:
        checks = SOFTMAX if name == "Softmax" else ACTIVATION
        check = getattr(test_activations, checks[method])
    with np.errstate(all="ignore"), pytest.raises(Exception) as caught:  # noqa: PT011
        ask(check, package, problems=problems, name=name)
    return caught.value


@pytest.mark.parametrize("problems", SETS.values(), ids=SETS)
@pytest.mark.parametrize(("name", "method", "body", "fact"), USES.values(), ids=USES)
def test_a_list_that_should_be_an_array_is_named(beras, name, method, body, fact, problems):
    cause = cause_of(failure_of(beras, name, method, body, problems))
    assert (cause.name, cause.fact) == ("list-as-array", fact)


OTHERS = {
    "one sample only": ("Softmax", LOCAL, lambda s: [
        np.diag(s.outputs[0]) - np.outer(s.outputs[0], s.outputs[0])]),
    "a fault of its own": ("Softmax", LOCAL, lambda s: 1 / 0),
    "another answer each time": ("Dense", LOCAL, lambda s: [np.random.normal(size=s.w.shape)]),
    "a list, but a wrong sign": ("Dense", COMPOSE_WEIGHTS, lambda s, J: [
        -np.transpose(s.inputs) @ J[0], J[0].sum(axis=0)]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "method", "body"), OTHERS.values(), ids=OTHERS)
def test_what_an_array_would_not_mend_is_not_blamed_on_a_list(beras, name, method, body):
    cause = cause_of(failure_of(beras, name, method, body, SETS["public"]))
    assert cause is None or cause.name != "list-as-array"
