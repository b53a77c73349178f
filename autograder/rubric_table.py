"""Reads a rubric that is written as a table, one line an item.

    2    Layers
    2.1  Layer.forward      1 + 2   1.3 1.4   30 s

The first line is a stage. The second is an item: its number, its name, its points for shape + for
value, the numbers of the items that it builds on directly, and the seconds that one check of it
may take, if they are not the usual. `1 + 2 extra` is extra credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from autograder.definition import Item, Rubric, total_of

_STAGE = re.compile(r"\d+ +(?P<title>\S.*)")
_ITEM = re.compile(
    r"(?P<number>\d+\.\d+) +(?P<name>\S.*?)  +"
    r"(?P<points>(?P<shape>\d+(\.\d+)?) \+ (?P<value>\d+(\.\d+)?)(?P<extra> extra)?)"
    r"(?P<needs>(?: +\d+\.\d+)*)(?: +(?P<seconds>\d+) s)?"
)

FileOf = Callable[[str], str]
"""Where a student writes an item, by its name."""


def read(table: str, file_of: FileOf, imports: str = "") -> Rubric:
    """Return the rubric; a line that cannot be read is one of its mistakes.

    `imports` is the item that fails where a module does not import.
    """
    lines = [line.strip() for line in table.splitlines() if line.strip()]
    rows = [row for line in lines if (row := _ITEM.fullmatch(line))]
    names = {row["number"]: row["name"] for row in rows}
    stages: list[tuple[str, list[Item]]] = []
    misread: list[str] = []
    for line in lines:
        if stage := _STAGE.fullmatch(line):
            stages.append((stage["title"], []))
        elif stages and (row := _ITEM.fullmatch(line)):
            stages[-1][1].append(_item(row, names, file_of))
        else:
            misread.append(f'this line cannot be read: "{line}"')
    return Rubric(stages, imports, [*misread, *_misnumbered(stages)])


def rewritten(text: str, rubric: Rubric) -> str:
    """A text with a table in it, with the points of this rubric's items."""
    return "\n".join(_rewritten(line, rubric) for line in text.split("\n"))


def _rewritten(line: str, rubric: Rubric) -> str:
    row = _ITEM.search(line)
    item = rubric.by_number.get(row["number"]) if row and row[0] == line.strip() else None
    if row is None or item is None:
        return line
    return line[: row.start("points")] + points(item) + line[row.end("points") :]


def points(item: Item) -> str:
    """An item's points as they stand in a table."""
    return f"{item.shape} + {item.value}{' extra' * item.extra}"


def _misnumbered(stages: list[tuple[str, list[Item]]]) -> Iterator[str]:
    for stage, (_, items) in enumerate(stages, start=1):
        for place, item in enumerate(items, start=1):
            if item.number != f"{stage}.{place}":
                yield f'"{item.name}" is numbered {item.number}; there it must be {stage}.{place}'


def _item(row: re.Match[str], names: Mapping[str, str], file_of: FileOf) -> Item:
    """`names` are those of all items, by number."""
    needs = tuple(names.get(number, number) for number in row["needs"].split())
    seconds = float(row["seconds"] or Item.seconds)
    name, shape, value = row["name"], *(total_of([float(row[k])]) for k in ("shape", "value"))
    number, is_extra = row["number"], bool(row["extra"])
    return Item(name, shape, value, file_of(name), needs, seconds, number=number, extra=is_extra)
