"""Training speed of both editions' references, in samples a second, beside other ways to train.

    python benchmarks/train.py [--rounds 15] [--seeds 5] [--json FILE]

One step is the same for all: a batch through 784-128-10 with ReLU, softmax and cross-entropy in
float32, the loss and accuracy as Python floats, the gradients, Adam. They start from the same
weights, and nothing is timed before all agree on the losses of the first steps. They take turns,
an epoch at a time, so that whatever else the machine does falls on all alike. BLAS reads its number
of threads when it is loaded, so each number of threads has a process of its own, on as many cores.
PyTorch and JAX join in where they are installed; `fused=True` is PyTorch's fastest Adam, in one C++
loop, and JAX compiles the whole step into one function.

A second table tells what the parts of a step cost, in CPU time at one thread, which other work on
the machine hardly changes.

Then each edition trains its own model of assignment.py on the shipped digits, once for each seed,
and reads the held-out ones.
"""

import argparse
import functools
import importlib.util
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder import reference  # noqa: E402
from autograder.homework import catalogue  # noqa: E402
from tests.imported import imported  # noqa: E402

SIZES = (784, 128, 10)
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 0.001, 0.9, 0.999, 1e-7
THREADS, BATCH_SIZES = (1, 2), (64, 256)
CHECKED_STEPS = 30
EPOCHS = 12  # the default of assignment.py
LAYERS = ("784 to 128", "ReLU", "128 to 10", "softmax")
METHODS = ("forward", "compose_input_gradients", "compose_weight_gradients")
PAUSE = 0.1  # seconds, before each turn: BLAS threads spin for a while after their last call
TOLERANCE = 1e-3  # of the losses: float32 sums in other orders, over CHECKED_STEPS


@functools.cache
def solution(edition):
    """Return beras, preprocess and assignment of an edition's reference."""
    with tempfile.TemporaryDirectory() as folder:
        whole = reference.assemble(catalogue.named(edition), Path(folder))
        with imported(whole) as modules:
            modules.digits = modules.preprocess.load_and_preprocess_data(modules.preprocess.SHIPPED)
            return modules


class Reference:
    """The tape edition's own batch_step."""

    name, optimizer_step = "reference", "apply_gradients"

    def __init__(self, weights):
        beras = solution("tape").beras
        layers = [beras.Dense(*sizes, dtype=np.float32) for sizes in itertools.pairwise(SIZES)]
        self.model = beras.SequentialModel([layers[0], beras.ReLU(), layers[1], beras.Softmax()])
        for weight, value in zip(self.model.weights, weights, strict=True):
            weight.assign(value)
        optimizer = beras.Adam(LEARNING_RATE, BETA_1, BETA_2, EPSILON)
        self.model.compile(optimizer, beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy())

    def prepare(self, x, labels):
        return x, np.eye(10, dtype=np.float32)[labels]

    def step(self, x, y):
        return self.model.batch_step(x, y)["loss"]

    def parts(self):
        """Return {name: (object, its methods)} of what a step is made of."""
        model = self.model
        asked = {**dict(zip(LAYERS, model.layers, strict=True)), "loss": model.loss_fn}
        asked["accuracy"] = model.acc_fn
        methods = {name: (part, self._methods(part)) for name, part in asked.items()}
        return {**methods, "Adam": (model.optimizer, [self.optimizer_step])}

    @staticmethod
    def _methods(part):
        return [name for name in METHODS if hasattr(part, name)]


class Backward(Reference):
    """The same of the backward edition."""

    name, optimizer_step = "backward edition", "step"

    def __init__(self, weights):
        beras = solution("backward").beras
        layers = [beras.Linear(*sizes, dtype=np.float32) for sizes in itertools.pairwise(SIZES)]
        self.model = beras.Sequential(layers[0], beras.ReLU(), layers[1], beras.Softmax())
        parameters = self.model.parameters
        for parameter, value in zip(parameters, weights, strict=True):
            parameter.assign(value)
        optimizer = beras.Adam(parameters, LEARNING_RATE, BETA_1, BETA_2, EPSILON)
        self.model.compile(optimizer, beras.CategoricalCrossEntropy(), beras.CategoricalAccuracy())


class AdamInPlace:
    """Adam over one flat vector: the moments are kept unscaled, which saves two passes."""

    def __init__(self, size):
        self.m, self.v, self.scratch = np.zeros((3, size), dtype=np.float32)
        self.t = 0

    def step(self, parameters, gradients):
        m, v, scratch = self.m, self.v, self.scratch
        self.t += 1
        # m here is m / (1 - beta_1), v is v / (1 - beta_2): two scalars put that right.
        v_scale = ((1 - BETA_2**self.t) / (1 - BETA_2)) ** 0.5
        m *= BETA_1
        m += gradients
        v *= BETA_2
        np.multiply(gradients, gradients, out=scratch)
        v += scratch
        np.sqrt(v, out=scratch)
        scratch += EPSILON * v_scale
        np.divide(m, scratch, out=scratch)
        scratch *= LEARNING_RATE * v_scale * (1 - BETA_1) / (1 - BETA_1**self.t)
        parameters -= scratch


class HandFused:
    """One function for one network: no layers, no tape, every array made once."""

    name = "hand-fused NumPy"

    def __init__(self, weights):
        self.parameters = np.concatenate([weight.ravel() for weight in weights])
        self.gradients = np.empty_like(self.parameters)
        self.weights = self._views(self.parameters, weights)
        self.weight_gradients = self._views(self.gradients, weights)
        self.adam = AdamInPlace(self.parameters.size)
        self.buffers = {}

    @staticmethod
    def _views(flat, weights):
        ends = np.cumsum([weight.size for weight in weights])
        parts = np.split(flat, ends[:-1])
        return [part.reshape(weight.shape) for part, weight in zip(parts, weights, strict=True)]

    def prepare(self, x, labels):
        return x, labels

    def parts(self):
        """Return the one part that is a function of its own, as Reference.parts does."""
        return {"Adam": (self.adam, ["step"])}

    def _buffers(self, size):
        if size not in self.buffers:
            shapes = ((size, SIZES[1]), (size, SIZES[2]), (size, SIZES[1]))
            arrays = [np.empty(shape, dtype=np.float32) for shape in shapes]
            self.buffers[size] = arrays, np.empty(shapes[0], dtype=bool), np.arange(size)
        return self.buffers[size]

    def step(self, x, labels):
        w1, b1, w2, b2 = self.weights
        (hidden, p, d_hidden), positive, rows = self._buffers(len(x))
        np.matmul(x, w1, out=hidden)
        hidden += b1
        np.maximum(hidden, 0, out=hidden)
        np.matmul(hidden, w2, out=p)
        p += b2
        p -= p.max(axis=1, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=1, keepdims=True)
        loss = -float(np.log(p[rows, labels]).mean())
        float((p.argmax(axis=1) == labels).mean())
        p[rows, labels] -= 1  # softmax and cross-entropy together: dL/dz = (p - y) / N
        p *= 1 / len(x)
        d_w1, d_b1, d_w2, d_b2 = self.weight_gradients
        np.matmul(hidden.T, p, out=d_w2)
        np.sum(p, axis=0, out=d_b2)
        np.matmul(p, w2.T, out=d_hidden)
        d_hidden *= np.greater(hidden, 0, out=positive)
        np.matmul(x.T, d_hidden, out=d_w1)
        np.sum(d_hidden, axis=0, out=d_b1)
        self.adam.step(self.parameters, self.gradients)
        return loss


class SampleLoop:
    """A Python loop over the samples of a batch, as many a first solution has it."""

    name = "per-sample loop"

    def __init__(self, weights):
        self.weights = [weight.copy() for weight in weights]
        self.adams = [AdamInPlace(weight.size) for weight in weights]

    def prepare(self, x, labels):
        return x, labels

    def step(self, x, labels):
        gradients = [np.zeros_like(weight) for weight in self.weights]
        loss = sum(
            self._add_sample(*sample, gradients) for sample in zip(x, labels, strict=True)
        ) / len(x)
        for weight, gradient, adam in zip(self.weights, gradients, self.adams, strict=True):
            adam.step(weight.reshape(-1), gradient.reshape(-1) / len(x))
        return float(loss)

    def _add_sample(self, x, label, gradients):
        w1, b1, w2, b2 = self.weights
        hidden = np.maximum(x @ w1 + b1, 0)
        logits = hidden @ w2 + b2
        p = np.exp(logits - logits.max())
        p /= p.sum()
        loss = -np.log(p[label])
        p[label] -= 1
        d_hidden = (w2 @ p) * (hidden > 0)
        local = (np.outer(x, d_hidden), d_hidden, np.outer(hidden, p), p)
        for total, gradient in zip(gradients, local, strict=True):
            total += gradient
        return loss


class PyTorch:
    """PyTorch eager on the CPU, with its usual Adam."""

    name, fused = "PyTorch eager", False

    def __init__(self, weights):
        import torch

        self.torch = torch
        self.net = torch.nn.Sequential(
            torch.nn.Linear(*SIZES[:2]), torch.nn.ReLU(), torch.nn.Linear(*SIZES[1:])
        )
        with torch.no_grad():
            for parameter, weight in zip(self.net.parameters(), weights, strict=True):
                parameter.copy_(torch.from_numpy(weight.T))
        self.optimizer = torch.optim.Adam(
            self.net.parameters(), LEARNING_RATE, (BETA_1, BETA_2), EPSILON, fused=self.fused
        )

    def prepare(self, x, labels):
        return self.torch.from_numpy(x), self.torch.from_numpy(labels)

    def step(self, x, labels):
        self.optimizer.zero_grad()
        logits = self.net(x)
        loss = self.torch.nn.functional.cross_entropy(logits, labels)
        loss.backward()
        self.optimizer.step()
        (logits.argmax(1) == labels).float().mean().item()
        return loss.item()


class PyTorchFused(PyTorch):
    """The same with the C++ loop for Adam, which has to be asked for."""

    name, fused = "PyTorch, fused Adam", True


class Jax:
    """JAX on the CPU: loss, accuracy, gradients and Adam compiled into one function."""

    name = "JAX, jit"

    def __init__(self, weights):
        import jax

        self.numpy = jax.numpy
        zeros = [jax.numpy.zeros_like(weight) for weight in weights]
        self.state = [jax.numpy.asarray(weight) for weight in weights], zeros, zeros, 0
        gradients_of = jax.value_and_grad(self._loss, has_aux=True)
        self.trained = jax.jit(functools.partial(self._trained, gradients_of))

    def _loss(self, weights, x, labels):
        """Return the loss, and the accuracy beside it."""
        w1, b1, w2, b2 = weights
        logits = self.numpy.maximum(x @ w1 + b1, 0) @ w2 + b2
        logits -= logits.max(axis=1, keepdims=True)
        log_p = logits - self.numpy.log(self.numpy.exp(logits).sum(axis=1, keepdims=True))
        loss = -self.numpy.take_along_axis(log_p, labels[:, None], axis=1).mean()
        return loss, (logits.argmax(axis=1) == labels).mean()

    def _trained(self, gradients_of, state, x, labels):
        """Return weights, moments and count after a step, with the loss and accuracy before it."""
        weights, m, v, t = state
        metrics, gradients = gradients_of(weights, x, labels)
        t += 1
        m = [BETA_1 * old + (1 - BETA_1) * g for old, g in zip(m, gradients, strict=True)]
        v = [BETA_2 * old + (1 - BETA_2) * g**2 for old, g in zip(v, gradients, strict=True)]
        step_size = LEARNING_RATE / (1 - BETA_1**t)
        roots = [self.numpy.sqrt(entry / (1 - BETA_2**t)) + EPSILON for entry in v]
        moved = zip(weights, m, roots, strict=True)
        return ([w - step_size * mean / root for w, mean, root in moved], m, v, t), metrics

    def prepare(self, x, labels):
        return self.numpy.asarray(x), self.numpy.asarray(labels)

    def step(self, x, labels):
        self.state, (loss, accuracy) = self.trained(self.state, x, labels)
        float(accuracy)
        return float(loss)


TAKEN_APART = (Reference, Backward, HandFused)


def contestants(threads):
    """Return all that can be had here."""
    kinds = [*TAKEN_APART]
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(threads)
        kinds += [PyTorch, PyTorchFused]
    if importlib.util.find_spec("jax"):
        kinds.append(Jax)
    return [*kinds, SampleLoop]


def initial_weights():
    """Return w1, b1, w2, b2 in float32, drawn like He et al. (2015)."""
    random = np.random.default_rng(0)
    weights = []
    for m, r in itertools.pairwise(SIZES):
        weights += [random.normal(0, (2 / m) ** 0.5, (m, r)), np.zeros(r)]
    return [weight.astype(np.float32) for weight in weights]


def load_batches(size):
    """Return the shipped training digits in batches of size, without the smaller last one."""
    x, labels, _, _ = solution("tape").digits
    starts = range(0, len(x) - size + 1, size)
    return [(x[start : start + size], labels[start : start + size]) for start in starts]


def check_agreement(kinds, batches):
    """Exit unless all contestants have the losses of the first one, step by step."""
    weights, expected = initial_weights(), None
    for kind in kinds:
        contestant = kind(weights)
        prepared = [contestant.prepare(*batch) for batch in batches[:CHECKED_STEPS]]
        losses = np.array([contestant.step(*batch) for batch in prepared])
        expected = losses if expected is None else expected
        difference = np.abs(losses - expected).max()
        if not difference < TOLERANCE:
            sys.exit(f"{kind.name} does not compute the same: losses differ by {difference:.2g}")


def samples_per_second(contestant, prepared):
    time.sleep(PAUSE)
    contestant.step(*prepared[0])
    start = time.perf_counter()
    for batch in prepared:
        contestant.step(*batch)
    return sum(len(x) for x, _ in prepared) / (time.perf_counter() - start)


def measure(threads, batch_size, rounds):
    """Return {name: [samples per second in each round]}, the contestants taking turns."""
    if hasattr(os, "sched_setaffinity"):  # JAX takes as many threads as it may use cores
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    kinds, batches = contestants(threads), load_batches(batch_size)
    check_agreement(kinds, batches)
    entries = []
    for kind in kinds:
        contestant = kind(initial_weights())
        used = batches[: max(1, 128 // batch_size)] if kind is SampleLoop else batches
        entries.append((contestant, [contestant.prepare(*batch) for batch in used]))
    speeds = {kind.name: [] for kind in kinds}
    for turn in range(rounds + 1):
        order = entries[turn % len(entries) :] + entries[: turn % len(entries)]
        for contestant, prepared in order:
            speed = samples_per_second(contestant, prepared)
            if turn > 0:  # the first round only warms up
                speeds[contestant.name].append(speed)
    return speeds


def costs(kind, batch_size):
    """Return {part: microseconds of CPU time in a step}, medians; the rest is what lies between."""
    contestant, spent, steps = kind(initial_weights()), Counter(), []
    for name, (part, methods) in contestant.parts().items():
        for method in methods:
            setattr(part, method, timed(getattr(part, method), name, spent))
    whole = timed(contestant.step, "whole", spent)
    for batch in 3 * load_batches(batch_size):
        spent.clear()
        whole(*contestant.prepare(*batch))
        steps.append({**spent, "the rest": 2 * spent["whole"] - spent.total()})
    return {name: statistics.median(step[name] for step in steps) / 1000 for name in steps[0]}


def timed(function, name, spent):
    """Return the function, with its CPU time added to spent[name]."""

    def call(*arguments):
        started = time.thread_time_ns()
        result = function(*arguments)
        spent[name] += time.thread_time_ns() - started
        return result

    return call


def accuracies(edition, seeds):
    """Return the share of held-out digits read right after training, for each seed."""
    modules = solution(edition)
    x_train, y_train, x_test, y_test = modules.digits
    found = []
    for seed in range(seeds):
        model = modules.assignment.train(x_train, y_train, EPOCHS, seed)
        metrics, _ = model.evaluate(x_test, modules.assignment.one_hot(y_test), batch_size=500)
        found.append(round(metrics["acc"], 4))
    return found


def results_of(threads, rounds):
    """Return speeds, and at one thread what the parts cost, each by batch size."""
    found = {"speeds": {size: measure(threads, size, rounds) for size in BATCH_SIZES}}
    if threads == 1:
        found["costs"] = {
            size: {kind.name: costs(kind, size) for kind in TAKEN_APART} for size in BATCH_SIZES
        }
    return found


def measure_in_process(threads, rounds):
    """Return `results_of` a new Python whose BLAS has so many threads."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    environment = {**os.environ, **{name: str(threads) for name in names}}
    command = [sys.executable, __file__, "--threads", str(threads), "--rounds", str(rounds)]
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if finished.returncode:
        sys.exit(finished.returncode)
    return json.loads(finished.stdout)


def summarise(threads, by_batch_size):
    """Return one dict per contestant and batch size, with medians over the rounds."""
    rows = []
    for batch_size, speeds in by_batch_size.items():
        for name, values in speeds.items():
            fused = speeds[HandFused.name]
            ratios = [own / theirs for own, theirs in zip(values, fused, strict=True)]
            rows.append(
                {
                    "threads": threads,
                    "batch_size": int(batch_size),
                    "contestant": name,
                    "samples_per_second": round(statistics.median(values)),
                    "of_hand_fused": round(statistics.median(ratios), 3),
                }
            )
    return rows


def print_table(rows):
    print("threads  batch  contestant            samples/s  of hand-fused")
    for row in rows:
        print(
            f"{row['threads']:>7}  {row['batch_size']:>5}  {row['contestant']:<20}"
            f"{row['samples_per_second']:>11,}  {row['of_hand_fused']:>11.2f} x"
        )


def print_costs(by_batch_size):
    names = [kind.name for kind in TAKEN_APART]
    for batch_size, by_kind in by_batch_size.items():
        title = f"CPU microseconds, batch {batch_size}"
        print(f"\n{title:<30}" + "".join(f"{name:>20}" for name in names))
        for part in by_kind[names[0]]:
            figures = (by_kind[name].get(part) for name in names)
            shown = ("" if figure is None else f"{figure:.0f}" for figure in figures)
            print(f"  {part:<28}" + "".join(f"{figure:>20}" for figure in shown))


def print_accuracies(by_edition):
    print(f"\nheld-out digits read right after {EPOCHS} epochs")
    for edition, found in by_edition.items():
        mean, seeds = statistics.mean(found), f"{len(found)} seeds"
        print(f"  {edition:<10}{mean:.2%} over {seeds}, from {min(found):.2%} to {max(found):.2%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="epochs timed of each contestant")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each edition; 0: none")
    parser.add_argument("--json", metavar="FILE", help="write the table here as well")
    parser.add_argument("--threads", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.threads:
        print(json.dumps(results_of(arguments.threads, arguments.rounds)))
        return
    by_threads = {threads: measure_in_process(threads, arguments.rounds) for threads in THREADS}
    rows = [
        row for threads, found in by_threads.items() for row in summarise(threads, found["speeds"])
    ]
    print_table(rows)
    print_costs(by_threads[1]["costs"])
    learned = {edition: accuracies(edition, arguments.seeds) for edition in catalogue.names()}
    if arguments.seeds:
        print_accuracies(learned)
    if arguments.json:
        found = {"speeds": rows, "costs": by_threads[1]["costs"], "accuracies": learned}
        Path(arguments.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
