"""The reference keeps the contract where a slip would be silent, and loads digits or says why."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.imported import imported

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


@pytest.fixture(scope="module")
def reference():
    with imported(REFERENCE) as modules:
        yield modules


@pytest.fixture
def beras(reference):
    return reference.beras


@pytest.fixture
def random():
    return np.random.default_rng(7)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home folder, and no MNIST_DIR: what this machine has does not matter."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.delenv("MNIST_DIR", raising=False)
    return folder


# --- digits ---------------------------------------------------------------------------------


@pytest.fixture
def digits(random):
    """The four arrays of a very small MNIST."""
    return {
        "x_train": random.integers(0, 256, (6, 28, 28), dtype=np.uint8),
        "y_train": np.arange(6, dtype=np.uint8),
        "x_test": random.integers(0, 256, (4, 28, 28), dtype=np.uint8),
        "y_test": np.arange(6, 10, dtype=np.uint8),
    }


def idx_bytes(array, magic=None):
    numbers = [0x800 + array.ndim if magic is None else magic, *array.shape]
    return np.array(numbers, dtype=">u4").tobytes() + array.tobytes()


@pytest.fixture
def idx_folder(tmp_path, digits):
    """MNIST's four IDX files, the labels compressed."""
    for name, array in digits.items():
        path = tmp_path / IDX_NAMES[name]
        if array.ndim == 3:
            path.write_bytes(idx_bytes(array))
        else:
            Path(f"{path}.gz").write_bytes(gzip.compress(idx_bytes(array)))
    return tmp_path


@pytest.fixture
def archive(tmp_path, digits):
    path = tmp_path / "mnist.npz"
    np.savez_compressed(path, **digits)
    return path


def assert_loaded(loaded, digits):
    x_train, y_train, x_test, y_test = loaded
    np.testing.assert_allclose(x_train, digits["x_train"].reshape(6, 784) / 255, rtol=1e-6)
    np.testing.assert_allclose(x_test, digits["x_test"].reshape(4, 784) / 255, rtol=1e-6)
    np.testing.assert_array_equal(y_train, digits["y_train"])
    np.testing.assert_array_equal(y_test, digits["y_test"])
    assert x_train.dtype == x_test.dtype == np.float32
    assert y_train.dtype.kind == "i"


@pytest.mark.usefixtures("home")
def test_shipped_digits_are_balanced_and_disjoint(reference):
    x_train, y_train, x_test, y_test = reference.preprocess.load_and_preprocess_data()
    assert x_train.shape == (4000, 784)
    assert x_test.shape == (1000, 784)
    assert (np.bincount(y_train) == 400).all()
    assert (np.bincount(y_test) == 100).all()
    assert x_train.min() == 0
    assert x_train.max() == 1
    assert len(np.unique(np.concatenate([x_train, x_test]), axis=0)) == 5000


def test_digits_of_the_checks_are_balanced():
    path = REFERENCE.parent / "autograder" / "homework" / "data" / "digits.npz"
    with np.load(path, allow_pickle=False) as checked:
        assert checked["x"].shape == (800, 784)
        assert checked["x"].dtype == np.uint8
        assert (np.bincount(checked["y"]) == 80).all()
    assert path.stat().st_size < 250_000


def test_idx_files_load_plain_and_compressed(reference, idx_folder, digits):
    assert_loaded(reference.preprocess.load_and_preprocess_data(idx_folder), digits)


def test_archive_loads_by_path_and_by_folder(reference, archive, digits):
    assert_loaded(reference.preprocess.load_and_preprocess_data(archive), digits)
    assert_loaded(reference.preprocess.load_and_preprocess_data(archive.parent), digits)


def test_mnist_dir_comes_before_the_cache_of_keras(
    reference, home, idx_folder, digits, monkeypatch
):
    cache = home / ".keras" / "datasets"
    cache.mkdir(parents=True)
    np.savez(cache / "mnist.npz", **{**digits, "y_train": digits["y_train"][::-1]})
    loaded = reference.preprocess.load_and_preprocess_data()
    np.testing.assert_array_equal(loaded[1], digits["y_train"][::-1])
    monkeypatch.setenv("MNIST_DIR", str(idx_folder))
    assert_loaded(reference.preprocess.load_and_preprocess_data(), digits)


def assert_refused(reference, source, *expected):
    with pytest.raises(reference.preprocess.DataError) as caught:
        reference.preprocess.load_and_preprocess_data(source)
    for text in (*expected, "What to do: "):
        assert str(text) in str(caught.value)


IMAGES, LABELS = IDX_NAMES["x_train"], IDX_NAMES["y_train"] + ".gz"
DAMAGES = [
    (IMAGES, lambda good: good[:10], "cut short"),
    (IMAGES, lambda good: good[:-1], "announces 4704 values and holds 4703"),
    (IMAGES, lambda good: good + b"\0", "holds 4705"),
    (IMAGES, lambda good: b"\0\0\x08\x01" + good[4:], "starts with the number 2049, not 2051"),
    (IMAGES, lambda good: good[:4] + b"\xff" * 12, "announces"),
    (IMAGES, lambda good: good[:4] + bytes([0, 0, 0, 3]) + good[8 : 16 + 3 * 784], "differ"),
    (LABELS, lambda good: good[:-9], "cannot be read"),
    (LABELS, lambda _: b"not gzip", "cannot be read"),
    (LABELS, lambda good: good[:14] + b"\xff\xff\xff" + good[17:], "cannot be read"),
    (LABELS, lambda _: gzip.compress(idx_bytes(np.full(6, 10, np.uint8))), "not digits"),
]


@pytest.mark.parametrize(("name", "damage", "expected"), DAMAGES)
def test_damaged_idx_file_is_named(reference, idx_folder, name, damage, expected):
    path = idx_folder / name
    path.write_bytes(damage(path.read_bytes()))
    where = idx_folder if expected in ("differ", "not digits") else path
    assert_refused(reference, idx_folder, where, expected)


def test_missing_idx_file_is_named(reference, idx_folder):
    (idx_folder / IMAGES).unlink()
    assert_refused(reference, idx_folder, idx_folder, IMAGES)


def flip_bytes_inside(content):
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(255 - byte for byte in content[middle:][:64])
        + content[middle + 64 :]
    )


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda _: b"", "not an .npz archive"),
        (lambda _: b"hello", "not an .npz archive"),
        (lambda good: good[: len(good) // 2], "cut short"),
        (flip_bytes_inside, "cannot be read"),
    ],
)
def test_damaged_archive_is_named(reference, archive, damage, expected):
    archive.write_bytes(damage(archive.read_bytes()))
    assert_refused(reference, archive, archive, expected)


def test_archive_with_other_contents_is_refused(reference, tmp_path, digits):
    path = tmp_path / "other.npz"
    np.savez(path, x_train=digits["x_train"], y_train=digits["y_train"])
    assert_refused(reference, path, path, "x_test, y_test")
    np.savez(path, **{**digits, "x_test": digits["x_test"] / 255})
    assert_refused(reference, path, path, "float64 (4, 28, 28)")
    np.savez(path, **{**digits, "y_test": np.array([{}] * 4, dtype=object)})
    assert_refused(reference, path, path, "cannot be read")


def test_missing_source_is_named(reference, tmp_path):
    assert_refused(reference, tmp_path / "nowhere.npz", "nowhere.npz does not exist")


def test_damaged_cache_of_keras_is_not_passed_over(reference, home):
    cache = home / ".keras" / "datasets" / "mnist.npz"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"half a download")
    assert_refused(reference, None, cache, "delete it")


# --- beras ----------------------------------------------------------------------------------


def small_model(beras, dtype):
    np.random.seed(3)
    layers = [
        beras.Dense(5, 7, "kaiming", dtype=dtype),
        beras.LeakyReLU(),
        beras.Dense(7, 6, "xavier", dtype=dtype),
        beras.Sigmoid(),
        beras.Dense(6, 4, "xavier uniform", dtype=dtype),
        beras.Softmax(),
    ]
    return beras.SequentialModel(layers)


def spy_on_dtypes(optimizer):
    """Return a list that fills with the dtypes of all gradients that optimizer is given."""
    seen, apply_gradients = [], optimizer.apply_gradients

    def spy(params, grads):
        seen.extend(grad.dtype for grad in grads)
        apply_gradients(params, grads)

    optimizer.apply_gradients = spy
    return seen


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", ["BasicOptimizer", "RMSProp", "Adam"])
@pytest.mark.parametrize("loss", ["MeanSquaredError", "CategoricalCrossEntropy"])
def test_train_step_keeps_the_dtype(beras, random, dtype, optimizer, loss):
    model, optimizer = small_model(beras, dtype), getattr(beras, optimizer)(np.float64(0.01))
    model.compile(optimizer, getattr(beras, loss)(), beras.CategoricalAccuracy())
    seen = spy_on_dtypes(optimizer)
    x, y = random.normal(size=(8, 5)).astype(dtype), np.eye(4)[random.integers(0, 4, 8)]
    model.batch_step(x, y)
    assert seen == [dtype] * 6
    assert {weight.dtype for weight in model.weights} == {np.dtype(dtype)}
    assert {layer.outputs[0].dtype for layer in model.layers} == {np.dtype(dtype)}
    assert model.loss_fn.outputs[0].dtype == dtype
    states = [array for _, arrays in optimizer._states.values() for array in arrays]
    assert all(array.dtype == dtype for array in states)


def test_every_layer_follows_a_float32_input(beras, random):
    x = random.normal(size=(3, 4)).astype(np.float32)
    for layer in (beras.Dense(4, 4), beras.ReLU(), beras.LeakyReLU(), beras.Sigmoid(),
                  beras.Softmax()):  # fmt: skip
        y = layer(x)
        gradients = layer.get_input_gradients() + layer.get_weight_gradients()
        composed = layer.compose_input_gradients([y]) + layer.compose_weight_gradients([y])
        assert {array.dtype for array in [y, *gradients, *composed]} == {np.dtype(np.float32)}


def test_softmax_composes_as_its_jacobian(beras, random):
    softmax, upstream = beras.Softmax(), random.normal(size=(6, 5))
    softmax(3 * random.normal(size=(6, 5)))
    (jacobian,) = softmax.get_input_gradients()
    (composed,) = softmax.compose_input_gradients([upstream])
    np.testing.assert_allclose(composed, np.einsum("bj,bij->bi", upstream, jacobian), atol=1e-14)


def test_dense_composes_as_the_generic_rule_does(beras, random):
    layer, upstream = beras.Dense(4, 3), random.normal(size=(6, 3))
    layer(random.normal(size=(6, 4)))
    generic = beras.Diffable.compose_weight_gradients(layer, [upstream])
    for mine, other in zip(layer.compose_weight_gradients([upstream]), generic, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-13)


def test_extremes_are_finite_and_right(beras):
    x = np.array([[-1e4, 0.0, 1e4], [-745.0, 745.0, -1.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        sigmoid, softmax = beras.Sigmoid()(x), beras.Softmax()(np.array([[1e4, 0], [0, -1e4]]))
        loss = beras.CategoricalCrossEntropy()
        value = loss(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]))
        (gradient,) = loss.get_input_gradients()
    np.testing.assert_array_equal(sigmoid[0], [0, 0.5, 1])
    assert sigmoid[1, 0] == pytest.approx(np.exp(-745.0))
    np.testing.assert_array_equal(softmax, [[1, 0], [1, 0]])
    assert value == pytest.approx(-np.log(1e-12))
    assert gradient[0, 0] == pytest.approx(-1e12)
    assert gradient[0, 1] == 0


def test_gradient_methods_change_nothing(beras, random):
    model, y = small_model(beras, np.float64), np.eye(4)[random.integers(0, 4, 8)]
    x = random.normal(size=(8, 5))
    loss = beras.CategoricalCrossEntropy()
    loss(model(x), y)
    arrays = [x, y, *model.weights, *(layer.outputs[0] for layer in model.layers)]
    copies = [np.array(array) for array in arrays]
    for layer in model.layers:
        upstream = random.normal(size=layer.outputs[0].shape)
        for method in (layer.compose_input_gradients, layer.compose_weight_gradients):
            for J in (None, [None], [upstream]):
                for first, second in zip(method(J), method(J), strict=True):
                    np.testing.assert_array_equal(first, second)
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_tape_adds_up_where_a_tensor_feeds_two_layers(beras, random):
    x, y = beras.Tensor(random.normal(size=(5, 3))), random.normal(size=(5, 3))
    first, second, loss = beras.Dense(3, 3), beras.Dense(3, 3), beras.MeanSquaredError()
    with beras.GradientTape() as tape:
        hidden = first(x)
        value = loss(second(hidden), hidden)  # the labels' side stays a constant
        other = second.outputs[0]
    upstream = 2 * (other - hidden) / other.size
    (gradient,) = tape.gradient(value, [x])
    np.testing.assert_allclose(gradient, upstream @ second.w.T @ first.w.T, atol=1e-13)

    class Sum(beras.MeanSquaredError):
        def forward(self, left, right):
            return super().forward(left + right, y)

        def get_input_gradients(self):
            return [2 * (self.inputs[0] + self.inputs[1] - y) / y.size] * 2

    loss = Sum()
    with beras.GradientTape() as tape:
        hidden = first(x)
        value = loss(hidden, second(hidden))
    upstream = loss.get_input_gradients()[0]
    through_both = upstream + upstream @ second.w.T
    w, hidden_gradient = tape.gradient(value, [first.w, hidden])
    np.testing.assert_allclose(hidden_gradient, through_both, atol=1e-13)
    np.testing.assert_allclose(w, x.T @ through_both, atol=1e-12)


def test_tape_follows_the_order_of_sources(beras, random):
    model, x = small_model(beras, np.float64), beras.Tensor(random.normal(size=(8, 5)))
    stranger = beras.Variable(np.ones((2, 3)))
    with beras.GradientTape() as tape:
        value = beras.MeanSquaredError()(model(x), np.zeros((8, 4)))
    sources = [model.weights[3], x, stranger, *model.weights]
    gradients = tape.gradient(value, sources)
    assert [gradient.shape for gradient in gradients] == [source.shape for source in sources]
    assert not gradients[2].any()
    np.testing.assert_array_equal(gradients[0], gradients[6])
    for shuffled, source in zip(tape.gradient(value, sources[::-1])[::-1], sources, strict=True):
        np.testing.assert_array_equal(shuffled, tape.gradient(value, [source])[0])


def test_labels_are_constants_to_the_tape(beras, random):
    student, teacher, x = beras.Dense(3, 2), beras.Dense(3, 2), random.normal(size=(5, 3))
    with beras.GradientTape() as tape:
        value = beras.MeanSquaredError()(student(x), teacher(x))
    of_teacher, of_student = tape.gradient(value, [teacher.w, student.w])
    assert of_student.all()
    assert not of_teacher.any()


def test_tape_computes_no_gradient_that_nobody_needs(beras, random, monkeypatch):
    model = small_model(beras, np.float64)
    with beras.GradientTape() as tape:
        value = beras.MeanSquaredError()(model(random.normal(size=(8, 5))), np.zeros((8, 4)))
    monkeypatch.delattr(beras.Dense, "compose_input_gradients")
    monkeypatch.setattr(beras.Dense, "get_input_gradients", None)
    (gradient,) = tape.gradient(value, [model.weights[-1]])  # needs no input of any Dense
    assert gradient.shape == (4,)


def test_tapes_do_not_nest_and_are_released(beras):
    with beras.GradientTape(), pytest.raises(RuntimeError, match="nest"), beras.GradientTape():
        pass
    with pytest.raises(KeyError), beras.GradientTape():
        raise KeyError
    assert beras.Diffable.gradient_tape is None


def test_tape_refuses_what_it_cannot_know(beras):
    layer, x = beras.Dense(2, 2), np.ones((1, 2))
    outside = layer(x)
    with beras.GradientTape() as tape:
        y = layer(x)
    with pytest.raises(ValueError, match="not computed"):
        tape.gradient(outside, [layer.w])
    layer(x)
    with pytest.raises(RuntimeError, match="called again"):
        tape.gradient(y, [layer.w])


def test_keyword_arguments_are_kept_in_the_order_of_forward(beras):
    loss, p, y = beras.MeanSquaredError(), np.ones((2, 3)), np.zeros((2, 3))
    loss(y_true=y, y_pred=p)
    assert loss.inputs[0] is p
    assert loss.inputs[1] is y


def test_optimizers_keep_a_state_per_parameter(beras, random):
    start, gradients = random.normal(size=(2, 3)), random.normal(size=(4, 2, 3))
    alone, beside = beras.Variable(start), beras.Variable(start)
    bias = beras.Variable(np.zeros(3))
    for kind in ("RMSProp", "Adam"):
        one, both = getattr(beras, kind)(0.1), getattr(beras, kind)(0.1)
        for step, gradient in enumerate(gradients):
            one.apply_gradients([alone], [gradient])
            pairs = [(bias, np.ones((1, 3))), (beside, gradient)][:: (-1) ** step]
            both.apply_gradients(*zip(*pairs, strict=True))
            np.testing.assert_array_equal(alone, beside)
        with pytest.raises(ValueError, match="shape"):
            one.apply_gradients([alone], [gradient.T])


@pytest.mark.parametrize("amsgrad", [False, True])
def test_adam_follows_the_paper(beras, random, amsgrad):
    p, m, v, largest = random.normal(size=(4, 3)), 0, 0, 0
    variable, adam = beras.Variable(p), beras.Adam(0.1, 0.8, 0.9, 1e-3, amsgrad)
    for t in range(1, 8):
        g = random.normal(size=p.shape) / t**2
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
        largest = np.maximum(largest, v) if amsgrad else v
        p = p - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(largest / (1 - 0.9**t)) + 1e-3)
        adam.apply_gradients([variable], [g])
        np.testing.assert_allclose(variable, p, rtol=1e-12)


def test_trainable_is_inherited_and_restored(beras):
    layer = beras.Dense(2, 3)
    layer.trainable = False
    assert not (layer.w[0].trainable)
    assert not ((layer.w * 2).trainable)
    assert not (layer.trainable)
    assert layer.trainable_variables == []
    assert layer.non_trainable_variables[0] is layer.w
    layer.trainable = True
    assert layer.trainable_variables[0] is layer.w
    start = np.ones(2)
    variable = beras.Variable(start)
    variable.assign([3, 4])
    assert variable.tolist() == [3, 4]
    assert start.tolist() == [1, 1]
    assert beras.Tensor(variable) is variable
    assert variable.dtype == beras.Variable([1, 2]).dtype == np.float64


@pytest.mark.parametrize("value", [7, [7.0], [[7.0]], np.array([[7.0]])])
def test_assign_takes_what_broadcasts(reference, value):
    bias = reference.beras.Variable([0.0])
    bias.assign(value)
    assert bias.tolist() == [7.0]


def test_one_hot_remembers_what_fit_saw(beras):
    encoder = beras.OneHotEncoder()
    encoder.fit(["cat", "ant", "dog"])
    assert encoder(["dog", "cat"]).tolist() == [[0, 0, 1], [0, 1, 0]]
    assert encoder.inverse(encoder(["dog", "ant"])).tolist() == ["dog", "ant"]
    with pytest.raises(ValueError, match="emu"):
        encoder(["ant", "emu"])


def test_model_reports_means_and_changes_nothing_unless_training(beras, random):
    model = small_model(beras, np.float64)
    model.compile(beras.Adam(0.01), beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy())
    x, y = random.normal(size=(10, 5)), np.eye(4)[random.integers(0, 4, 10)]
    before = [np.array(weight) for weight in model.weights]
    whole, predictions = model.evaluate(x, y, batch_size=10)
    in_batches, same_predictions = model.evaluate(x, y, batch_size=4)
    assert in_batches == pytest.approx(whole)
    np.testing.assert_allclose(same_predictions, predictions, atol=1e-14)
    assert all(map(np.array_equal, before, model.weights))
    calls = []
    history = model.fit(x, y, 3, 4, on_batch=lambda *call: calls.append(call[:2]))
    assert [len(history["loss"]), len(history["acc"])] == [3, 3]
    assert calls[:4] == [(0, 4), (0, 8), (0, 10), (1, 4)]
    assert history["loss"][-1] < history["loss"][0]


def test_model_learns_the_shipped_digits(reference):
    data = reference.preprocess.load_and_preprocess_data(reference.preprocess.SHIPPED)
    x_train, y_train, x_test, y_test = data
    model = reference.assignment.train(x_train, y_train, epochs=2, seed=0)
    metrics, _ = model.evaluate(x_test, reference.assignment.one_hot(y_test), batch_size=500)
    assert metrics["acc"] > 0.88


def run_assignment(home, *arguments):
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
    command = [sys.executable, str(REFERENCE / "assignment.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_assignment_runs_as_a_script(home):
    finished = run_assignment(home, "--epochs", "1", "--seed", "1")
    lines = finished.stdout.splitlines()
    assert finished.returncode == 0
    assert finished.stderr == ""
    assert len(lines) == 2
    assert "\r" not in finished.stdout
    assert lines[0].startswith("epoch 1/1  loss ")
    assert lines[1].startswith("1000 held-out digits")


def test_assignment_names_damaged_data_without_a_traceback(home, tmp_path):
    finished = run_assignment(home, "--data", str(tmp_path / "none.npz"))
    assert finished.returncode == 1
    assert "none.npz does not exist" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_progress_bar_fills_on_a_terminal(reference, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    progress = reference.assignment.Progress(epochs=1, samples=10)
    for done in (5, 10):
        progress.drawn_at = 0.0
        progress(0, done, {"loss": 0.5, "acc": 0.25})
    half, full = capsys.readouterr().out.split("\r")[1:]
    assert half.startswith("[" + "#" * 15 + "." * 15 + "]")
    assert full.startswith("[" + "#" * 30 + "]")
    assert full.endswith("25.00%\n")
