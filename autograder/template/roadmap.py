"""The roadmap as students see it: what builds on what as a picture, then a short table a stage."""

from __future__ import annotations

from autograder.definition import Item, Rubric, total_of

HEAD = ("| number | what you write | file | points | builds on |", "|---|---|---|---|---|")


def roadmap(rubric: Rubric) -> str:
    """Markdown, without a newline at its end."""
    tables = (_stage(rubric, stage) for stage in rubric.stages)
    return "\n\n".join([_picture(rubric), *tables])


def _picture(rubric: Rubric) -> str:
    """The stages in columns: each builds on some that stand left of it, and on no other."""
    depths = _depths(rubric)
    columns = [
        [f"{stage} {rubric.stages[stage]}" for stage, depth in depths.items() if depth == place]
        for place in range(max(depths.values()) + 1)
    ]
    widths = [max(map(len, column)) for column in columns]
    rows = range(max(map(len, columns)))
    return "\n".join(f"    {_row(columns, widths, row)}" for row in rows)


def _row(columns: list[list[str]], widths: list[int], row: int) -> str:
    cells = (column[row] if row < len(column) else "" for column in columns)
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return ("  ->  " if row == 0 else "      ").join(padded).rstrip()


def _depths(rubric: Rubric) -> dict[str, int]:
    """For each stage, the length of the longest chain of stages below it."""
    depths = dict.fromkeys(rubric.stages, 0)
    for item in rubric.items:  # what an item needs comes before it
        below = (depths[number] + 1 for number in _stages_below(rubric, item))
        depths[item.stage] = max([depths[item.stage], *below])
    return depths


def _stage(rubric: Rubric, stage: str) -> str:
    items = [item for item in rubric.items if item.stage == stage]
    points = total_of(item.points for item in items)
    rows = (
        f"| {item.number} | {item.name} | `{item.file}` | "
        f"{item.points or 'given'}{' extra' * item.extra} | {_needs(rubric, item)} |"
        for item in items
    )
    return "\n".join([f"**{stage} {rubric.stages[stage]}**, {points} points", "", *HEAD, *rows])


def _needs(rubric: Rubric, item: Item) -> str:
    """Items of the same stage by number, others by their stage."""
    needed = [rubric.by_name[name] for name in item.needs]
    own = [other.number for other in needed if other.stage == item.stage]
    others = _stages_below(rubric, item)
    stages = [f"stage{'s' * (len(others) > 1)} {', '.join(others)}"] if others else []
    return ", ".join([*own, *stages])


def _stages_below(rubric: Rubric, item: Item) -> list[str]:
    found = {rubric.by_name[name].stage for name in item.needs} - {item.stage}
    return sorted(found, key=int)
