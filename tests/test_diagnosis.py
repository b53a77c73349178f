"""Planted mistakes are named for what they are; nothing else is given a name."""

from __future__ import annotations

import ast
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.homework import oracles, sentences
from autograder.homework.backward import mistakes
from autograder.homework.checks import (
    test_activations,
    test_gradient_tape,
    test_layers,
    test_losses,
    test_metrics,
    test_model,
    test_onehot,
    test_optimizers,
)
from autograder.homework.checks.problems import (
    HIDDEN_SIZES,
    PUBLIC_SIZES,
    Problem,
    hidden_problems,
    public_problems,
)
from autograder.sandbox.faults import WorkerLost
from autograder.truth import comparison, diagnosis
from autograder.truth.comparison import Mismatch, expect, expect_each, expect_scalar
from autograder.truth.diagnosis import Wrong, diagnose
from tests.imported import ask, fixtures, with_class
from tests.submissions import ROOT

SENTENCES = diagnosis.SENTENCES | sentences.SENTENCES
SETS = {
    "public": public_problems(),
    # Without one feature or one class: there softmax is 1 and its gradients are 0.
    "hidden": replace(hidden_problems(3), sizes=HIDDEN_SIZES[2:]),
}
SIZES = [size for size in PUBLIC_SIZES + HIDDEN_SIZES if min(size) > 1]


def problem(size):
    return Problem(*size, thorough=False, rng=np.random.default_rng(list(size)))


def failure(got, truth, given="", suspects=None):
    """What comparing a wrong answer raises."""
    with pytest.raises(Mismatch) as caught:
        expect(got, truth, "layer.method()", given, suspects=suspects)
    return caught.value


def name_of(mismatch):
    """The cause that it names; empty where it names none."""
    return mismatch.cause.name if mismatch.cause else ""


PLANTED = {
    "sign": lambda t: -t,
    "transposed": lambda t: t.T,
    "extra-axis": lambda t: t[:, None],
    "batch-kept": lambda t: np.stack([t / 4, t / 2, t / 4]),
    "batch-summed": lambda t: t.sum(axis=0),
    "summed-away": lambda t: t.sum(axis=-1),
    "truncated": np.trunc,
    "precision": lambda t: t.astype(np.float16).astype(float),
    "zeros": np.zeros_like,
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", PLANTED)
def test_a_mistake_that_shows_in_the_array_is_named(kind, size):
    some = problem(size)
    truth = 3.0 * some.upstream()
    assert name_of(failure(PLANTED[kind](truth), truth, some)) == kind


VARIANTS = {
    "an average over the batch": (lambda t: t.mean(axis=0), "batch-summed", "averaged"),
    "an average that is kept": (lambda t: t.mean(axis=0, keepdims=True), "batch-summed", ""),
    "a sum in every row": (lambda t: 0 * t + t.sum(axis=0), "batch-summed", "added up"),
    "samples to average": (lambda t: np.stack([t - 1, t + 1]), "batch-kept", "the mean"),
    "one number": (np.mean, "summed-away", "averaged"),
    "integers": (lambda t: t.astype(int), "truncated", ""),
    "rounded down": (np.floor, "truncated", ""),
    "float32": (lambda t: np.float32(t * 1.000003).astype(float), "precision", "float32"),
}


@pytest.mark.parametrize(("plant", "kind", "words"), VARIANTS.values(), ids=VARIANTS)
def test_forms_of_a_mistake_are_told_apart(plant, kind, words):
    truth = problem((5, 4, 3)).upstream() * 3.0
    mismatch = failure(plant(truth), truth)
    assert name_of(mismatch) == kind
    assert words in mismatch.cause.sentence


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_mistakes_in_a_jacobian_are_named(size):
    some = problem(size)
    truth = oracles.softmax_jacobian(some.inputs())
    diagonal = truth * np.eye(some.features)
    assert name_of(failure(diagonal, truth)) == "diagonal-only"
    assert name_of(failure(np.einsum("bii->bi", truth), truth)) == "diagonal-only"
    assert name_of(failure(2 * diagonal - truth, truth)) == "off-diagonal-sign"
    lopsided = some.normal(*truth.shape)
    assert name_of(failure(lopsided.transpose(0, 2, 1), lopsided)) == "transposed"


def test_a_missing_axis_is_named():
    x = problem((5, 4, 3)).inputs()
    assert name_of(failure(x, x[:, :, None])) == "missing-axis"
    assert name_of(failure(x[0], x[:1])) == "missing-axis"


FACTORS = {
    "2": 2,
    "1 / 2": 0.5,
    "N (the batch size, 5)": 5,
    "1 / N (the batch size, 5)": 1 / 5,
    "m (the number of inputs, 4)": 4,
    "1 / n (the number of outputs, 3)": 1 / 3,
    "N n (N is the batch size, 5; n is the number of outputs, 3)": 15,
    "N n / 2 (N is the batch size, 5; n is the number of outputs, 3)": 7.5,
    "N^2 (the batch size, 5)": 25,
    "2 / (N) (the batch size, 5)": 2 / 5,
}


@pytest.mark.parametrize(("fact", "factor"), FACTORS.items(), ids=FACTORS)
def test_a_factor_is_named_with_where_it_comes_from(fact, factor):
    some = problem((5, 4, 3))
    truth = some.upstream()
    mismatch = failure(factor * truth, truth, some)
    assert name_of(mismatch) == "factor"
    assert mismatch.cause.sentence == f"Every entry is {fact} times what it should be."


def test_a_factor_that_has_two_origins_names_both():
    some = problem((2, 3, 13))
    truth = some.upstream()
    assert "2 or N (the batch size, 2)" in failure(2 * truth, truth, some).cause.sentence


def test_a_factor_is_not_guessed_where_no_size_is_known():
    assert name_of(failure(0.6, 0.3)) == ""
    assert name_of(failure(1.2345 * np.ones((5, 3)), np.ones((5, 3)), problem((5, 4, 3)))) == ""


def test_arrays_of_a_list_in_another_order_are_named():
    truths = [np.array([1.0, 2.0]), np.array([[3.0]]), np.array([4.0, 5.0])]
    for order in (2, 1, 0), (1, 0, 2), (1, 2, 0):
        with pytest.raises(Mismatch) as caught:
            expect_each([truths[k] for k in order], truths, "gradients")
        assert name_of(caught.value) == "order"
    with pytest.raises(Mismatch) as caught:
        expect_each([truths[2], truths[1], truths[2]], truths, "gradients")
    assert name_of(caught.value) == ""


def nothing_is_claimed(got, truth, given):
    wrong = Wrong(got, truth, 1e-6 * max(1.0, np.abs(truth).max()), diagnosis.sizes(given))
    assert diagnose(wrong) is None


@pytest.mark.parametrize("size", PUBLIC_SIZES + HIDDEN_SIZES, ids=str)
def test_a_right_array_has_no_cause(size):
    some = problem(size)
    for truth in some.upstream(), some.probabilities(), oracles.softmax_jacobian(some.inputs()):
        nothing_is_claimed(truth, truth, some)
        nothing_is_claimed(truth * (1 + 1e-8), truth, some)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.data(),
    st.sampled_from(PUBLIC_SIZES + HIDDEN_SIZES),
    st.sampled_from(["one entry", "one row", "every entry", "another scale"]),
)
def test_a_random_wrong_array_has_no_cause(data, size, where):
    some = problem(size)
    truth = some.upstream()
    noise = data.draw(hnp.arrays(float, truth.shape, elements=st.floats(0.11, 0.93)))
    if where == "another scale":
        nothing_is_claimed(truth * (1.0 + noise[0, 0] / 9.7), truth, some)
        return
    rows, columns = {"one entry": (1, 1), "one row": (1, None), "every entry": (None, None)}[where]
    got = truth.copy()
    got[:rows, :columns] += noise[:rows, :columns] + some.normal(*noise[:rows, :columns].shape) / 99
    nothing_is_claimed(got, truth, some)


def test_a_cause_must_explain_every_entry():
    truth = problem((5, 4, 3)).upstream()
    for plant in PLANTED.values():
        got = np.array(plant(truth), dtype=float)
        got.flat[-1] += 0.37
        assert name_of(failure(got, truth)) == ""


def test_two_explanations_are_none():
    truth = np.array([[1.0, 2.0], [3.0, 4.0]])
    got = np.array([[5.0, 7.0], [1.0, 1.5]])
    one, two = ("stale", got), ("refit", got + 1e-9)
    assert name_of(failure(got, truth, "", lambda: [one])) == "stale"
    assert name_of(failure(got, truth, "", lambda: [one, one])) == "stale"
    assert name_of(failure(got, truth, "", lambda: [one, two])) == ""
    assert name_of(failure(got, truth, "", lambda: [("own-forward", got), two])) == "own-forward"


def test_what_a_check_knows_goes_before_what_an_array_shows():
    truth = problem((5, 4, 3)).upstream()
    suspects = lambda: [("mean-for-sum", truth / 5)]  # noqa: E731
    assert name_of(failure(truth / 5, truth, problem((5, 4, 3)), suspects)) == "mean-for-sum"


def test_suspects_are_not_asked_about_a_right_answer():
    def suspects():
        pytest.fail("asked")

    truth = np.array([[1.0, 2.0]])
    expect(truth, truth, "x", suspects=suspects)
    expect_each([truth], [truth], "x", suspects=[suspects])
    expect_scalar(2.0, 2.0, "x", suspects=suspects)


def test_a_suspect_that_fails_changes_nothing():
    def suspects():
        raise ZeroDivisionError
        yield

    truth = np.array([[1.0, 2.5]])
    assert name_of(failure(-truth, truth, "", suspects)) == "sign"
    assert failure(truth + 1, truth, "", suspects).kind == "value"


def test_not_a_number_stands_for_anything_that_is_not_finite():
    truth, suspects = np.array([1.0, 2.0]), lambda: [("overflow", [np.nan, 2.0])]
    assert name_of(failure(np.array([np.inf, 2.0]), truth, "", suspects)) == "overflow"
    assert name_of(failure(np.array([2.0, np.inf]), truth, "", suspects)) == ""
    assert name_of(failure(np.array([np.inf, 2.5]), truth, "", suspects)) == ""


@pytest.mark.parametrize("kind", PLANTED)
def test_neither_the_sentence_nor_a_guarded_text_shows_a_number_of_the_arrays(kind):
    some = problem((5, 4, 3))
    truth = 3.0 * some.upstream()
    got = np.asarray(PLANTED[kind](truth), dtype=float)
    mismatch = failure(got, truth, some)
    shown = mismatch.cause.sentence + mismatch.guarded
    assert name_of(mismatch) == kind
    assert not any(f"{abs(k):.3g}" in shown for k in (*truth.flat, *got.flat) if k % 1)


def test_every_sentence_is_one_short_line():
    for kind, sentence in SENTENCES.items():
        assert "\n" not in sentence, kind
        assert 8 < len(sentence) <= 130, kind
        assert sentence.rstrip("?.") != sentence, kind


def test_simple_numbers_are_not_taken_for_rounded_ones():
    assert name_of(failure(np.array([1.0, 0.5, 0.25]), np.array([1.0, 0.51, 0.26]))) == ""


def test_every_cause_that_a_check_names_has_a_sentence():
    found = set()
    for path in (ROOT / "autograder").glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Cause":
                found |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    assert len(found) > 20
    assert found <= SENTENCES.keys() | mistakes.SENTENCES.keys()


def kinds_in_the_code():
    """Every text in the code that judges, from which a kind could come."""
    paths = [*(ROOT / "autograder" / "homework" / "checks").glob("*.py")]
    paths += [ROOT / "autograder" / "homework" / "mistakes.py"]
    paths += [ROOT / "autograder" / "truth" / name for name in ("comparison.py", "diagnosis.py")]
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        table = {
            id(key)
            for node in ast.walk(tree)
            if isinstance(node, ast.Dict) and path.name == "diagnosis.py"
            for key in node.keys
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in table:
                yield node.value


def test_every_kind_in_the_table_is_used():
    assert set(SENTENCES) <= set(kinds_in_the_code())


def x_of(self):
    return np.asarray(self.inputs[0])


def whole_softmax(self, x):
    e = np.exp(np.asarray(x) - np.max(x))
    return e / e.sum(axis=-1, keepdims=True)


def kept_x(self):
    self.first = getattr(self, "first", self.inputs[0])
    return np.asarray(self.first)


A, D, L = test_activations, test_layers, test_losses
CE, COMPOSE = "CategoricalCrossEntropy", "compose_input_gradients"
LOCAL, WEIGHTS = "get_input_gradients", "compose_weight_gradients"
MISTAKES = {
    "sigmoid of -x": ("mirrored", "Sigmoid", "forward", lambda s, x: 1 / (1 + np.exp(x)),
                      A.test_forward),
    "Jacobian without delta": ("no-delta", "Softmax", LOCAL, lambda s: [
        -np.asarray(s.outputs[0])[:, :, None] * np.asarray(s.outputs[0])[:, None, :]],
        A.test_softmax_input_gradients),
    "Jacobian of x in place of y": ("x-for-y", "Softmax", LOCAL, lambda s: [
        x_of(s)[:, :, None] * (np.eye(x_of(s).shape[1]) - x_of(s)[:, None, :])],
        A.test_softmax_input_gradients),
    "slope of x in place of y": ("x-for-y", "Sigmoid", LOCAL, lambda s: [x_of(s) * (1 - x_of(s))],
                                 A.test_input_gradients),
    "leaky slope times x": ("slope-times-x", "LeakyReLU", LOCAL, lambda s: [
        np.where(x_of(s) > 0, 1.0, s.alpha * x_of(s))], A.test_input_gradients),
    "accuracy of entries": ("entry-by-entry", "CategoricalAccuracy", "forward",
                            lambda s, p, y: np.mean(np.round(p) == y), test_metrics.test_accuracy),
    "squared mean": ("mean-squared", "MeanSquaredError", "forward",
                     lambda s, p, y: np.mean(p - y) ** 2, L.test_forward),
    "absolute differences": ("absolute", "MeanSquaredError", LOCAL, lambda s: [
        2 * np.abs(s.inputs[0] - s.inputs[1]) / np.size(s.inputs[0])], L.test_input_gradients),
    "cross-entropy of all classes": ("labels-not-used", CE, "forward",
                                     lambda s, p, y: -np.log(p).sum() / len(p), L.test_forward),
    "root of the squared error": ("root", "MeanSquaredError", "forward",
                                  lambda s, p, y: np.sqrt(np.square(p - y).mean()), L.test_forward),
    "logarithm to base 10": ("other-logarithm", CE, "forward",
                             lambda s, p, y: -(y * np.log10(p)).sum() / len(p), L.test_forward),
    "logarithm to base 2": ("other-logarithm", CE, "forward",
                            lambda s, p, y: -(y * np.log2(p)).sum() / len(p), L.test_forward),
    "cross-entropy, -1 / p": ("labels-ignored", CE, LOCAL,
                              lambda s: [-1 / np.asarray(s.inputs[0]) / len(s.inputs[0])],
                              L.test_input_gradients),
    "Dense, gradients swapped": ("order", "Dense", "get_weight_gradients",
                                 lambda s: [np.ones(s.b.shape), x_of(s)[:, :, None]],
                                 D.test_weight_gradients),
    "sigmoid y": ("is-output", "Sigmoid", LOCAL, lambda s: [s.outputs[0]], A.test_input_gradients),
    "sigmoid x": ("is-input", "Sigmoid", LOCAL, lambda s: [s.inputs[0]], A.test_input_gradients),
    "no J": ("j-ignored", "Sigmoid", COMPOSE, lambda s, J: s.get_input_gradients(),
             A.test_compose_input_gradients),
    "softmax, no J": ("j-ignored", "Softmax", COMPOSE, lambda s, J: s.get_input_gradients(),
                      A.test_softmax_compose),
    "softmax, J * Jacobian": (
        "j-elementwise", "Softmax", COMPOSE,
        lambda s, J: [J[0][:, :, None] * s.get_input_gradients()[0]], A.test_softmax_compose),
    "softmax, J y (1 - y)": (
        "diagonal-only", "Softmax", COMPOSE,
        lambda s, J: [J[0] * np.asarray(s.outputs[0]) * (1 - np.asarray(s.outputs[0]))],
        A.test_softmax_compose),
    "softmax, shared shift": ("whole-batch-max", "Softmax", "forward", whole_softmax,
                              A.test_softmax_extremes),
    "softmax, no shift": ("overflow", "Softmax", "forward",
                          lambda s, x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True),
                          A.test_softmax_extremes),
    "softmax, axis 0": ("wrong-axis", "Softmax", "forward",
                        lambda s, x: np.exp(x) / np.exp(x).sum(axis=0), A.test_softmax),
    "Dense, no b": ("no-bias", "Dense", "forward", lambda s, x: x @ s.w, D.test_forward),
    "Dense, x": ("missing-axis", "Dense", "get_weight_gradients",
                 lambda s: [x_of(s), np.ones(s.b.shape)], D.test_weight_gradients),
    "Dense, x @ w": ("is-output", "Dense", "get_weight_gradients",
                     lambda s: [x_of(s) @ s.w, np.ones(s.b.shape)], D.test_weight_gradients),
    "Dense, w.T": ("transposed", "Dense", LOCAL, lambda s: [s.w.T], D.test_input_gradients),
    "Dense, mean": ("mean-for-sum", "Dense", WEIGHTS,
                    lambda s, J: [x_of(s).T @ J[0] / len(J[0]), J[0].mean(axis=0)],
                    D.test_compose_weight_gradients),
    "Dense, mean for b": ("mean-for-sum", "Dense", WEIGHTS,
                          lambda s, J: [x_of(s).T @ J[0], J[0].mean(axis=0)],
                          D.test_compose_weight_gradients),
    "Dense, no sum": ("batch-kept", "Dense", WEIGHTS,
                      lambda s, J: [x_of(s)[:, :, None] * J[0][:, None, :], J[0]],
                      D.test_compose_weight_gradients),
    "Dense, first x": ("stale", "Dense", WEIGHTS,
                       lambda s, J: [kept_x(s).T @ J[0], J[0].sum(axis=0)],
                       D.test_compose_weight_gradients),
    "Dense, None": ("missing-return", "Dense", WEIGHTS, lambda s, J: None,
                    D.test_compose_weight_gradients),
    "Dense, counting": ("changed-answer", "Dense", LOCAL,
                        lambda s: [vars(s).update(c=vars(s).get("c", 1.0) + 1) or s.w * s.c],
                        D.test_input_gradients),
    "cross-entropy, no N": ("factor", CE, LOCAL,
                            lambda s: [-s.inputs[1] / s.inputs[0]], L.test_input_gradients),
    "cross-entropy, p - y": ("combined-softmax", CE, LOCAL,
                             lambda s: [s.inputs[0] - s.inputs[1]], L.test_input_gradients),
    "cross-entropy, log p": ("other-argument", CE, LOCAL,
                             lambda s: [-np.log(s.inputs[0]) / len(s.inputs[0])],
                             L.test_input_gradients),
    "cross-entropy, sum": ("sum-for-mean", CE, "forward",
                           lambda s, p, y: -(y * np.log(p)).sum(), L.test_forward),
    "cross-entropy, per sample": ("batch-kept", CE, "forward",
                                  lambda s, p, y: -(y * np.log(p)).sum(axis=-1), L.test_forward),
    "cross-entropy of labels": ("log-of-zero", CE, "forward",
                                lambda s, p, y: -(p * np.log(y)).sum(axis=-1).mean(),
                                L.test_forward),
    "a bare array": ("not-a-list", CE, LOCAL, lambda s: s.inputs[0], L.test_input_gradients),
}  # fmt: skip
"""Cause, class, method, what it does instead, and the check that must name the cause."""


def caught(check, package, **chosen):
    """The cause that a check names."""
    with np.errstate(all="ignore"), pytest.raises(Mismatch) as failed:
        ask(check, package, **chosen)
    return name_of(failed.value)


@pytest.mark.parametrize("problems", SETS.values(), ids=SETS)
@pytest.mark.parametrize(
    ("cause", "layer", "method", "body", "check"), MISTAKES.values(), ids=MISTAKES
)
def test_a_typical_mistake_is_named(beras, problems, cause, layer, method, body, check):
    package = with_class(beras, layer, **{method: body})
    assert caught(check, package, problems=problems, name=layer) == cause


OWN_FORWARDS = {
    "tanh for sigmoid": (
        "Sigmoid", lambda s, x: np.tanh(x), lambda s: [1 - np.tanh(s.inputs[0]) ** 2]),
    "half a mean": (
        "MeanSquaredError", lambda s, p, y: np.square(p - y).mean() / 2,
        lambda s: [(s.inputs[0] - s.inputs[1]) / s.inputs[0].size]),
}  # fmt: skip


@pytest.mark.parametrize(("layer", "forward", "local"), OWN_FORWARDS.values(), ids=OWN_FORWARDS)
def test_a_gradient_that_is_right_for_a_wrong_forward_is_named(beras, layer, forward, local):
    check = (A if layer == "Sigmoid" else L).test_input_gradients
    both = with_class(beras, layer, forward=forward, get_input_gradients=local)
    assert caught(check, both, name=layer) == "own-forward"
    alone = with_class(beras, layer, get_input_gradients=local)
    assert caught(check, alone, name=layer) != "own-forward"


def test_the_weights_of_a_wrong_forward_are_differenced_too(beras):
    twice = with_class(
        beras,
        "Dense",
        forward=lambda s, x: 2 * x @ s.w + s.b,
        compose_weight_gradients=lambda s, J: [2 * x_of(s).T @ J[0], J[0].sum(axis=0)],
    )
    check = test_layers.test_compose_weight_gradients
    assert caught(check, twice) == "own-forward"


def test_a_slow_forward_is_not_differenced_for_long(beras):
    calls = []

    def slow(self, x):
        calls.append(time.sleep(0.05 if calls else 0.0))
        return np.tanh(x)

    package = with_class(
        beras, "Sigmoid", forward=slow, get_input_gradients=lambda s: [0 * s.inputs[0] + 7]
    )
    caught(test_activations.test_input_gradients, package, name="Sigmoid")
    assert len(calls) < 40


def test_differencing_a_forward_neither_prints_nor_stops(beras, capsys, monkeypatch):
    stops = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: stops.append("stop"))

    def forward(self, x):
        print("called")
        breakpoint()
        return np.tanh(x)

    package = with_class(
        beras, "Sigmoid", forward=forward, get_input_gradients=lambda s: [1 - np.tanh(x_of(s)) ** 2]
    )
    problems = [replace(one, thorough=False) for one in public_problems()]
    assert (
        caught(A.test_input_gradients, package, problems=problems, name="Sigmoid") == "own-forward"
    )
    assert capsys.readouterr().out == "called\n"
    assert stops == ["stop"]


def test_a_forward_that_is_lost_while_it_is_differenced_changes_nothing(beras):
    calls = []

    def fatal(self, x):
        calls.append(x)
        if len(calls) > 1:
            raise WorkerLost("the worker ended")
        return np.tanh(x)

    package = with_class(
        beras, "Sigmoid", forward=fatal, get_input_gradients=lambda s: [0 * s.inputs[0] + 7]
    )
    problems = [replace(one, thorough=False) for one in public_problems()]
    assert (
        caught(test_activations.test_input_gradients, package, problems=problems, name="Sigmoid")
        == ""
    )
    assert len(calls) == 3  # one that answers, then one for each search that gives up


NAMES = {
    test_activations: [*test_activations.ELEMENTWISE],
    test_losses: [*test_losses.LOSSES],
}
MODULES = (
    *(test_activations, test_gradient_tape, test_layers, test_losses),
    *(test_metrics, test_model, test_onehot, test_optimizers),
)


def cases_of(module):
    """The checks of a module with all that they can be called with, but for what is special."""
    for check in vars(module).values():
        code = getattr(check, "__code__", None)
        if code is None or not check.__name__.startswith("test_"):
            continue
        arguments = code.co_varnames[: code.co_argcount]
        if set(arguments) <= fixtures(None).keys() and "problems" in arguments:
            for name in NAMES.get(module, ()) if "name" in arguments else ("",):
                yield check, arguments, name


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_all_suspects_of_the_checks_can_be_computed(beras, module, monkeypatch):
    """A fault in one would be silent: whoever is wrong in that way would get no name for it."""
    asked = []

    def judge(array, truth, what, given, suspects=None, *rest, **named):
        with np.errstate(all="ignore"):
            for kind, candidate in suspects() if suspects else ():
                assert kind in SENTENCES, what
                np.asarray(candidate, dtype=float)
                asked.append(kind)

    monkeypatch.setattr(comparison, "_judge", judge)
    for check, _, name in cases_of(module):
        for problems in public_problems(), hidden_problems(5):
            ask(check, beras, problems=problems, name=name)
    assert asked
    assert "own-forward" not in asked


def shared_state(optimizer, parameter, count):
    return optimizer._states.setdefault(
        parameter.shape, [np.zeros(parameter.shape) for _ in range(count)]
    )


def ascend(self, parameters, gradients):
    for p, g in zip(parameters, gradients, strict=True):
        p += self.learning_rate * g


def adam_by(count, corrected=True):
    """Adam's step, with t from `count(calls, place)`."""

    def apply_gradients(self, parameters, gradients):
        self.t += 1
        for k, (p, g) in enumerate(zip(parameters, gradients, strict=True)):
            m, v = self._state(p, 2)
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g**2 - v)
            t = count(self.t, k)
            first, second = (1 - self.beta_1**t, 1 - self.beta_2**t) if corrected else (1, 1)
            p -= self.learning_rate * (m / first) / (np.sqrt(v / second) + self.epsilon)

    return apply_gradients


def half_corrected(self, parameters, gradients):
    self.t += 1
    for p, g in zip(parameters, gradients, strict=True):
        m, v = self._state(p, 2)
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g**2 - v)
        p -= self.learning_rate * m / (1 - self.beta_1**self.t) / (np.sqrt(v) + self.epsilon)


def unsquared(self, parameters, gradients):
    for p, g in zip(parameters, gradients, strict=True):
        (v,) = self._state(p, 1)
        v += (1 - self.beta) * (g - v)
        p -= self.learning_rate * g / (np.sqrt(v) + self.epsilon)


def keeps_corrected(self, parameters, gradients):
    self.t += 1
    for p, g in zip(parameters, gradients, strict=True):
        m, v = self._state(p, 2)
        m += (1 - self.beta_1) * (g - m)
        m /= 1 - self.beta_1**self.t
        v += (1 - self.beta_2) * (g**2 - v)
        v_hat = v / (1 - self.beta_2**self.t)
        p -= self.learning_rate * m / (np.sqrt(v_hat) + self.epsilon)


def forgetful(self, parameters, gradients):
    for p, g in zip(parameters, gradients, strict=True):
        p -= self.learning_rate * g / (np.sqrt((1 - self.beta) * g**2) + self.epsilon)


OPTIMIZERS = {
    "corrected-kept": ("Adam", {"apply_gradients": keeps_corrected}),
    "state-forgotten": ("RMSProp", {"apply_gradients": forgetful}),
    "half-corrected": ("Adam", {"apply_gradients": half_corrected}),
    "not-squared": ("RMSProp", {"apply_gradients": unsquared}),
    "sign": ("BasicOptimizer", {"apply_gradients": ascend}),
    "rebound": ("BasicOptimizer", {"apply_gradients": lambda s, p, g: None}),
    "shared-state": ("RMSProp", {"_state": shared_state}),
    "step-per-parameter": ("Adam", {"apply_gradients": adam_by(lambda t, k: 3 * t + k - 2)}),
    "step-fixed": ("Adam", {"apply_gradients": adam_by(lambda t, k: 1)}),
    "no-bias-correction": ("Adam", {"apply_gradients": adam_by(lambda t, k: t, corrected=False)}),
}


@pytest.mark.parametrize("problems", SETS.values(), ids=SETS)
@pytest.mark.parametrize("cause", OPTIMIZERS)
def test_a_mistake_of_an_optimizer_is_named(beras, problems, cause):
    name, methods = OPTIMIZERS[cause]
    snake = {"BasicOptimizer": "basic_optimizer", "RMSProp": "rms_prop", "Adam": "adam"}[name]
    check = getattr(test_optimizers, f"test_{snake}")
    assert caught(check, with_class(beras, name, **methods), problems=problems) == cause
    right = {"apply_gradients": adam_by(lambda t, k: t)} if name == "Adam" else {}
    ask(check, with_class(beras, name, **right), problems=problems)


def rising_last(divide, sign=1.0):
    """Adam's step, with t as it stands before it rises; `divide` makes m_hat or v_hat."""

    def apply_gradients(self, parameters, gradients):
        for p, g in zip(parameters, gradients, strict=True):
            m, v = self._state(p, 2)
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g**2 - v)
            v_hat = divide(sign * v, 1 - self.beta_2**self.t)
            p -= self.learning_rate * divide(m, 1 - self.beta_1**self.t) / np.sqrt(v_hat)
        self.t += 1

    return apply_gradients


BY_ZERO = {"an array": np.divide, "a number": lambda moment, rest: moment * (1.0 / rest)}
ADAM_CHECKS = (
    test_optimizers.test_adam_defaults,
    test_optimizers.test_adam_forgets,
    test_optimizers.test_adam,
    test_optimizers.test_first_step_is_scale_free,
    test_optimizers.test_zero_gradient,
)


@pytest.mark.parametrize("check", ADAM_CHECKS)
@pytest.mark.parametrize("divide", BY_ZERO.values(), ids=BY_ZERO)
def test_an_adam_that_divides_before_t_rises_is_told_so_by_every_check(beras, divide, check):
    package = with_class(beras, "Adam", apply_gradients=rising_last(divide))
    with np.errstate(all="ignore"), pytest.raises((Mismatch, ZeroDivisionError)) as caught:
        ask(check, package, name="Adam")
    assert comparison.cause_of(caught.value).name == "step-from-zero"


@pytest.mark.parametrize("check", ADAM_CHECKS[:3])
def test_other_numbers_that_are_not_finite_are_not_blamed_on_t(beras, check):
    package = with_class(beras, "Adam", apply_gradients=rising_last(np.divide, sign=-1.0))
    with np.errstate(all="ignore"), pytest.raises(Mismatch) as caught:
        ask(check, package, name="Adam")
    assert caught.value.kind == "finite"
    assert caught.value.cause is None


def test_a_tape_that_mixes_up_its_sources_is_named(beras):
    right = beras.GradientTape.gradient
    tapes = {
        "order": lambda s, target, sources: right(s, target, sources[::-1])[::1],
        "zeros": lambda s, target, sources: [0 * g for g in right(s, target, sources)],
        "j-ignored": lambda s, target, sources: [
            gradient
            for _, layer in s._layers_before(target).values()
            for gradient in layer.get_weight_gradients()
        ],
    }
    for cause, gradient in tapes.items():
        package = with_class(beras, "GradientTape", gradient=gradient)
        check = test_gradient_tape.test_gradient
        assert caught(check, package) == cause
