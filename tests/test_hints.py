"""Hints: every item has one, and what it says in numbers is what the reference computes."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import numpy as np
import pytest

from autograder import hint_text, template
from autograder.home import hints as at_home
from autograder.homework.backward.edition import BACKWARD
from autograder.homework.beras import BERAS
from autograder.homework.project import PROJECT
from tests.at_home import hand_out, run
from tests.imported import imported
from tests.small import SMALL
from tests.submissions import REFERENCE, ROOT

HINTS = BERAS.hints()
IN_BACKWARD = BACKWARD.hints()


@pytest.fixture(scope="module")
def beras():
    with imported(REFERENCE) as modules:
        yield modules.beras


def near(found, expected):
    """Whether numbers are those of a hint, which rounds to four decimals."""
    assert np.shape(np.squeeze(found)) == np.shape(np.squeeze(expected))
    np.testing.assert_allclose(np.squeeze(found), np.squeeze(expected), atol=6e-5, rtol=6e-5)


def dense(beras, w, b):
    layer = beras.Dense(*np.shape(w))
    layer.w.assign(w)
    layer.b.assign(b)
    return layer


def a_layer(beras, item, v):
    kind = item.partition(".")[0].partition(" ")[0]
    if kind == "Dense":
        return dense(beras, v["w"], v["b"])
    options = {name: v[name] for name in ("alpha", "epsilon") if name in v}
    return getattr(beras, kind)(**options)


def _asked(layer, v):
    """What a hint may tell of a layer, by its names in the example."""
    upstream = [np.array(v["upstream"], dtype=float)] if "upstream" in v else None
    compose = layer.compose_input_gradients, layer.compose_weight_gradients
    yield "local", layer.get_input_gradients
    yield "dx", lambda: compose[0](upstream)
    yield "local_w", layer.get_weight_gradients
    yield "dw", lambda: compose[1](upstream)
    yield "local_b", lambda: layer.get_weight_gradients()[1:]
    yield "db", lambda: compose[1](upstream)[1:]


def of_a_layer(beras, item, v):
    layer = a_layer(beras, item, v)
    inputs = [v[n] for n in ("x", "y_pred", "y_true") if n in v]
    found = layer(*(np.array(i, dtype=float) for i in inputs))
    for name in {"y", "loss"} & v.keys():
        near(found, v[name])
    told = [(name, ask) for name, ask in _asked(layer, v) if name in v]
    for name, ask in told:
        near(ask()[0], v[name])
    assert told or {"y", "loss"} & v.keys()
    for name in ("x_moved", "x_shifted"):
        if name in v:
            expected = v.get("y_moved", v["y"])
            near(layer(np.array(v[name], dtype=float)), expected)


LAYERS = [
    name
    for name in HINTS
    if name.startswith(
        ("Dense.", "LeakyReLU", "ReLU", "Sigmoid", "Softmax", "Mean", "CategoricalC")
    )
]


@pytest.mark.parametrize("item", LAYERS)
def test_the_numbers_of_a_layer_are_the_references(beras, item):
    of_a_layer(beras, item, hint_text.values(HINTS[item]))


def flags(beras, v):
    weights = [beras.Variable(np.ones(1)) for _ in v["flags"]]
    for weight, flag in zip(weights, v["flags"], strict=True):
        weight.trainable = flag

    class Layer(beras.Diffable):
        def forward(self, x): ...
        def get_input_gradients(self): ...
        def get_weight_gradients(self): ...

        @property
        def weights(self):
            return weights

    return Layer(), weights


def trainable_variables(beras, v):
    layer, weights = flags(beras, v)
    places = {id(weight): place for place, weight in enumerate(weights)}
    assert [places[id(w)] for w in layer.trainable_variables] == v["trainable"]
    assert [places[id(w)] for w in layer.non_trainable_variables] == v["frozen"]


def trainable(beras, v):
    layer, weights = flags(beras, v)
    assert layer.trainable == v["asked"]
    layer.trainable = v["told"]
    assert [weight.trainable for weight in weights] == v["flags_after"]


def initializers(beras, v):
    m, r = v["m"] * 100, v["r"] * 100  # so many weights that their variance is sure
    for kind in ("xavier", "kaiming"):
        near(v[f"{kind}_deviation"], np.sqrt(v[f"{kind}_variance"]))
        near(v[f"{kind}_limit"], np.sqrt(3 * v[f"{kind}_variance"]))
        for name in (kind, f"{kind} uniform"):
            drawn = np.var(beras.Dense(m, r, name).w) * 100
            assert drawn == pytest.approx(v[f"{kind}_variance"], rel=0.05)
        largest = np.abs(beras.Dense(m, r, f"{kind} uniform").w).max() * 10
        assert largest == pytest.approx(v[f"{kind}_limit"], rel=0.01)


def no_weights(beras, v):
    for layer in (beras.ReLU(), beras.Sigmoid(), beras.Softmax()):
        layer(np.ones((1, 2)))
        assert (layer.weights, layer.get_weight_gradients()) == (v["weights"], v["gradients"])


def opens(beras, v):
    with beras.GradientTape() as tape:
        assert (beras.Diffable.gradient_tape is tape) == v["recording_inside"]
    assert (beras.Diffable.gradient_tape is not None) == v["recording_after"]


def on_tape(beras, layers, x, loss, y_true):
    """Loss, and a function that gives the gradients for tensors or for the outputs by place."""
    outputs = [beras.Tensor(np.array(x, dtype=float))]
    tape = beras.GradientTape()
    with tape:
        for layer in layers:
            outputs.append(layer(outputs[-1]))
        target = loss(outputs[-1], np.array(y_true, dtype=float))
    return target, outputs, lambda *sources: tape.gradient(target, sources)


def gradient(beras, v):
    layer = dense(beras, v["w"], v["b"])
    loss, outputs, gradients = on_tape(
        beras, [layer], v["x"], beras.MeanSquaredError(), v["y_true"]
    )
    near(loss, v["loss"])
    near(outputs[1], v["y"])
    for found, name in zip(
        gradients(outputs[1], layer.w, layer.b), ("dy", "dw", "db"), strict=True
    ):
        near(found, v[name])


def any_order(beras, v):
    layer = dense(beras, v["w"], v["b"])
    *_, gradients = on_tape(beras, [layer], v["x"], beras.MeanSquaredError(), v["y_true"])
    for sources, name in (
        ((layer.w, layer.b), "gradients_of_w_and_b"),
        ((layer.b, layer.w), "gradients_of_b_and_w"),
    ):
        for found, expected in zip(gradients(*sources), v[name], strict=True):
            near(found, expected)


def used_twice(beras, v):
    a, b = (dense(beras, [[v[name]]], [0]) for name in ("by_a", "by_b"))
    x, tape = beras.Tensor(np.array([[float(v["x"])]])), beras.GradientTape()

    class Sum(beras.Activation):
        def forward(self, one, other):
            return np.asarray(one) + np.asarray(other)

        def get_input_gradients(self):
            return [np.ones((1, 1)), np.ones((1, 1))]

    with tape:
        total = Sum()(a(x), b(x))
    near(tape.gradient(total, [x])[0], v["dx"])


def cross_entropy(beras, v):
    layer, loss = dense(beras, v["w"], v["b"]), beras.CategoricalCrossEntropy()
    _, outputs, gradients = on_tape(beras, [layer, beras.Softmax()], v["x"], loss, v["y_true"])
    near(outputs[-1], v["P"])
    for found, name in zip(gradients(layer.w, layer.b), ("dw", "db"), strict=True):
        near(found, v[name])


def squares_of_softmax(beras, v):
    layer, loss = dense(beras, [[0, 0]], v["b"]), beras.MeanSquaredError()
    _, outputs, gradients = on_tape(beras, [layer, beras.Softmax()], [[1]], loss, v["y_true"])
    near(outputs[-1], v["P"])
    for found, name in zip(gradients(outputs[-1], layer.b), ("dP", "db"), strict=True):
        near(found, v[name])


def two_are_one(beras, v):
    first, second = dense(beras, v["W1"], v["b1"]), dense(beras, v["W2"], v["b2"])
    x = np.array(v["x"], dtype=float)
    near(second(first(x)), v["y"])
    near(dense(beras, v["W"], v["b"])(x), v["y"])
    near(second(first(np.zeros((1, 1)))), v["b"])


def between_given(beras, v):
    loss = beras.MeanSquaredError()
    _, outputs, gradients = on_tape(beras, [beras.ReLU()], v["h"], loss, v["y_true"])
    near(outputs[1], v["y"])
    near(gradients(outputs[1])[0], v["dy"])
    near(gradients(outputs[0])[0], v["dh"])


def optimizer(beras, v, kind, **options):
    made = getattr(beras, kind)(v["learning_rate"], **options)
    p = beras.Variable(np.array(v["p"]))
    for name in ("p_after", "p_after_twice"):
        if name in v:
            made.apply_gradients([p], [np.array(v["g"])])
            near(p, v[name])
    return made


def adam(beras, v):
    made = optimizer(beras, v, "Adam")
    g = np.array(v["g"])
    near(v["m"], (1 - made.beta_1) * g)
    near(v["v"], (1 - made.beta_2) * g**2)
    near(v["m_hat"], np.array(v["m"]) / (1 - made.beta_1))
    near(v["v_hat"], np.array(v["v"]) / (1 - made.beta_2))


def rmsprop(beras, v):
    optimizer(beras, v, "RMSProp", beta=v["beta"])
    near(v["v"], (1 - v["beta"]) * np.array(v["g"]) ** 2)


def accuracy(beras, v):
    probabilities, labels = np.array(v["probabilities"]), np.array(v["labels"])
    near(beras.CategoricalAccuracy()(probabilities, labels), v["accuracy"])


def one_hot(beras, v):
    encoder = beras.OneHotEncoder()
    encoder.fit(np.array(v["fitted"]))
    if "columns" in v:
        near(encoder(np.array(v["labels"])), v["rows"])
        assert list(encoder.inverse(np.eye(3))) == v["columns"]
    assert list(encoder.inverse(np.array(v["rows"]))) == v["labels"]


def chained(beras, v):
    layers = [dense(beras, v[f"w{k}"], v[f"b{k}"]) for k in (0, 1)]
    near(beras.SequentialModel(layers)(np.array(v["x"], dtype=float)), v["y"])


def batch_step(beras, v):
    layer = dense(beras, v["w"], v["b"])
    model = beras.SequentialModel([layer])
    optimizer = beras.BasicOptimizer(v["learning_rate"])
    model.compile(optimizer, beras.MeanSquaredError(), beras.CategoricalAccuracy())
    metrics = model.batch_step(np.array(v["x"], dtype=float), np.array(v["y"], dtype=float))
    near(metrics["loss"], v["loss"])
    near(layer.w, v["w_after"])
    near(layer.b, v["b_after"])


def watched(beras, sizes, losses=None):
    """A model that only notes how many rows come, and answers these losses."""

    class Model(beras.SequentialModel):
        seen = sizes

        def batch_step(self, x, y, training=True):
            self.seen.append(len(x))
            loss = losses[len(self.seen) - 1] if losses else 0.0
            metrics = {"loss": float(loss), "acc": 0.0}
            return metrics if training else (metrics, x)

    return Model([])


def fit(beras, v):
    sizes, x = [], np.zeros((v["samples"], 1))
    history = watched(beras, sizes).fit(x, x, v["epochs"], v["batch_size"])
    assert sizes == v["batch_sizes"] * v["epochs"]
    assert len(history["loss"]) == v["losses_returned"]


def evaluate(beras, v):
    x = np.zeros((sum(v["batch_sizes"]), 1))
    sizes = []
    metrics, _ = watched(beras, sizes, v["batch_losses"]).evaluate(x, x, v["batch_sizes"][0])
    assert sizes == v["batch_sizes"]
    near(metrics["loss"], v["loss"])


def assignment(beras, v):
    rows = beras.Softmax()(
        dense(beras, np.ones((v["inputs"], 10)), np.zeros(10))(np.ones((v["samples"], v["inputs"])))
    )
    assert list(rows.shape) == v["output_shape"]
    near(np.asarray(rows).sum(axis=1), [v["row_sum"]] * v["samples"])


def guessing(beras, v):
    count = v["classes"]
    guess, labels = np.full((count, count), 1 / count), np.eye(count)
    near(beras.CategoricalCrossEntropy()(guess, labels), v["loss_of_guessing"])


PROOFS = {
    "Weighted.trainable_variables": trainable_variables,
    "Weighted.trainable": trainable,
    "Dense initializers": initializers,
    "Activations have no weight gradients": no_weights,
    "GradientTape opens and closes": opens,
    "GradientTape.gradient": gradient,
    "GradientTape, sources in any order": any_order,
    "GradientTape, a tensor used twice": used_twice,
    "Your own stack: Dense, Softmax, cross-entropy": cross_entropy,
    "Your own stack: both losses through softmax": squares_of_softmax,
    "Your own stack: two Dense layers are one": two_are_one,
    "Your own stack: each layer between given ones": between_given,
    "BasicOptimizer.apply_gradients": lambda beras, v: optimizer(beras, v, "BasicOptimizer"),
    "RMSProp.apply_gradients": rmsprop,
    "Adam.apply_gradients": adam,
    "CategoricalAccuracy": accuracy,
    "OneHotEncoder.forward": one_hot,
    "OneHotEncoder.inverse": one_hot,
    "SequentialModel": chained,
    "SequentialModel.batch_step": batch_step,
    "SequentialModel.fit": fit,
    "SequentialModel.evaluate": evaluate,
    "assignment.py": assignment,
    "Loss falls on real digits": guessing,
    # The way back of the other edition, by what its numbers are in this one.
    "Diffable.backward": gradient,
    "Diffable.backward through several layers": two_are_one,
}


@pytest.mark.parametrize("item", PROOFS)
def test_the_numbers_of_an_example_are_the_references(beras, item):
    PROOFS[item](beras, hint_text.values((HINTS | IN_BACKWARD)[item]))


def test_the_way_back_to_plain_arrays_is_the_one_through_a_layer():
    one, other = (
        hint_text.values(IN_BACKWARD[f"Diffable.backward{name}"])
        for name in ("", " with plain arrays as inputs")
    )
    assert {name: one[name] for name in other} == other


def test_every_example_is_proved():
    assert {*LAYERS, *PROOFS} >= set(HINTS)


@pytest.mark.parametrize(("homework", "hints"), [(BERAS, HINTS), (BACKWARD, IN_BACKWARD)])
def test_every_item_with_points_has_a_hint(homework, hints):
    with_points = {item.name for item in homework.rubric.items if item.points}
    assert with_points <= set(hints)


def test_a_hint_sends_to_the_question_that_is_about_its_item():
    about = {name: q.name for q in PROJECT.questions for name in q.items}
    for item, hint in HINTS.items():
        expected = about.get(item)
        assert not expected or hint["read"].startswith(f"{expected}:"), item


def test_a_picture_fits_a_terminal():
    for item, hint in (HINTS | IN_BACKWARD).items():
        lines = [*hint["shapes"].splitlines(), *hint["example"].splitlines()]
        assert all(line.startswith("    ") and len(line) <= 100 for line in lines), item


def test_a_hint_without_a_step_is_refused(tmp_path):
    (tmp_path / "1.md").write_text("## Line\nask: Why?\nshapes:\n    x\n")
    with pytest.raises(ValueError, match=r"1.md: Line must have the steps ask, read"):
        hint_text.read(tmp_path / "1.md")


def test_hints_can_be_closed_or_open_on_a_date():
    day = datetime.date(2026, 2, 20)
    assert at_home.closed(SMALL, day) == "This course gives no hints."
    assert at_home.closed(BERAS, day) == ""
    later = replace(BERAS, hints_from="2026-02-21")
    assert at_home.closed(later, day) == "Hints open on 2026-02-21."
    assert at_home.closed(later, datetime.date(2026, 2, 21)) == ""
    never = replace(BERAS, hints_from=hint_text.NEVER)
    assert at_home.closed(never, day) == "This course gives no hints."


@pytest.mark.parametrize(
    ("hints", "handout", "others"),
    [
        (HINTS, "docs/handout/README.md", ("loss.backward", "zero_grad")),
        (IN_BACKWARD, "editions/backward/handout/README.md", ("tape", "Tape", "trainable")),
    ],
    ids=["tape", "backward"],
)
def test_hints_name_sections_of_their_own_handout(hints, handout, others):
    text = (ROOT / handout).read_text(encoding="utf-8")
    titles = set(re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    for item, hint in hints.items():
        if handout.startswith("docs") or not item.startswith(TAPE_ONLY):
            assert set(re.findall(r'README, "([^"]*)"', hint["read"])) <= titles, item
            parts = re.findall(r'at "([^"]*)"', hint["read"])
            assert all(f"**{part}.**" in text for part in parts), item
            assert not any(word in " ".join(hint.values()) for word in others), item


TAPE_ONLY = ("GradientTape", "Weighted", "Tensor and Variable", "Callable and Diffable")
"""Items whose hints the backward edition takes over and never shows."""


def test_the_template_opens_its_hints_as_the_course_says():
    project = replace(PROJECT, homework=replace(BERAS, hints_from="2026-02-21"))
    written = template.build(project)["tests/autograder/homework/hints/__init__.py"]
    assert b'\nOPENS = "2026-02-21"\n' in written


def test_each_call_shows_one_step_more(tmp_path):
    hand_out("tape", tmp_path / "work")
    asked = ["-q", "--item", "2.4", "--hint"]
    shown = [run(tmp_path / "work", *asked, cache=True).stdout for _ in range(5)]
    for text, begin in zip(shown[:4], hint_text.STEPS.values(), strict=True):
        assert f". {begin}:" in text
    assert "local_w = [[[1], [2]]]" in shown[3]
    assert "hint 1 of 4" in shown[4]
    assert "one item" in run(tmp_path / "work", "--hint").stdout
    assert "given code" in run(tmp_path / "work", "--item", "1.1", "--hint").stdout
