"""Turns a solution into stubs: marked regions become `raise NotImplementedError`, or vanish.

Marks are comments on lines of their own, around whole statements of one block:

    # BEGIN SOLUTION, or # BEGIN SOLUTION: an item of the rubric
    # HINT: a line that the student keeps
    ...
    # END SOLUTION

    # BEGIN STAFF
    ...
    # END STAFF

Positions and scopes come from the syntax tree; the edits are made on whole lines of the source, so
that all other lines stay byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePath

import libcst as cst
from libcst import matchers
from libcst.metadata import (
    Assignment,
    FunctionScope,
    GlobalScope,
    ImportAssignment,
    Scope,
    ScopeProvider,
)

from autograder.template.regions import KEEP, MarkError, Outline, Region, Span, regions, within

__all__ = ["MarkError", "Region", "regions", "strip"]


def strip(source: str, where: str, numbers: Mapping[str, str]) -> str:
    """Return the source without its marked regions, and without what only they used.

    A solution becomes `raise NotImplementedError("Dense.forward: roadmap 2.1")` under its hints;
    staff regions vanish. Imports, and assignments to one local name, that nothing else reads go
    with them; an assignment takes the comment lines right above it along. An import with `# KEEP`
    behind it stays. `where` names the file; `numbers` maps items to their roadmap numbers.
    Raises MarkError where a mark cannot be followed.
    """
    if not any(word in source for word in ("BEGIN", "END", "KEEP")):
        return source  # as most are, and parsing takes a while
    outline = Outline(source, where)
    edits = _Edits()
    for region in outline.regions:
        edits.replace(region.span, [] if region.staff else _stub(outline, region, numbers))
    _drop_keep_comments(outline, edits)
    _prune(outline, edits)
    _refuse_empty_bodies(outline, edits)
    return "".join(edits.applied(outline.lines))


def _stub(outline: Outline, region: Region, numbers: Mapping[str, str]) -> list[str]:
    if not region.owner:
        what = "a solution must stand inside a function; mark anything else as STAFF."
        raise outline.error(region.begin, what)
    item = region.item or region.owner
    if item not in numbers:
        what = f'"{item}" is no item of the rubric; name one: # BEGIN SOLUTION: Dense.forward'
        raise outline.error(region.begin, what)
    text = f'raise NotImplementedError("{region.owner}: roadmap {numbers[item]}")'
    return [*region.hints, region.indent + text + _ending(outline.lines[region.end - 1])]


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


class _Edits:
    """Lines to replace, all counted in the source as it was."""

    def __init__(self) -> None:
        self._replaced: dict[int, tuple[int, list[str]]] = {}

    def replace(self, span: Span, lines: list[str]) -> None:
        self._replaced[span[0]] = span[1], lines

    def removed(self) -> list[Span]:
        """The lines that nothing stands in for."""
        return [(first, last) for first, (last, lines) in self._replaced.items() if not lines]

    def applied(self, lines: list[str]) -> list[str]:
        edited: list[str | None] = []  # None where lines went
        number = 1
        while number <= len(lines):
            last, replacement = self._replaced.get(number, (number, [lines[number - 1]]))
            edited += replacement or [None]
            number = last + 1
        return _closed_up(edited)


def _closed_up(lines: list[str | None]) -> list[str]:
    """Where lines went, of the blank lines above and below only the more stay."""
    closed: list[str] = []
    groups = groupby(lines, key=lambda line: not (line and line.strip()))
    runs = [(is_gap, list(run)) for is_gap, run in groups]
    for place, (is_gap, run) in enumerate(runs):
        if is_gap and None in run:
            sides = [list(side) for gone, side in groupby(run, lambda x: x is None) if not gone]
            at_an_end = place in (0, len(runs) - 1)
            run = [] if at_an_end else max(sides, key=len, default=[])
        closed += [line for line in run if line is not None]
    return closed


def _refuse_empty_bodies(outline: Outline, edits: _Edits) -> None:
    removed = edits.removed()
    for block in outline.survey.blocks:
        if block.is_module or not all(within(first, removed) for first, _ in block.spans):
            continue
        first = block.spans[0][0]
        header = max(line for line in outline.survey.code_lines if line < first)
        if not within(header, removed):
            what = "nothing would be left of the body that begins here; mark the whole of it."
            raise outline.error(first, what)


def _drop_keep_comments(outline: Outline, edits: _Edits) -> None:
    kept = {comment.line for comment in outline.survey.comments if comment.text == KEEP}
    for node, statement in outline.survey.statements.items():
        last = outline.span(statement)[1]
        if last in kept and isinstance(node, (cst.Import, cst.ImportFrom)):
            kept.remove(last)
            line = outline.lines[last - 1]
            bare = line[: line.rindex(KEEP)].rstrip() + _ending(line)
            edits.replace((last, last), [bare])
    for stray in sorted(kept):
        raise outline.error(stray, f"{KEEP} must stand right behind an import.")


# ---- what only the regions used ----


@dataclass
class _Binding:
    """What binds a local name, or one name of an import; it may go when nobody reads it."""

    alias: cst.ImportAlias | None
    statements: list[cst.SimpleStatementLine] = field(default_factory=list)
    reads: set[int] = field(default_factory=set)  # lines


def _prune(outline: Outline, edits: _Edits) -> None:
    """Remove what only removed code read, until nothing more can go."""
    waiting, gone = list(_bindings(outline)), list[_Binding]()
    removed = [region.span for region in outline.regions]
    while True:
        useless = [binding for binding in waiting if _is_useless(binding, outline, removed)]
        if not useless:
            break
        waiting = [binding for binding in waiting if binding not in useless]
        gone += useless
        removed += [outline.span(line) for binding in useless for line in binding.statements]
    names: dict[cst.SimpleStatementLine, list[cst.ImportAlias | None]] = {}
    for binding in gone:
        for statement in binding.statements:
            names.setdefault(statement, []).append(binding.alias)
    for statement, aliases in names.items():
        _remove(outline, edits, statement, aliases)


def _is_useless(binding: _Binding, outline: Outline, removed: list[Span]) -> bool:
    """Whether removed code read it, and nothing else but itself did."""
    own = [outline.span(statement) for statement in binding.statements]
    others = [line for line in binding.reads if not within(line, own)]
    return bool(others) and all(within(line, removed) for line in others)


def _bindings(outline: Outline) -> Iterator[_Binding]:
    """All bindings outside of the regions that may go, should nobody read them."""
    for scope in set(outline.wrapper.resolve(ScopeProvider).values()):
        if scope is None:
            continue
        found: dict[object, _Binding] = {}
        for assignment in scope.assignments:
            if not isinstance(assignment, Assignment):
                continue
            statement = outline.survey.statements.get(assignment.node)
            if statement is None or not _may_go(outline, scope, assignment, statement):
                continue
            alias = _alias(assignment) if isinstance(assignment, ImportAssignment) else None
            binding = found.setdefault(alias or assignment.name, _Binding(alias))
            if statement not in binding.statements:
                binding.statements.append(statement)
            binding.reads |= {outline.span(read.node)[0] for read in assignment.references}
        yield from found.values()


def _may_go(
    outline: Outline, scope: Scope, assignment: Assignment, statement: cst.SimpleStatementLine
) -> bool:
    first, last = outline.span(statement)
    name = assignment.name.partition(".")[0]
    rebound = {name for name, line in outline.survey.rebound if not outline.marked(line)}
    if outline.marked(first) or name in rebound:
        return False
    if not isinstance(assignment, ImportAssignment):
        return isinstance(scope, FunctionScope) and not _steers(statement)
    if last in outline.comments and outline.comments[last].text == KEEP:
        return False
    is_offered = PurePath(outline.where).name == "__init__.py" or name in _exported(outline)
    return not (isinstance(scope, GlobalScope) and is_offered)


def _steers(statement: cst.SimpleStatementLine) -> bool:
    """Whether it does more than to compute a value: without it the function would be another."""
    steering = matchers.Yield() | matchers.Await() | matchers.NamedExpr()
    return bool(matchers.findall(statement, steering))


def _exported(outline: Outline) -> set[object]:
    """The strings in `__all__`."""
    return {
        string.evaluated_value
        for node, statement in outline.survey.statements.items()
        if isinstance(node, cst.Name) and node.value == "__all__"
        for string in matchers.findall(statement, matchers.SimpleString())
        if isinstance(string, cst.SimpleString)
    }


def _alias(assignment: ImportAssignment) -> cst.ImportAlias | None:
    """The part of the import statement that binds the name."""
    for alias in _names(assignment.node):
        bound = alias.evaluated_alias or alias.evaluated_name
        if f"{bound}.".startswith(f"{assignment.name}."):
            return alias
    return None


def _names(node: cst.CSTNode) -> list[cst.ImportAlias]:
    if not isinstance(node, (cst.Import, cst.ImportFrom)) or isinstance(node.names, cst.ImportStar):
        return []
    return list(node.names)


def _remove(
    outline: Outline,
    edits: _Edits,
    statement: cst.SimpleStatementLine,
    aliases: list[cst.ImportAlias | None],
) -> None:
    first, last = outline.span(statement)
    names = [name for name in _names(statement.body[0]) if name not in aliases]
    if names:
        names[-1] = names[-1].with_changes(comma=_names(statement.body[0])[-1].comma)
        body = [statement.body[0].with_changes(names=names)]
        shorter = statement.with_changes(body=body, leading_lines=())
        line = outline.lines[first - 1]
        indent = line[: -len(line.lstrip())]
        edits.replace((first, last), [indent + outline.wrapper.module.code_for_node(shorter)])
        return
    while _is_plain_comment(outline, first - 1):
        first -= 1
    edits.replace((first, last), [])


def _is_plain_comment(outline: Outline, line: int) -> bool:
    """Whether a comment, and no mark, is all that stands in the line."""
    return line in outline.comments and outline.comments[line].alone and not outline.marked(line)
