"""What documents show of the rubric: written from it, so that no table is typed by hand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from autograder.definition import Item
from autograder.homework.rubric import RUBRIC, is_about_gradients
from autograder.template.files import TemplateError

_ITEMS = re.compile(r"(?<=<!-- items -->\n\n).*?(?=\n\n<!-- end of items -->)", re.DOTALL)
_SAMPLE = re.compile(r"^( +)[\d.]+ +(\S.*?)( {2,})\d+ / \d+( +\w+)$", re.MULTILINE)
"""A row of what a grading prints: number, name, points, outcome."""


def current(root: Path) -> dict[str, str]:
    """Each document that shows points, with the text that it must have.

    `root` is the repository. Raises TemplateError where a document has no place for its table or
    shows an item that there is not.
    """
    makers: Mapping[str, Callable[[str], str]] = {
        "README.md": lambda text: _SAMPLE.sub(_sample_row, text),
        "docs/checks.md": _with_items,
    }
    return {path: _made(root / path, path, make) for path, make in makers.items()}


def stale(root: Path) -> dict[str, str]:
    """Those of the documents whose text is another now."""
    texts = current(root).items()
    return {path: text for path, text in texts if (root / path).read_text(encoding="utf-8") != text}


def difference(root: Path) -> str:
    """A unified diff of what is stale; empty where nothing is."""
    return "".join(
        line
        for path, text in stale(root).items()
        for line in difflib.unified_diff(
            (root / path).read_text(encoding="utf-8").splitlines(keepends=True),
            text.splitlines(keepends=True),
            path,
            f"{path} (generated)",
        )
    )


def write(root: Path) -> list[str]:
    """Write what is stale; return its paths."""
    texts = stale(root)
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def roadmap() -> str:
    """The items as students see them: a Markdown table, without a newline at its end."""
    rows = (
        (item.number, item.name, f"`{item.file}`", str(item.points or "given"), _needs(item))
        for item in RUBRIC.items
    )
    return _table(("number", "what you write", "file", "points", "builds on"), rows)


def items() -> str:
    """The items with both kinds of points, below what the gradients are worth together."""
    share = sum(item.points for item in RUBRIC.items if is_about_gradients(item))
    rows = (
        (item.number, item.name, f"{item.shape} + {item.value}" if item.points else "none",
         _needs(item))
        for item in RUBRIC.items
    )  # fmt: skip
    table = _table(("number", "item", "shape + value", "builds on"), rows)
    worth = f"The gradient methods and the tape are worth {share} of {RUBRIC.possible} points."
    return f"{worth}\n\n{table}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (f"| {' | '.join(cells)} |" for cells in (head, *rows))
    return "\n".join([next(lines), f"|{'---|' * len(head)}", *lines])


def _needs(item: Item) -> str:
    return ", ".join(RUBRIC.by_name[name].number for name in item.needs)


def _made(place: Path, path: str, make: Callable[[str], str]) -> str:
    try:
        return make(place.read_text(encoding="utf-8"))
    except OSError as fault:
        raise TemplateError([f"{path}:1: cannot be read ({fault.strerror})."]) from fault
    except LookupError as fault:
        raise TemplateError([f"{path}:1: {fault.args[0]}"]) from fault


def _with_items(text: str) -> str:
    if not _ITEMS.search(text):
        marks = "<!-- items --> and <!-- end of items -->"
        raise LookupError(f"lacks the lines {marks}, between which the table of items goes.")
    return _ITEMS.sub(lambda _: items(), text)


def _sample_row(row: re.Match[str]) -> str:
    """The row with the item's own number and points: all of them where it passes, else none."""
    indent, name, gap, mark = row.groups()
    if name not in RUBRIC.by_name:
        raise LookupError(f'shows "{name}", which is no item of the rubric.')
    item = RUBRIC.by_name[name]
    earned = item.points if mark.split() == ["ok"] else 0
    return f"{indent}{item.number:5}{name}{gap}{earned} / {item.points}{mark}"
