"""A student's layer or loss on known inputs, and what its gradient methods return."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.homework.checks.calls import chain_broken, holds
from autograder.homework.checks.methods import attributes, bring, leave
from autograder.homework.checks.problems import Problem
from autograder.sandbox.faults import WorkerLost
from autograder.truth.comparison import (
    Mismatch,
    Truth,
    as_array,
    axes_last,
    entries,
    expect,
    expect_each,
    expect_unchanged,
    name_cause,
    type_of,
    written,
)
from autograder.truth.diagnosis import Cause, Suspects

Array = npt.NDArray[Any]

Judge = Callable[[list[Array], str, Problem, Sequence[Suspects | None]], None]
"""Raises `Mismatch` unless a gradient method's answers are right. It is given them, what to call
them, the problem, and for each the suspects, or none at all."""

MAX_SECONDS = 0.5
"""How long a student's own forward may be differenced to explain a failure."""

MAX_CALLS = 2000
"""How many calls of it that may take."""


class Trial:
    """A layer or a loss of the student's, called on known inputs; `y` is what it answered.

    `name` is its class, for messages. `inputs` maps what each input is called to its values, in
    the order of `forward`; `others` are the inputs of other calls, which must leave no trace.
    """

    optional_entries = False
    """Whether its gradient methods may list more than they are asked for."""

    def __init__(
        self,
        beras: Any,
        problem: Problem,
        name: str,
        layer: Any,
        inputs: Mapping[str, Array],
        others: Sequence[Array],
    ) -> None:
        self.name, self.layer = name, layer
        self._beras, self._thorough = beras, problem.thorough
        self._inputs, self.others, self._problem = inputs, others, problem
        if problem.thorough:
            self._call_on_others()  # what a layer keeps of its first call must not matter
        self.y = layer(*map(np.array, inputs.values()))  # copies: a forward may work in place

    def expect(
        self,
        asked: str,
        truths: Sequence[Truth],
        *arguments: object,
        suspects: Sequence[Suspects | None] = (),
    ) -> None:
        """Raise `Mismatch` unless a gradient method gives the truths, in order; see `judge`."""

        def judge(got: list[Array], what: str, *rest: Any) -> None:
            problem, suspects = rest
            expect_each(got, truths, what, problem, suspects=suspects)

        self.judge(asked, judge, *arguments, count=len(truths), suspects=suspects)

    def judge(
        self,
        asked: str,
        judge: Judge,
        *arguments: object,
        count: int = 1,
        suspects: Sequence[Suspects | None] = (),
    ) -> None:
        """Ask a gradient method and judge its answers; a list used like an array is named.

        `asked` is how the method is called, as a message shows it.
        """
        method, what = asked.partition("(")[0], f"{self.name}.{asked}"
        try:
            judge(self.ask(method, *arguments, count=count), what, self._problem, suspects)
        except Exception as failure:

            def is_right(bare: Sequence[str]) -> bool:
                got = self._ask_with(bare, method, arguments, count)
                with axes_last():
                    judge(got, what, self._problem, ())
                return True

            if fact := list_used(is_right, has_upstream=bool(arguments)):
                name_cause(failure, Cause("list-as-array", fact))
            raise

    def _ask_with(
        self, bare: Sequence[str], method: str, arguments: Sequence[Any], count: int
    ) -> list[Array]:
        """A gradient method's answers where some lists are their first entries: arrays."""
        self.layer(*map(np.array, self._inputs.values()))
        for name in {"inputs", "outputs"}.intersection(bare):
            setattr(self.layer, name, getattr(self.layer, name)[0])
        arguments = [J[0] if "J" in bare else J for J in arguments]
        bound, more = getattr(self.layer, method), self.optional_entries
        return answers(bound, *arguments, what="", count=count, at_least=more)

    def ask(self, method: str, *arguments: object, count: int = 1) -> list[Array]:
        """A gradient method's answers; thorough trials also see that asking changes nothing."""
        bound, kept = getattr(self.layer, method), self.weights() if self._thorough else []
        if self._thorough:
            # The gradient methods must speak of the last call only, also when asked before.
            self._call_on_others()
            leave(bound, *arguments)
            tensors = {k: self._beras.Tensor(np.array(v)) for k, v in self._inputs.items()}
            leave(self.layer, *tensors.values())
            bring(tensors.values())
            kept += [(name, tensor, np.array(tensor)) for name, tensor in tensors.items()]
        what = f"{self.name}.{method}()"
        found = answers(
            bound,
            *arguments,
            what=what,
            count=count,
            at_least=self.optional_entries,
            twice=self._thorough,
            unchanged=kept,
        )
        if self._thorough:
            self._expect_inputs_kept(method, list(tensors.values()))
        return found

    def _expect_inputs_kept(self, method: str, inputs: list[Any]) -> None:
        """Raise `Mismatch` where a gradient method, and not forward, put other inputs in place."""
        if not holds(self.layer.inputs, inputs):
            self.layer(*inputs)
            if holds(self.layer.inputs, inputs):
                raise chain_broken(Cause("chain-broken", f"{method} replaced self.inputs"))

    def gradient(self, method: str, *arguments: object) -> Array:
        """The first answer of a gradient method: the one for the layer's first input."""
        return self.ask(method, *arguments)[0]

    def true_forward(self, *inputs: Array) -> Array:
        """What `forward` should answer."""
        raise NotImplementedError

    def own_forward(
        self, derive: Callable[[Callable[..., Array]], Array], *, calls: int
    ) -> Iterator[tuple[str, Array]]:
        """The suspect that a gradient is right for the student's own forward, if that is wrong.

        `derive` takes a function of the layer's first input and gives its derivative, in some
        `calls` calls.
        """
        try:
            if calls > MAX_CALLS or not self._forward_is_wrong():
                return
            with _quietly():
                derivative = derive(self._forward_until(time.monotonic() + MAX_SECONDS))
        except (Exception, WorkerLost):
            # This only looks for words: whatever happens, the failure is what it was.
            return
        yield "own-forward", derivative

    def _forward_is_wrong(self) -> bool:
        truth = self.true_forward(*self._inputs.values())
        try:
            expect(np.reshape(as_array(self.y, ""), np.shape(truth)), truth, "")
        except (Mismatch, ValueError):
            return True
        return False

    def _forward_until(self, deadline: float) -> Callable[[Array], Array]:
        _, *rest = self._inputs.values()

        def forward(value: Array) -> Array:
            if time.monotonic() > deadline:
                raise TimeoutError
            return np.array(self.layer(np.array(value), *map(np.array, rest)), dtype=float)

        return forward

    def weights(self) -> list[tuple[str, object, Array]]:
        """Name, array and true values of each weight that asking must not change."""
        return []

    def _call_on_others(self) -> None:
        leave(self.layer, *map(np.array, self.others))


def answers(
    method: Callable[..., object],
    *arguments: object,
    what: str,
    count: int,
    at_least: bool = False,
    twice: bool = False,
    unchanged: Sequence[tuple[str, object, Array]] = (),
) -> list[Array]:
    """The arrays that a gradient method returns; with `twice` it is asked again.

    The second answer must be the first again, and each array in `unchanged` (name, array, what it
    was) must be untouched: a gradient method reports, it changes nothing.
    """

    def ask() -> list[Array]:
        reply = entries(method(*arguments), count, what, at_least)
        return [np.array(as_array(entry, what)) for entry in reply[:count]]

    first = ask()  # copied before the second call, which may write into the same arrays
    if twice and not all(map(_same, first, ask())):
        text = f"{what} gave another answer when it was called a second time."
        raise Mismatch("type", text, cause=Cause("changed-answer"))
    bring(array for _, array, _ in unchanged)
    for name, array, before in unchanged:
        expect_unchanged(array, before, f"{what}: {name}")
    return first


LISTS = {"inputs": "self.inputs", "outputs": "self.outputs", "J": "J"}
"""What a gradient method reads that is a list, and how a student writes it."""


def list_used(is_right: Callable[[Sequence[str]], bool], has_upstream: bool) -> str:
    """Which lists would make a wrong answer right if they were arrays; empty if none would.

    `is_right` tells whether it is right with these lists replaced; it may raise anything.
    """
    names = [name for name in LISTS if has_upstream or name != "J"]
    pairs = [pair for pair in combinations(names, 2) if "J" in pair]

    def is_fixed_by(bare: Sequence[str]) -> bool:
        with suppress(Exception), _quietly():
            return is_right(bare)
        return False

    # This only looks for words: where it loses the worker, the failure is what it was.
    with suppress(WorkerLost):
        for bare in (*((name,) for name in names), *pairs):
            if is_fixed_by(bare) and not is_fixed_by(()):
                written_as = " and ".join(LISTS[name] for name in bare)
                return f"{written_as} {'are lists' if len(bare) > 1 else 'is a list'}"
    return ""


def with_weights(layer: Any, w: Array, b: Array) -> Any:
    """A student's layer with `w (m, r)` and `b (r,)` written into its weights in place.

    Raises `Mismatch` where they have no arrays of these shapes.
    """
    shapes = {"w": [w.shape], "b": [b.shape, (1, *b.shape)]}
    causes = {"w": Cause("transposed"), "b": Cause("bias-shape")}
    weights = attributes(layer, "w", "b")
    for (name, allowed), weight in zip(shapes.items(), weights, strict=True):
        what = f"{type_of(layer).name}({w.shape[0]}, {w.shape[1]}).{name}"
        if written(weight, what) is None:
            raise no_weights(what)
        shape = as_array(weight, what).shape
        if shape not in allowed:
            cause = causes[name] if name == "b" or shape == w.shape[::-1] else None
            raise Mismatch(
                "shape", f"{what} has shape {shape}; expected {allowed[0]}.", cause=cause
            )
    for weight, values in zip(weights, (w, b), strict=True):
        weight[:] = values  # b broadcasts into (1, r) too
    return layer


def no_weights(what: str) -> Mismatch:
    """What is raised where a new layer has None for a weight, as published stubs leave it."""
    return Mismatch("todo", f"Not written yet: {what} is None.", cause=Cause("no-weights"))


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep hundreds of calls of a student's code from printing or stopping in the debugger."""
    hook, sys.breakpointhook = sys.breakpointhook, lambda *_, **__: None
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.breakpointhook = hook


def _same(a: Array, b: Array) -> bool:
    return np.array_equal(a, b, equal_nan=True)
