"""Turns a solution into stubs: marked regions become `raise NotImplementedError`, or vanish.

Marks are comments on lines of their own, around whole statements of one block:

    # BEGIN SOLUTION, or # BEGIN SOLUTION: an item of the rubric
    # HINT: a line that the student keeps
    ...
    # END SOLUTION

    # BEGIN STAFF
    ...
    # END STAFF

All other lines stay byte for byte; what nothing uses any more is `linter.tidied`'s to remove.
"""

from __future__ import annotations

from collections.abc import Mapping

from autograder.sandbox.inside.raised import STUB
from autograder.template.linter import KEPT_IMPORT
from autograder.template.regions import KEEP, MarkError, Outline, Region, regions, within

__all__ = ["MarkError", "Region", "regions", "strip"]


def strip(source: str, where: str, numbers: Mapping[str, str]) -> str:
    """Return the source without its marked regions.

    A solution becomes `raise NotImplementedError("Line.values: roadmap 2.1")` under its hints;
    staff regions vanish. An import with `# KEEP` behind it is marked for the linter. `where` names
    the file; `numbers` maps items to their roadmap numbers. Raises MarkError where a mark cannot
    be followed.
    """
    if not any(word in source for word in ("BEGIN", "END", "KEEP")):
        return source  # as most are, and parsing takes a while
    outline = Outline(source, where)
    _refuse_empty_bodies(outline)
    lines = _with_kept_imports(outline)
    for region in reversed(outline.regions):
        stub = [] if region.staff else _stub(outline, region, numbers)
        lines[region.begin - 1 : region.end] = stub
    return "".join(lines)


def _stub(outline: Outline, region: Region, numbers: Mapping[str, str]) -> list[str]:
    if not region.owner:
        what = "a solution must stand inside a function; mark anything else as STAFF."
        raise outline.error(region.begin, what)
    item = region.item or region.owner
    if item not in numbers:
        what = f'"{item}" is no item of the rubric; name one in the mark, after a colon.'
        raise outline.error(region.begin, what)
    message = STUB.format(method=region.owner, number=numbers[item])
    text = f'raise NotImplementedError("{message}")'
    return [*region.hints, region.indent + text + _ending(outline.lines[region.end - 1])]


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _with_kept_imports(outline: Outline) -> list[str]:
    lines = list(outline.lines)
    for comment in outline.comments:
        if comment.text != KEEP:
            continue
        if (comment.line, comment.line) not in outline.imports:
            raise outline.error(
                comment.line, f"{KEEP} must stand right behind an import of one line."
            )
        ending = _ending(lines[comment.line - 1])
        lines[comment.line - 1] = f"{comment.before.rstrip()}{KEPT_IMPORT}{ending}"
    return lines


def _refuse_empty_bodies(outline: Outline) -> None:
    removed = [region.span for region in outline.regions if region.staff]
    for block in outline.blocks:
        if block.is_module or not all(within(first, removed) for first, _ in block.spans):
            continue
        first = block.spans[0][0]
        header = max(line for line in outline.code_lines if line < first)
        if not within(header, removed):
            what = "nothing would be left of the body that begins here; mark the whole of it."
            raise outline.error(first, what)
