"""Finds the marked regions of a source, and what else stripping must know of its syntax tree.

Everything is told by line numbers, which count from 1.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

HINT, KEEP = "# HINT:", "# KEEP"

Span = tuple[int, int]
"""First and last line."""

_MARK = re.compile(r"# (?:BEGIN (?:SOLUTION(?:: (?P<item>\S.*))?|STAFF)|END (?:SOLUTION|STAFF))")
_LIKE_A_MARK = re.compile(r"#+\s*(BEGIN|END)(?=[\s:]|$)")
_CODE = (
    cst.BaseStatement,
    cst.BaseSmallStatement,
    cst.BaseExpression,
    cst.Decorator,
    cst.Else,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.Finally,
    cst.MatchCase,
)


class MarkError(ValueError):
    """A mark that cannot be followed. The message is `file:line: sentence`."""


@dataclass(frozen=True)
class Region:
    """Whole statements between two marks, which stand in the lines `begin` and `end`."""

    staff: bool
    begin: int
    end: int
    indent: str
    owner: str  # the qualified name of the enclosing function; empty where there is none
    item: str  # of the rubric, where the mark names one
    hints: tuple[str, ...]  # lines, as they are
    code: tuple[str, ...]  # the other lines, but for indentation and blank ones

    @property
    def span(self) -> Span:
        """The lines of the marks and all between."""
        return self.begin, self.end


def regions(source: str, where: str) -> list[Region]:
    """Return the marked regions, in order. Raises MarkError."""
    return Outline(source, where).regions


def within(line: int, spans: Iterable[Span]) -> bool:
    """Whether one of the spans holds the line."""
    return any(first <= line <= last for first, last in spans)


@dataclass(frozen=True)
class Comment:
    """A comment, and what stands before it in its line."""

    line: int
    text: str
    before: str
    in_expression: bool

    @property
    def alone(self) -> bool:
        return not self.before.strip()


@dataclass(frozen=True)
class Block:
    """Statements of one indentation; `owner` is the qualified name of the definition around."""

    owner: str
    in_function: bool
    is_module: bool
    spans: list[Span]


class Outline:
    """A source's syntax tree, its comments and its regions. Raises MarkError."""

    def __init__(self, source: str, where: str) -> None:
        self.where = where
        self.lines = io.StringIO(source, newline="").readlines()
        try:
            self.wrapper = MetadataWrapper(cst.parse_module(source))
        except cst.ParserSyntaxError as fault:
            raise self.error(fault.raw_line, "this is no Python that can be parsed.") from fault
        self._places = self.wrapper.resolve(PositionProvider)
        self.survey = _Survey(self)
        self.wrapper.module.visit(self.survey)
        self.comments = {comment.line: comment for comment in self.survey.comments}
        self.regions = [self._region(*pair) for pair in self._pairs()]

    def error(self, line: int, sentence: str) -> MarkError:
        """What to raise about a line."""
        return MarkError(f"{self.where}:{line}: {sentence}")

    def place(self, node: cst.CSTNode) -> CodeRange:
        """Where a node begins and ends."""
        return self._places[node]

    def span(self, node: cst.CSTNode) -> Span:
        """First and last line; of a definition, decorators and all."""
        decorators = getattr(node, "decorators", ())
        first = self.place(decorators[0] if decorators else node)
        return first.start.line, self.place(node).end.line

    def marked(self, line: int) -> bool:
        """Whether the line lies in a region."""
        return within(line, (region.span for region in self.regions))

    def _marks(self) -> Iterator[Comment]:
        for comment in self.survey.comments:
            if not _LIKE_A_MARK.match(comment.text):
                continue
            if not _MARK.fullmatch(comment.text):
                known = "# BEGIN SOLUTION, # END SOLUTION, # BEGIN STAFF, # END STAFF"
                raise self.error(comment.line, f"{comment.text!r} is no mark; marks are {known}.")
            if not comment.alone:
                raise self.error(comment.line, "a mark must stand on a line of its own.")
            if comment.in_expression:
                raise self.error(comment.line, "a mark cannot stand inside an expression.")
            yield comment

    def _pairs(self) -> Iterator[tuple[Comment, Comment]]:
        opened: Comment | None = None
        for mark in self._marks():
            _, verb, kind = mark.text.partition(":")[0].split()
            if verb == "BEGIN":
                if opened:
                    what = f"a region begins inside the one of line {opened.line}; end that first."
                    raise self.error(mark.line, what)
                opened = mark
                continue
            if not opened:
                raise self.error(mark.line, f"no {kind} region was begun that could end here.")
            if not opened.text.startswith(f"# BEGIN {kind}"):
                what = f"the region of line {opened.line} must end with its own word, not {kind}."
                raise self.error(mark.line, what)
            yield opened, mark
            opened = None
        if opened:
            raise self.error(opened.line, "the region that begins here has no end.")

    def _region(self, begin: Comment, end: Comment) -> Region:
        block = self._block_between(begin, end)
        match = _MARK.fullmatch(begin.text)
        inner = self.lines[begin.line : end.line - 1]
        hints = 0
        while inner[hints].strip().startswith(HINT):
            hints += 1
        return Region(
            staff=begin.text == "# BEGIN STAFF",
            begin=begin.line,
            end=end.line,
            indent=begin.before,
            owner=block.owner if block.in_function else "",
            item=(match and match["item"]) or "",
            hints=tuple(inner[:hints]),
            code=tuple(line.strip() for line in inner[hints:] if line.strip()),
        )

    def _block_between(self, begin: Comment, end: Comment) -> Block:
        """The one block whose statements are all that lies between two marks."""
        if begin.before != end.before:
            raise self.error(end.line, f"the region of line {begin.line} ends in another block.")
        codes = [line for line in self.survey.code_lines if begin.line < line < end.line]
        if not codes:
            raise self.error(begin.line, "the region that begins here holds no statement.")
        for block in self.survey.blocks:
            run = [s for s in block.spans if begin.line < s[0] and s[1] < end.line]
            if run and all(within(line, [(run[0][0], run[-1][1])]) for line in codes):
                first = self.lines[run[0][0] - 1]
                if first[: -len(first.lstrip())] != begin.before:
                    what = "a mark must be indented as the statements that it marks."
                    raise self.error(begin.line, what)
                return block
        what = f"the region that begins here and ends in line {end.line} cuts a statement."
        raise self.error(begin.line, what)


class _Survey(cst.CSTVisitor):
    """Collects comments, blocks of statements, and statements that stripping may make useless."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.comments: list[Comment] = []
        self.blocks: list[Block] = []
        self.code_lines: set[int] = set()
        self.statements: dict[cst.CSTNode, cst.SimpleStatementLine] = {}
        self.rebound: list[tuple[str, int]] = []
        self._outline = outline
        self._definitions: list[cst.FunctionDef | cst.ClassDef] = []
        self._in_expression = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _CODE):
            self.code_lines.add(self._outline.span(node)[0])
        return super().on_visit(node)

    def visit_Comment(self, node: cst.Comment) -> None:
        start = self._outline.place(node).start
        before = self._outline.lines[start.line - 1][: start.column]
        text = node.value.rstrip()
        self.comments.append(Comment(start.line, text, before, self._in_expression))

    def visit_ParenthesizedWhitespace(self, node: cst.ParenthesizedWhitespace) -> None:
        self._in_expression = True

    def leave_ParenthesizedWhitespace(self, original_node: cst.ParenthesizedWhitespace) -> None:
        self._in_expression = False

    def visit_Module(self, node: cst.Module) -> None:
        self._add_block(node)

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self._add_block(node)

    def _add_block(self, node: cst.Module | cst.IndentedBlock) -> None:
        names = [definition.name.value for definition in self._definitions]
        kinds = [isinstance(definition, cst.FunctionDef) for definition in self._definitions]
        if kinds and kinds[0]:
            names.insert(0, PurePath(self._outline.where).stem)
        spans = [self._outline.span(statement) for statement in node.body]
        is_module = isinstance(node, cst.Module)
        self.blocks.append(Block(".".join(names), bool(kinds and kinds[-1]), is_module, spans))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._definitions.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._definitions.pop()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._definitions.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._definitions.pop()

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        """Note an import under itself, and an assignment to one target under that target."""
        only = node.body[0]
        if len(node.body) > 1:
            return
        if isinstance(only, (cst.Import, cst.ImportFrom)):
            self.statements[only] = node
        elif isinstance(only, cst.Assign) and len(only.targets) == 1:
            self.statements[only.targets[0].target] = node
        elif isinstance(only, cst.AnnAssign):
            self.statements[only.target] = node

    # libcst counts neither of these as a read, but both need the name to be bound.

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if isinstance(node.target, cst.Name):
            self._note_rebound(node.target)

    def visit_NameItem(self, node: cst.NameItem) -> None:  # of global and nonlocal
        self._note_rebound(node.name)

    def _note_rebound(self, name: cst.Name) -> None:
        self.rebound.append((name.value, self._outline.span(name)[0]))
