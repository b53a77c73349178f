"""Points as a course wants them: other ones by item, and scaled to a total, to the hundredth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from autograder.course.declared import is_pair
from autograder.definition import Item, Rubric, total_of


def apportioned(weights: Sequence[float], units: int) -> list[int]:
    """Split `units` by weights into whole numbers that add up: the largest remainders get one more.

    Of equal remainders, the earlier one does. The weights are not all 0.
    """
    exact = [Fraction(str(weight)) for weight in weights]
    shares = [weight * units / sum(exact) for weight in exact]
    whole = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda k: whole[k] - shares[k])
    for place in by_remainder[: units - sum(whole)]:
        whole[place] += 1
    return whole


def revalued(
    rubric: Rubric, worth: Mapping[str, Any], extra: Iterable[str], total: float | None
) -> Rubric:
    """The rubric with these items' points, with this extra credit, and worth `total`.

    `worth` has an item's points by its name, as one number or as those for shape and for value.
    Without `total` it is what the items add up to. Raises ValueError where that is nothing.
    """
    items = [
        _worth(replace(item, extra=item.extra or item.name in extra), worth.get(item.name))
        for item in rubric.items
    ]
    possible = total_of(item.points for item in items if not item.extra)
    if not possible:
        raise ValueError("no item is left with points")
    if total is None or total == possible:
        return rubric.revalued(items, possible)
    return rubric.revalued(_scaled(items, possible, total), total_of([total]))


def _worth(item: Item, points: Any) -> Item:
    if points is None:
        return item
    shape, value = points if is_pair(points) else _split(item, points)
    return replace(item, shape=total_of([shape]), value=total_of([value]))


def _split(item: Item, points: float) -> Sequence[float]:
    """As the item's own points are split; whole ones stay whole."""
    unit = 1 if points == int(points) else 100
    weights = (item.shape, item.value) if item.points else (0, 1)
    return [share / unit for share in apportioned(weights, round(points * unit))]


def _scaled(items: Sequence[Item], possible: float, total: float) -> list[Item]:
    shares = iter(apportioned([i.points for i in items if not i.extra], round(total * 100)))
    cents = (
        round(item.points * 100 * total / possible) if item.extra else next(shares)
        for item in items
    )
    return [_priced(item, share) for item, share in zip(items, cents, strict=True)]


def _priced(item: Item, cents: int) -> Item:
    if not item.points:
        return item
    shape, value = apportioned((item.shape, item.value), cents)
    return replace(item, shape=total_of([shape / 100]), value=total_of([value / 100]))
