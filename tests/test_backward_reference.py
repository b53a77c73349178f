"""The backward edition's reference: what goes back from a loss, and how training uses it."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from autograder import reference as solution
from autograder.homework import catalogue
from autograder.truth import differences
from tests.imported import imported
from tests.submissions import REFERENCE, ROOT

BACKWARD = catalogue.named("backward")
OWN = ROOT / BACKWARD.reference


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return solution.assemble(BACKWARD, tmp_path_factory.mktemp("backward"))


@pytest.fixture(scope="module")
def reference(folder):
    with imported(folder) as modules:
        yield modules


@pytest.fixture
def beras(reference):
    return reference.beras


@pytest.fixture
def random():
    return np.random.default_rng(7)


def small_model(beras, dtype=np.float64):
    np.random.seed(3)
    return beras.Sequential(
        beras.Linear(5, 7, "kaiming", dtype=dtype),
        beras.LeakyReLU(),
        beras.Linear(7, 6, "xavier", dtype=dtype),
        beras.Sigmoid(),
        beras.Linear(6, 4, "xavier uniform", dtype=dtype),
        beras.Softmax(),
    )


def compiled(beras, dtype=np.float64):
    model = small_model(beras, dtype)
    optimizer = beras.Adam(model.parameters, 0.01)
    model.compile(optimizer, beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy())
    return model


def batch(random, rows=8):
    return random.normal(size=(rows, 5)), np.eye(4)[random.integers(0, 4, rows)]


# --- the folders ----------------------------------------------------------------------------


def test_what_both_editions_share_is_not_copied(folder):
    own = {path.relative_to(OWN) for path in OWN.rglob("*.py")}
    whole = {path.relative_to(folder) for path in folder.rglob("*.py")}
    assert own < whole
    for path in own:
        shared = REFERENCE / path
        assert not shared.exists() or shared.read_bytes() != (OWN / path).read_bytes()
    assert not (folder / "beras" / "gradient_tape.py").exists()
    assert (folder / "data" / "digits.npz").exists()


def test_every_public_name_is_offered(beras):
    for names in BACKWARD.homework.modules.values():
        for name in names:
            assert name in beras.__all__


# --- backward -------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["MeanSquaredError", "CategoricalCrossEntropy"])
def test_backward_gives_every_parameter_its_derivative(beras, random, loss):
    model, loss = small_model(beras), getattr(beras, loss)()
    x, y = batch(random)
    loss(model(x), y).backward()
    for parameter in model.parameters:
        start = np.array(parameter)

        def loss_at(value, parameter=parameter):
            parameter.assign(value)
            return float(loss(model(x), y))

        true, error = differences.gradient(loss_at, start, stacked=False)
        parameter.assign(start)
        np.testing.assert_allclose(parameter.grad, true, atol=error + 1e-9)


def loss_of_sum(beras, y):
    """A loss of two inputs, left + right against y, with a gradient for each."""

    class OfSum(beras.MeanSquaredError):
        def forward(self, left, right):
            return super().forward(left + right, y)

        def get_input_gradients(self):
            return [2 * (np.asarray(self.inputs[0]) + np.asarray(self.inputs[1]) - y) / y.size] * 2

    return OfSum()


def test_contributions_add_up_where_an_output_feeds_two_layers(beras, random):
    x, y = random.normal(size=(5, 3)), random.normal(size=(5, 3))
    first, second, loss = beras.Linear(3, 3), beras.Linear(3, 3), loss_of_sum(beras, y)
    hidden = first(x)
    loss(hidden, second(hidden)).backward()
    upstream = loss.get_input_gradients()[0]
    through_both = upstream + upstream @ np.asarray(second.w).T
    np.testing.assert_allclose(first.w.grad, x.T @ through_both, atol=1e-12)
    np.testing.assert_allclose(first.b.grad, through_both.sum(axis=0), atol=1e-12)


def test_a_plain_array_beside_an_output_ends_its_way(beras, random):
    x, y, shift = (random.normal(size=(5, 3)) for _ in range(3))
    layer, loss = beras.Linear(3, 3), loss_of_sum(beras, y)
    loss(shift, layer(x)).backward()
    np.testing.assert_allclose(layer.w.grad, x.T @ loss.get_input_gradients()[1], atol=1e-13)


def test_a_second_pass_adds_until_gradients_are_forgotten(beras, random):
    model = small_model(beras)
    loss = beras.CategoricalCrossEntropy()(model(batch(random)[0]), batch(random)[1])
    loss.backward()
    once = [np.array(parameter.grad) for parameter in model.parameters]
    loss.backward()
    for parameter, gradient in zip(model.parameters, once, strict=True):
        np.testing.assert_allclose(parameter.grad, 2 * gradient)
    beras.BasicOptimizer(model.parameters, 0.1).zero_grad()
    assert [parameter.grad for parameter in model.parameters] == [None] * 6


def test_backward_changes_no_gradient_that_somebody_holds(beras, random):
    layer, x = beras.Linear(3, 3), random.normal(size=(5, 3))
    loss = beras.MeanSquaredError()(layer(x), np.zeros((5, 3)))
    loss.backward()
    held = layer.w.grad
    before = np.array(held)
    loss.backward()
    np.testing.assert_array_equal(held, before)


def test_frozen_parameters_keep_the_gradient_that_they_had(beras, random):
    model, kept = small_model(beras), object()
    frozen = model.layers[0].parameters
    for parameter in frozen:
        parameter.requires_grad, parameter.grad = False, kept
    beras.MeanSquaredError()(model(batch(random)[0]), np.zeros((8, 4))).backward()
    assert [parameter.grad is kept for parameter in model.parameters] == [True] * 2 + [False] * 4
    assert model.layers[2].w.grad.shape == (7, 6)


def test_labels_are_constants(beras, random):
    student, teacher, x = beras.Linear(3, 2), beras.Linear(3, 2), random.normal(size=(5, 3))
    beras.MeanSquaredError()(student(x), teacher(x)).backward()
    assert student.w.grad.all()
    assert teacher.w.grad is None


def test_no_gradient_is_computed_that_nobody_needs(beras, random, monkeypatch):
    layer, x = beras.Linear(3, 2), beras.Tensor(random.normal(size=(5, 3)))
    loss = beras.MeanSquaredError()(layer(x), np.zeros((5, 2)))
    monkeypatch.setattr(beras.Linear, "compose_input_gradients", None)
    loss.backward()  # nothing leads on from x
    assert layer.w.grad.shape == (3, 2)


def test_the_way_back_is_long_enough(beras, random):
    layers = [beras.Linear(2, 2, "xavier") for _ in range(300)]
    y = beras.Sequential(layers)(random.normal(size=(4, 2)))
    beras.MeanSquaredError()(y, np.ones((4, 2))).backward()
    assert layers[0].w.grad.shape == (2, 2)


def test_a_layer_that_returns_its_input_is_on_the_way(beras, random):
    class Off(beras.Activation):
        def forward(self, x):
            return x

        def get_input_gradients(self):
            return [np.ones(self.inputs[0].shape)]

    layer, off = beras.Linear(3, 2), Off()
    beras.MeanSquaredError()(off(layer(random.normal(size=(5, 3)))), np.zeros((5, 2))).backward()
    assert off.outputs[0].made_by is off
    assert layer.outputs[0].made_by is layer
    assert layer.w.grad.all()


def test_what_cannot_be_known_is_refused(beras):
    layer, loss, x = beras.Linear(2, 2), beras.MeanSquaredError(), np.ones((3, 2))
    y = layer(x)
    for target in (y, beras.Tensor(1.0)):
        with pytest.raises(RuntimeError, match="starts from a loss"):
            target.backward()
    value = loss(y, x)
    layer(x)
    with pytest.raises(RuntimeError, match=r"Linear\(2, 2\) was called again"):
        value.backward()


def test_keyword_arguments_are_kept_in_the_order_of_forward(beras):
    loss, p, y = beras.MeanSquaredError(), np.ones((2, 3)), np.zeros((2, 3))
    loss(y_true=y, y_pred=p)
    assert loss.inputs[0] is p
    assert loss.inputs[1] is y


# --- no_grad and names ----------------------------------------------------------------------


def test_no_grad_leaves_no_way_back_and_ends(beras):
    layer, x = beras.Linear(2, 2), np.ones((3, 2))
    with beras.Tensor.no_grad():
        with beras.Tensor.no_grad():
            pass
        assert layer(x).made_by is None
        assert not layer.w.requires_grad
        with pytest.raises(RuntimeError, match="outside of no_grad"):
            beras.MeanSquaredError()(layer(x), x).backward()
    assert layer.w.requires_grad
    assert layer(x).made_by is layer


def test_no_grad_ends_with_an_exception_too(beras):
    with pytest.raises(KeyError), beras.Tensor.no_grad():
        raise KeyError
    assert beras.Tensor.requires_grad


def test_debug_print_shows_the_way_there_and_back(beras, monkeypatch, capsys):
    monkeypatch.setattr(beras.Tensor, "debug_print", True)
    layer, loss = beras.Linear(3, 2), beras.MeanSquaredError()
    layer.name = "first"
    loss(layer(np.ones((5, 3))), np.zeros((5, 2))).backward()
    assert capsys.readouterr().out.splitlines() == [
        "first:out (5, 2) from (5, 3)",
        "MeanSquaredError:out () from (5, 2), (5, 2)",
        "MeanSquaredError:out.backward: start",
        "first:out.backward: (5, 2)",
    ]


def test_tensors_are_themselves_and_assign_in_place(beras):
    start = np.ones(2)
    layer, tensor = beras.Linear(1, 1), beras.Tensor(start)
    assert beras.Tensor(tensor) is tensor
    layer.b.assign([[3.0]])
    assert layer.b.tolist() == [3]
    assert (tensor + 1).made_by is None
    assert beras.Softmax().parameters == []


# --- layers ---------------------------------------------------------------------------------


def test_linear_composes_as_the_generic_rule_does(beras, random):
    layer, upstream = beras.Linear(4, 3), random.normal(size=(6, 3))
    layer(random.normal(size=(6, 4)))
    generic = beras.Diffable.compose_weight_gradients(layer, [upstream])
    for mine, other in zip(layer.compose_weight_gradients([upstream]), generic, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-13)


def test_softmax_composes_as_its_jacobian_in_this_edition_too(beras, random):
    softmax, upstream = beras.Softmax(), random.normal(size=(6, 5))
    softmax(random.normal(size=(6, 5)))
    generic = beras.Diffable.compose_input_gradients(softmax, [upstream])
    np.testing.assert_allclose(softmax.compose_input_gradients([upstream]), generic, atol=1e-14)


# --- optimizers -----------------------------------------------------------------------------


def own_steps(p, gradients):
    """Yield p after each of Adam's steps by the paper; no gradient, no step."""
    m, v = 0, 0
    for t, g in enumerate(gradients, start=1):
        if g is not None:
            m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
            p = p - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.9**t)) + 1e-3)
        yield p


def test_adam_follows_the_paper(beras, random):
    gradients = [random.normal(size=(4, 3)) / t**2 for t in range(1, 8)]
    start = random.normal(size=(4, 3))
    parameter = beras.Tensor(np.array(start))
    adam = beras.Adam([parameter], 0.1, 0.8, 0.9, 1e-3)
    for g, after in zip(gradients, own_steps(start, gradients), strict=True):
        parameter.grad = g
        adam.step()
        np.testing.assert_allclose(parameter, after, rtol=1e-12)


@pytest.mark.parametrize("kind", ["BasicOptimizer", "RMSProp", "Adam"])
def test_each_parameter_has_its_own_state_and_stays_without_a_gradient(beras, random, kind):
    start, gradients = random.normal(size=(2, 3)), random.normal(size=(4, 2, 3))
    alone, beside, still = (beras.Tensor(np.array(start)) for _ in range(3))
    one = getattr(beras, kind)([alone], 0.1)
    both = getattr(beras, kind)(iter([still, beside]), 0.1)
    for gradient in gradients:
        both.zero_grad()
        alone.grad = beside.grad = gradient
        one.step()
        both.step()
        np.testing.assert_array_equal(alone, beside)
    np.testing.assert_array_equal(still, start)
    assert not np.array_equal(alone, start)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", ["BasicOptimizer", "RMSProp", "Adam"])
def test_train_step_keeps_the_dtype(beras, random, dtype, optimizer):
    model = small_model(beras, dtype)
    optimizer = getattr(beras, optimizer)(model.parameters, np.float64(0.01))
    model.compile(optimizer, beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy())
    x, y = batch(random)
    model.batch_step(x.astype(dtype), y)
    arrays = [*model.parameters, *(parameter.grad for parameter in model.parameters)]
    arrays += [layer.outputs[0] for layer in (*model.layers, model.loss_fn)]
    arrays += getattr(optimizer, "m", []) + getattr(optimizer, "v", [])
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


# --- models and training --------------------------------------------------------------------


def test_sequential_takes_layers_or_one_list(beras, random):
    model, x = small_model(beras), random.normal(size=(3, 5))
    for same in (beras.Sequential(model.layers), beras.Sequential(tuple(model.layers))):
        np.testing.assert_array_equal(same(x), model(x))
        assert all(map(lambda a, b: a is b, same.parameters, model.parameters))
    assert len(model.parameters) == 6
    assert len(beras.Sequential(beras.ReLU()).layers) == 1


def test_a_step_uses_the_gradients_of_its_own_batch_alone(beras, random):
    (x, y), twins = batch(random), [compiled(beras), compiled(beras)]
    twins[1].loss_fn(twins[1](2 * x), y).backward()  # left over from something else
    for model in twins:
        model.batch_step(x, y)
    for one, other in zip(*(model.parameters for model in twins), strict=True):
        np.testing.assert_array_equal(one, other)


def test_frozen_layers_stay_through_training(beras, random):
    model, (x, y) = compiled(beras), batch(random)
    before = [np.array(parameter) for parameter in model.parameters]
    for parameter in model.layers[2].parameters:
        parameter.requires_grad = False
    model.fit(x, y, epochs=2, batch_size=3)
    same = list(map(np.array_equal, before, model.parameters))
    assert same == [False] * 2 + [True] * 2 + [False] * 2


def test_evaluation_covers_all_and_changes_nothing(beras, random):
    model, (x, y) = compiled(beras), batch(random, 10)
    before = [np.array(parameter) for parameter in model.parameters]
    whole, predictions = model.evaluate(x, y, batch_size=10)
    in_batches, same_predictions = model.evaluate(x, y, batch_size=4)
    assert in_batches == pytest.approx(whole)
    np.testing.assert_allclose(same_predictions, predictions, atol=1e-14)
    assert all(map(np.array_equal, before, model.parameters))
    assert [parameter.grad for parameter in model.parameters] == [None] * 6
    assert model.layers[-1].outputs[0].made_by is None
    assert model(x).made_by is model.layers[-1]


def test_fit_reports_to_whoever_listens(beras, random):
    model, (x, y), calls, logged = compiled(beras), batch(random, 10), [], []
    run = SimpleNamespace(log=logged.append)
    history = model.fit(x, y, 3, 4, run, on_batch=lambda *call: calls.append(call[:2]))
    assert calls[:4] == [(0, 4), (0, 8), (0, 10), (1, 4)]
    assert history["loss"][-1] < history["loss"][0]
    assert [means["loss"] for means in logged] == history["loss"]
    metrics, _ = model.evaluate(x, y, 4, wandb_run=run)
    assert logged[-1] == {"eval_loss": metrics["loss"], "eval_acc": metrics["acc"]}


def trained(reference):
    """An evaluation of a model trained shortly on some of the shipped digits."""
    x, labels, x_test, y_test = reference.preprocess.load_and_preprocess_data(
        reference.preprocess.SHIPPED
    )
    model = reference.assignment.train(x[:2000], labels[:2000], epochs=2, seed=0)
    metrics, _ = model.evaluate(x_test, reference.assignment.one_hot(y_test), batch_size=500)
    return metrics


def test_both_editions_learn_digits_alike(reference):
    metrics = trained(reference)
    assert metrics["acc"] > 0.85
    with imported(REFERENCE) as tape_edition:
        assert trained(tape_edition) == pytest.approx(metrics, rel=1e-3)


def test_assignment_runs_as_a_script(folder, tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("MNIST_DIR", raising=False)
    command = [sys.executable, str(folder / "assignment.py"), "--epochs", "1"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines()[-1].startswith("1000 held-out digits  loss ")
