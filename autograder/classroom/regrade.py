"""What a regrade changes: two gradings of one class side by side, who loses points first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom import tables
from autograder.classroom.facts import ItemFacts
from autograder.classroom.standings import Standing
from autograder.shown import terminal

TOLD = 20
"""How many students are told of in a terminal; the CSV and the page have all."""

COLUMNS = (
    *("Student", "Key", "Old Total", "New Total", "Number", "Item"),
    *("Old Outcome", "New Outcome", "Old Points", "New Points", "Old Cause", "New Cause"),
)


@dataclass(frozen=True)
class Change:
    """One item that was graded differently; None where one of the two has no such item."""

    old: ItemFacts | None
    new: ItemFacts | None

    @property
    def item(self) -> ItemFacts:
        """The item as it is now, or as it was."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(frozen=True)
class Moved:
    """One student who was graded differently."""

    key: str
    name: str
    old: float | None
    new: float | None
    changes: tuple[Change, ...]

    @property
    def gain(self) -> float:
        """Points that came; negative where some went. A student without a grading has none."""
        return (self.new or 0.0) - (self.old or 0.0)

    @property
    def loses(self) -> bool:
        """Whether the total fell, or is gone."""
        return self.old is not None and (self.new is None or self.new < self.old)


def compare(old: Mapping[str, Standing], new: Mapping[str, Standing]) -> list[Moved]:
    """Who was graded differently: those who lose points, the most first, then the others."""
    nobody = Standing("", None, {})
    moved = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key, nobody), new.get(key, nobody)
        changes = tuple(_changes(before.items, after.items))
        if changes or before.total != after.total:
            name = after.name or before.name
            moved.append(Moved(key, name, before.total, after.total, changes))
    return sorted(moved, key=lambda one: (not one.loses, one.gain, one.name))


def _changes(old: Mapping[str, ItemFacts], new: Mapping[str, ItemFacts]) -> Iterator[Change]:
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if _judged(before) != _judged(after):
            yield Change(before, after)


def _judged(item: ItemFacts | None) -> tuple[str, float, str] | None:
    """What has to be the same for an item to count as unchanged."""
    return (item.outcome, item.score, item.cause) if item else None


def by_item(moved: Iterable[Moved]) -> list[tuple[str, str, str, int, float]]:
    """Number and name of an item, what became of it, for how many, and the points in all."""
    counts: Counter[tuple[str, str, str]] = Counter()
    points: Counter[tuple[str, str, str]] = Counter()
    for change in (change for one in moved for change in one.changes):
        key = change.item.number, change.item.name, became(change)
        counts[key] += 1
        points[key] += _score(change.new) - _score(change.old)  # type: ignore[assignment]
    return [(*key, count, points[key]) for key, count in counts.most_common()]


def _score(item: ItemFacts | None) -> float:
    return item.score if item else 0.0


def became(change: Change) -> str:
    """What an item was and is, in a few words."""
    return f"{_told(change.old)} -> {_told(change.new)}"


def _told(item: ItemFacts | None) -> str:
    if item is None:
        return "nothing"
    return f"{item.outcome} ({item.cause})" if item.cause else item.outcome


def lines(moved: Iterable[Moved]) -> Iterator[tables.Line]:
    """The CSV: a line for each item that changed, or one where only the total did."""
    yield COLUMNS
    for one in moved:
        who = (one.name, one.key, tables.number(one.old), tables.number(one.new))
        for change in one.changes or (None,):
            yield *who, *(_cells(change) if change else [""] * 8)


def _cells(change: Change) -> list[str]:
    pair = (change.old, change.new)
    return [
        *(change.item.number, change.item.name),
        *(item.outcome if item else "" for item in pair),
        *(tables.number(item.score) if item else "" for item in pair),
        *(item.cause if item else "" for item in pair),
    ]


def text(moved: list[Moved], count: int) -> str:
    """For a terminal: how many of `count` students changed, what, and who loses points."""
    losers = [one for one in moved if one.loses]
    gainers = sum(one.gain > 0 for one in moved)
    said = [
        f"{len(moved)} of {count} students are graded differently: "
        f"{len(losers)} lose points, {gainers} gain some."
    ]
    for number, name, change, students, points in by_item(moved):
        said.append(f"  {number} {name}: {change}, {students} students, {points:+g} points")
    for one in losers[:TOLD]:
        said += _story(one)
    if losers[TOLD:]:
        said.append(f"and {len(losers) - TOLD} more who lose points.")
    return terminal("\n".join(said))


def _story(one: Moved) -> Iterator[str]:
    yield f"{one.name}: {tables.number(one.old)} -> {tables.number(one.new) or 'none'}"
    for change in one.changes:
        yield f"    {change.item.number} {change.item.name}: {became(change)}"


def write(moved: list[Moved], count: int, folder: Path) -> None:
    """diff.csv and diff.html in a folder, in place of those that are there."""
    from autograder.classroom.page import render

    folder.mkdir(parents=True, exist_ok=True)
    tables.write(folder / "diff.csv", lines(moved))
    fields = {"moved": moved, "count": count, "items": by_item(moved), "became": became}
    tables.replace(folder / "diff.html", render("diff.html", "", fields))
