"""A chain of steps as a picture: boxes, what goes forward between them, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

BOX, GAP, HEIGHT, LINE, MARGIN = 190, 120, 150, 18, 24
"""Pixels: a box's width, between two boxes, a box's height without its lines, a line, the edge."""

RIGHT, WRONG, QUIET = "#1f2937", "#c53030", "#6b7280"


@dataclass
class Text:
    """A line; `wrong` ones are red."""

    text: str
    wrong: bool = False


@dataclass
class Step:
    """A box: a title with lines, and the arrow that leads to it, with the one that comes back."""

    title: str
    lines: list[Text] = field(default_factory=list)
    forward: str = ""
    back: Text = field(default_factory=lambda: Text(""))


def drawing(title: str, steps: Sequence[Step], notes: Sequence[Text]) -> str:
    """The whole picture as an SVG file's text."""
    tallest = max((len(step.lines) for step in steps), default=0)
    height = HEIGHT + LINE * (tallest + len(notes)) + 2 * MARGIN
    width = 2 * MARGIN + len(steps) * (BOX + GAP)
    parts = [_text(MARGIN, MARGIN + 6, title, RIGHT, 16, "start")]
    for place, step in enumerate(steps):
        parts += _step(MARGIN + GAP + place * (BOX + GAP), step, tallest)
    for row, note in enumerate(notes):
        y = HEIGHT + MARGIN + LINE * (tallest + row)
        parts.append(_text(MARGIN, y, note.text, _colour(note), 13, "start"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
    inside = "\n".join(
        [_markers(), f'<rect width="{width}" height="{height}" fill="white"/>', *parts]
    )
    return f'{head} font-family="sans-serif">\n{inside}\n</svg>\n'


def _step(x: int, step: Step, tallest: int) -> Iterator[str]:
    top, tall = MARGIN + 30, 60 + LINE * tallest
    wrong = any(line.wrong for line in step.lines)
    edge = WRONG if wrong else RIGHT
    yield (
        f'<rect x="{x}" y="{top}" width="{BOX}" height="{tall}" rx="8" fill="#f9fafb" '
        f'stroke="{edge}" stroke-width="{2 if wrong else 1}"/>'
    )
    yield _text(x + BOX // 2, top + 24, step.title, edge, 15)
    for row, line in enumerate(step.lines):
        yield _text(x + BOX // 2, top + 48 + LINE * row, line.text, _colour(line), 12)
    if step.forward:
        yield from _arrow(x - GAP, x, top + 22, Text(step.forward), above=True)
    if step.back.text:
        yield from _arrow(x, x - GAP, top + tall - 18, step.back, above=False)


def _arrow(start: int, end: int, y: int, text: Text, above: bool) -> Iterator[str]:
    colour, inwards = _colour(text), 4 if start < end else -4
    yield (
        f'<line x1="{start + inwards}" y1="{y}" x2="{end - inwards}" y2="{y}" stroke="{colour}" '
        f'marker-end="url(#{"wrong" if text.wrong else "right"})"/>'
    )
    for row, part in enumerate(text.text.split("\n")):
        place = y - 8 if above else y + 16 + 14 * row
        yield _text((start + end) // 2, place, part, colour, 12)


def _markers() -> str:
    shape = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
    return "".join(
        f'<marker id="{name}" {shape}><path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
        for name, colour in (("right", QUIET), ("wrong", WRONG))
    )


def _text(x: int, y: int, text: str, colour: str, size: int, anchor: str = "middle") -> str:
    places = f'x="{x}" y="{y}" fill="{colour}" font-size="{size}" text-anchor="{anchor}"'
    return f"<text {places}>{escape(text, quote=False)}</text>"


def _colour(text: Text) -> str:
    return WRONG if text.wrong else QUIET
