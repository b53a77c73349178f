"""What documents show of the rubric: written from it, so that no table is typed by hand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from functools import partial

from autograder import rubric_table
from autograder.definition import Item, Question, Rubric
from autograder.project import Project
from autograder.template.files import TemplateError

_ITEMS = re.compile(r"(?<=<!-- items -->\n\n).*?(?=\n\n<!-- end of items -->)", re.DOTALL)
_SAMPLE = re.compile(r"^( +)[\d.]+ +(\S.*?)( {2,})[\d.]+ / [\d.]+( +\w+)$", re.MULTILINE)
"""A row of what a grading prints: number, name, points, outcome."""


def current(project: Project) -> dict[str, str]:
    """Each document that shows points, with the text that it must have.

    Raises TemplateError where a document has no place for its table or shows an item that there
    is not.
    """
    samples = dict.fromkeys(project.samples, _with_samples)
    return {
        path: _made(project, path, make)
        for path, make in (samples | dict.fromkeys(project.tables, _with_items)).items()
    }


def stale(project: Project) -> dict[str, str]:
    """The documents whose text differs from what it must be."""
    texts = current(project).items()
    return {path: text for path, text in texts if _read(project, path) != text}


def difference(project: Project) -> str:
    """A unified diff of what is stale; empty where nothing is."""
    return "".join(
        line
        for path, text in stale(project).items()
        for line in difflib.unified_diff(
            _read(project, path).splitlines(keepends=True),
            text.splitlines(keepends=True),
            path,
            f"{path} (generated)",
        )
    )


def write(project: Project) -> list[str]:
    """Write what is stale; return its paths."""
    texts = stale(project)
    for path, text in texts.items():
        (project.root / path).write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def questions(project: Project) -> str:
    """Which question helps with which items: a Markdown table, by the place of the items.

    Raises TemplateError where a question names an item that there is not.
    """
    items = project.homework.rubric.items
    places = {question: _places(project, question) for question in project.questions}
    rows = (
        (", ".join(items[place].number for place in places[asked]), asked.name, asked.about)
        for asked in sorted(places, key=places.__getitem__)
    )
    return _table(("stuck on", "question", "it is about"), rows)


def _places(project: Project, question: Question) -> list[int]:
    rubric = project.homework.rubric
    for name in question.items:
        if name not in rubric.position:
            what = f'{question.name} is about "{name}", which is no item of the rubric.'
            raise TemplateError([what])
    return sorted(rubric.position[name] for name in question.items)


def items(project: Project) -> str:
    """The items with both kinds of points, below the headline."""
    rubric = project.homework.rubric
    rows = ((item.number, item.name, _points(item), _needs(rubric, item)) for item in rubric.items)
    table = _table(("number", "item", "shape + value", "builds on"), rows)
    return f"{project.headline(rubric)}\n\n{table}"


def _points(item: Item) -> str:
    return rubric_table.points(item) if item.points else "none"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (f"| {' | '.join(cells)} |" for cells in (head, *rows))
    return "\n".join([next(lines), f"|{'---|' * len(head)}", *lines])


def _needs(rubric: Rubric, item: Item) -> str:
    return ", ".join(rubric.by_name[name].number for name in item.needs)


def _read(project: Project, path: str) -> str:
    return (project.root / path).read_text(encoding="utf-8")


def _made(project: Project, path: str, make: Callable[[Project, str], str]) -> str:
    try:
        return make(project, _read(project, path))
    except OSError as fault:
        raise TemplateError([f"{path}:1: cannot be read ({fault.strerror})."]) from fault
    except LookupError as fault:
        raise TemplateError([f"{path}:1: {fault.args[0]}"]) from fault


def _with_items(project: Project, text: str) -> str:
    if not _ITEMS.search(text):
        marks = "<!-- items --> and <!-- end of items -->"
        raise LookupError(f"lacks the lines {marks}, between which the table of items goes.")
    table = items(project)
    return _ITEMS.sub(lambda _: table, text)


def _with_samples(project: Project, text: str) -> str:
    return _SAMPLE.sub(partial(_sample_row, project.homework.rubric), text)


def _sample_row(rubric: Rubric, row: re.Match[str]) -> str:
    """The row with the item's own number and points: all of them where it passes, else none."""
    indent, name, gap, mark = row.groups()
    if name not in rubric.by_name:
        raise LookupError(f'shows "{name}", which is no item of the rubric.')
    item = rubric.by_name[name]
    earned = item.points if mark.split() == ["ok"] else 0
    return f"{indent}{item.number:5}{name}{gap}{earned} / {item.points}{mark}"
