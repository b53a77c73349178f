"""From a wrong array and the right one to one sentence that names the mistake, or to none.

A cause is named only where it explains the whole array, and no other cause does. The sentences
hold no expected number. This needs nothing but NumPy: students have it at home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

Suspects = Callable[[], Iterable[tuple[str, npt.ArrayLike]]]
"""Gives (kind, what that mistake would have answered); only called when an answer is wrong.

A candidate's entries that are not finite stand for any that are not."""

SENTENCES = {
    "sign": "The sign is wrong.",
    "absolute": "The signs are lost: every entry is the absolute value of what it should be.",
    "factor": "Every entry is {fact} times what it should be.",
    "transposed": "The numbers are right, but their axes are in another order.",
    "extra-axis": "The numbers are right, but there is an axis of length 1 too many: was a list "
    "such as self.inputs or J turned into an array?",
    "missing-axis": "The numbers are right, but an axis of length 1 is missing.",
    "batch-kept": "The batch axis is still there: {fact} over the samples gives the right answer.",
    "batch-summed": "The samples of the batch were {fact}: each has to keep its own row.",
    "summed-away": "Entries were {fact}: each has to keep its own place.",
    "diagonal-only": "Only the diagonal of each Jacobian is there: y_i depends on every x_j.",
    "off-diagonal-sign": "Each Jacobian is right on its diagonal; off the diagonal, the sign is "
    "wrong.",
    "truncated": "The digits after the decimal point are cut off: was the array made for integers?",
    "precision": "The values are rounded to {fact}: keep the dtype of the input.",
    "zeros": "Every entry is 0.",
    "order": "Each array is right, but the list is in the wrong order.",
    "mutated": "Something was changed in place that should only have been read.",
    "changed-answer": "A second call gave another answer: gradient methods must change nothing.",
    "own-forward": "The gradient is right for your forward, which is wrong itself: fix forward "
    "first.",
    "not-a-list": "The answer has to be a list: one gradient for each input or weight.",
    "jacobian-for-slopes": "This is a diagonal matrix for each sample: for an elementwise "
    "function, return the diagonal alone, shaped like the input.",
    "missing-return": "Nothing came back: is a `return` missing?",
}
"""What a student reads of mistakes that any homework knows; `{fact}` is what was found in this one.

A homework has sentences of its own beside them."""

SIZES = {
    "N": ("batch", "the batch size"),
    "n": ("units", "the number of outputs"),
    "m": ("features", "the number of inputs"),
}
"""The letter of each size, where a problem keeps it, and its meaning."""

DECISIVE = ("own-forward",)
"""Kinds that say more than any other which explains the same array."""

SHARP = 4.0
"""A cause must be this many tolerances away from the truth: else it is no different from it."""


class Cause(NamedTuple):
    """A mistake that was recognised: its name, and what is to be known of this one.

    `words` is the homework's own sentence for it, where it has one.
    """

    name: str
    fact: str = ""
    words: str = ""

    @property
    def sentence(self) -> str:
        """What a student reads; empty for a homework's own mistake without its words."""
        return (self.words or SENTENCES.get(self.name, "")).format(fact=self.fact)

    def told_by(self, sentences: Mapping[str, str]) -> Cause:
        """The same in the words of a homework, where it has some for this mistake."""
        return self._replace(words=sentences.get(self.name, ""))


class Wrong(NamedTuple):
    """A student's wrong array, the truth, and the tolerance between them.

    `sizes` are those of the problem, by the letters of `SIZES`; empty if unknown.
    """

    got: Array
    truth: Array
    allowed: float
    sizes: dict[str, int]

    def explained_by(self, candidate: npt.ArrayLike) -> bool:
        """Whether `candidate`, which is not the truth, is in tolerance all that was got."""
        array = np.asarray(candidate, dtype=float)
        allowed = self.allowed * _largest(array) / _largest(self.truth)
        return _close(self.got, array, allowed) and not _close(
            array, self.truth, SHARP * self.allowed
        )


def diagnose(wrong: Wrong, suspects: Suspects | None = None) -> Cause | None:
    """The one cause that explains the whole of a wrong array; None if there is none, or several.

    `suspects` know more of what was asked, and go before what can be seen in any array.
    """
    with np.errstate(all="ignore"):
        searches = _typed(wrong), _suspected(wrong, suspects), _seen(wrong)
        return next(filter(None, map(_single, searches)), None)


def permuted(got: list[Array], truths: list[Array], allowed: list[float]) -> Cause | None:
    """`order`, where a list holds the right arrays in another order."""
    places = []
    for array in got:
        fits = [k for k, t in enumerate(truths) if _close(array, t, allowed[k])]
        if len(fits) != 1:
            return None
        places += fits
    return Cause("order") if sorted(places) == list(range(len(truths))) != places else None


def sizes(given: object) -> dict[str, int]:
    """What factors can come from, by their letters, if `given` has sizes."""
    numbers = {letter: getattr(given, name, None) for letter, (name, _) in SIZES.items()}
    return {letter: k for letter, k in numbers.items() if isinstance(k, int)}


def _single(found: Iterable[Cause]) -> Cause | None:
    """The only kind of cause among those found, or the first that is decisive."""
    causes: dict[str, Cause] = {}
    # A fault in here is ours: it must never decide what an answer is worth.
    with suppress(Exception):
        for cause in found:
            if cause.name in DECISIVE:
                return cause
            causes.setdefault(cause.name, cause)
    return next(iter(causes.values())) if len(causes) == 1 else None


def _typed(wrong: Wrong) -> Iterator[Cause]:
    """What an array's dtype gives away."""
    cut = np.trunc(wrong.truth)
    if wrong.got.dtype.kind in "iu" and np.any(cut) and wrong.explained_by(cut):
        yield Cause("truncated")


def _suspected(wrong: Wrong, suspects: Suspects | None) -> Iterator[Cause]:
    for kind, candidate in suspects() if suspects else ():
        if wrong.explained_by(candidate):
            yield Cause(kind)


def _seen(wrong: Wrong) -> Iterator[Cause]:
    """What shows in the two arrays alone."""
    for hypothesis in _HYPOTHESES:
        yield from hypothesis(wrong)


def _sign(wrong: Wrong) -> Iterator[Cause]:
    if wrong.explained_by(-wrong.truth):
        yield Cause("sign")
    # Of a softmax's Jacobian it would be the sign beside the diagonal.
    elif wrong.truth.ndim < 3 and wrong.explained_by(np.abs(wrong.truth)):
        yield Cause("absolute")


def _factor(wrong: Wrong) -> Iterator[Cause]:
    if not np.any(wrong.truth):
        return
    for factors in _factors(wrong.sizes):
        names = [name for name, k in factors.items() if wrong.explained_by(k * wrong.truth)]
        if names:
            yield Cause("factor", _spelled(names, wrong.sizes))
            return


def _factors(sizes: dict[str, int]) -> Iterator[dict[str, float]]:
    """Formulas and values of factors to try, plain ones first; none where no size is known."""
    single = {name: float(k) for name, k in sizes.items() if k > 1}
    if not single:
        return
    yield {"2": 2.0, "1 / 2": 0.5} | single | {f"1 / {name}": 1.0 / k for name, k in single.items()}
    both = {f"{a} {b}": single[a] * single[b] for a, b in combinations(single, 2)}
    both |= {f"{name}^2": k**2 for name, k in single.items()}
    yield both | {f"1 / ({name})": 1.0 / k for name, k in both.items()}
    for some in (single, both):
        yield {f"2 {name}": 2.0 * k for name, k in some.items()}
        yield {f"2 / ({name})": 2.0 / k for name, k in some.items()}
        yield {f"{name} / 2": k / 2.0 for name, k in some.items()}
        yield {f"1 / (2 {name})": 0.5 / k for name, k in some.items()}


def _spelled(names: list[str], sizes: dict[str, int]) -> str:
    """Formulas of one factor, with what their letters stand for."""
    text = " or ".join(names)
    letters = {letter: f"{SIZES[letter][1]}, {k}" for letter, k in sizes.items() if letter in text}
    label = "{1}" if len(letters) == 1 else "{0} is {1}"
    notes = "; ".join(label.format(letter, meaning) for letter, meaning in letters.items())
    return f"{text} ({notes})" if notes else text


def _axes(wrong: Wrong) -> Iterator[Cause]:
    """The right numbers under another shape."""
    got, truth = wrong.got, wrong.truth
    orders: dict[int, list[tuple[int, ...]]] = {
        2: [(1, 0)],
        3: [(0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)],
    }
    if any(wrong.explained_by(truth.transpose(order)) for order in orders.get(truth.ndim, ())):
        yield Cause("transposed")
    long = [[k for k in array.shape if k != 1] for array in (got, truth)]
    if got.ndim != truth.ndim and long[0] == long[1] and np.any(truth):
        kind = "extra-axis" if got.ndim > truth.ndim else "missing-axis"
        one_more, one_less = sorted((got.shape, truth.shape), key=len, reverse=True)
        gaps = (one_more[:k] + one_more[k + 1 :] for k, size in enumerate(one_more) if size == 1)
        if one_less in gaps and _close(got.reshape(truth.shape), truth, wrong.allowed):
            yield Cause(kind)


def _batch(wrong: Wrong) -> Iterator[Cause]:
    """The batch axis where it does not belong, or none where it does."""
    got, truth = wrong.got, wrong.truth
    if got.ndim == truth.ndim + 1 and len(got) > 1:
        folds = {"the sum": got.sum(axis=0), "the mean": got.mean(axis=0)}
        right = [fold for fold, to in folds.items() if _close(to, truth, wrong.allowed)]
        if len(right) == 1:  # both are 0 where every entry is
            yield Cause("batch-kept", right[0])
    elif truth.ndim >= 2 and len(truth) > 1:
        for past, row in (("added up", truth.sum(axis=0)), ("averaged", truth.mean(axis=0))):
            if any(map(wrong.explained_by, (row, row[None], np.broadcast_to(row, truth.shape)))):
                yield Cause("batch-summed", past)


def _entries(wrong: Wrong) -> Iterator[Cause]:
    """One number where there should be many: for each row, or for all."""
    truth = wrong.truth
    if truth.ndim < 1 or truth.shape[-1] < 2:
        return
    for past, fold in (("added up", np.sum), ("averaged", np.mean)):
        one, row = np.asarray(fold(truth)), np.asarray(fold(truth, axis=-1, keepdims=True))
        if any(map(wrong.explained_by, (one, row, row[..., 0]))):
            yield Cause("summed-away", past)


def _jacobian(wrong: Wrong) -> Iterator[Cause]:
    """One square matrix for each sample, wrong beside its diagonal."""
    truth = wrong.truth
    if truth.ndim == 2 and truth.shape[1] > 1:
        matrices = truth[:, :, None] * np.eye(truth.shape[1])
        if any(map(wrong.explained_by, (matrices, *matrices[: len(truth) == 1]))):
            yield Cause("jacobian-for-slopes")
    if truth.ndim != 3 or truth.shape[1] != truth.shape[2] or truth.shape[1] < 2:
        return
    diagonal = np.einsum("bii->bi", truth)
    embedded = truth * np.eye(truth.shape[1])
    if wrong.explained_by(diagonal) or wrong.explained_by(embedded):
        yield Cause("diagonal-only")
    if wrong.explained_by(2.0 * embedded - truth):
        yield Cause("off-diagonal-sign")


def _rounded(wrong: Wrong) -> Iterator[Cause]:
    """Integers or short floats where float64 is wanted."""
    got, truth = wrong.got, wrong.truth
    if got.size > 1 and got.shape == truth.shape:
        if not np.any(got) and np.any(truth):
            yield Cause("zeros")
        elif any(wrong.explained_by(cut(truth)) for cut in (np.trunc, np.floor)):
            yield Cause("truncated")
    for bits, name in ((11, "float16"), (24, "float32")):
        # The last condition: numbers like 0.5 are exact in any type.
        short = _fits(got, bits) and not _fits(got, bits - 4)
        if short and _close(got, truth, 2.0 ** (6 - bits) * _largest(truth)):
            yield Cause("precision", name)


def _fits(array: Array, bits: int) -> bool:
    """Whether so many bits hold every entry exactly."""
    mantissa = np.frexp(array.astype(float))[0] * 2.0**bits
    return bool(np.all(mantissa == np.rint(mantissa)))


_HYPOTHESES: tuple[Callable[[Wrong], Iterator[Cause]], ...] = (
    _sign,
    _factor,
    _axes,
    _batch,
    _entries,
    _jacobian,
    _rounded,
)


def _close(got: Array, want: Array, allowed: float) -> bool:
    """Whether two arrays have one shape, are finite in the same places, and agree there."""
    if got.shape != want.shape:
        return False
    finite = np.isfinite(want)
    if not np.array_equal(finite, np.isfinite(got)):
        return False
    return bool(np.all(np.abs(got[finite].astype(float) - want[finite]) <= allowed))


def _largest(array: Array) -> float:
    """The largest finite entry; 1 where there is none to be relative to."""
    finite = np.abs(array[np.isfinite(array)], dtype=float)
    return float(np.max(finite, initial=0.0)) or 1.0
