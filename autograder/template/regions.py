"""Finds the marked regions of a source, by its syntax tree and its comments.

Everything is told by line numbers, which count from 1.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

HINT, KEEP = "# HINT:", "# KEEP"

Span = tuple[int, int]
"""First and last line."""

_MARK = re.compile(r"# (?:BEGIN (?:SOLUTION(?:: (?P<item>\S.*))?|STAFF)|END (?:SOLUTION|STAFF))")
_LIKE_A_MARK = re.compile(r"#+\s*(BEGIN|END)(?=[\s:]|$)")
_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


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
    """A source's blocks of statements, its comments and its regions. Raises MarkError."""

    def __init__(self, source: str, where: str) -> None:
        self.where = where
        self.lines = io.StringIO(source, newline="").readlines()
        try:
            tree = ast.parse(source)
        except SyntaxError as fault:
            what = "this is no Python that can be parsed."
            raise self.error(fault.lineno or 1, what) from fault
        self.comments: list[Comment] = []
        self.code_lines: set[int] = set()
        self._read_tokens()
        self.blocks = list(self._blocks(tree, ()))
        imports = (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
        self.imports = {_span(node) for node in imports}
        self.regions = [self._region(*pair) for pair in self._pairs()]

    def error(self, line: int, sentence: str) -> MarkError:
        """What to raise about a line."""
        return MarkError(f"{self.where}:{line}: {sentence}")

    def _read_tokens(self) -> None:
        depth = 0
        for token in tokenize.generate_tokens(iter([*self.lines, ""]).__next__):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                before = self.lines[line - 1][:column]
                self.comments.append(Comment(line, token.string.rstrip(), before, depth > 0))
            elif token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            if token.type not in _NO_CODE:
                self.code_lines.add(line)

    def _blocks(self, node: ast.AST, definitions: tuple[ast.stmt, ...]) -> Iterator[Block]:
        """All blocks in a node, which stands in these functions and classes."""
        if isinstance(node, _Function | ast.ClassDef):
            definitions = (*definitions, node)
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, [])
            if statements and not self._is_elif(statements[0]):
                yield self._block(statements, definitions, isinstance(node, ast.Module))
            for statement in statements:
                yield from self._blocks(statement, definitions)
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from self._blocks(part, definitions)

    def _is_elif(self, statement: ast.stmt) -> bool:
        """Whether it is an `if` that is written as the `elif` of another."""
        return self.lines[statement.lineno - 1][statement.col_offset :].startswith("elif")

    def _block(
        self, statements: list[ast.stmt], definitions: tuple[ast.stmt, ...], is_module: bool
    ) -> Block:
        names = [getattr(definition, "name", "") for definition in definitions]
        if definitions and isinstance(definitions[0], _Function):
            names.insert(0, PurePath(self.where).stem)
        in_function = bool(definitions) and isinstance(definitions[-1], _Function)
        return Block(".".join(names), in_function, is_module, [_span(s) for s in statements])

    def _marks(self) -> Iterator[Comment]:
        for comment in self.comments:
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
        codes = [line for line in self.code_lines if begin.line < line < end.line]
        if not codes:
            raise self.error(begin.line, "the region that begins here holds no statement.")
        for block in self.blocks:
            run = [s for s in block.spans if begin.line < s[0] and s[1] < end.line]
            if run and all(within(line, [(run[0][0], run[-1][1])]) for line in codes):
                first = self.lines[run[0][0] - 1]
                if first[: -len(first.lstrip())] != begin.before:
                    what = "a mark must be indented as the statements that it marks."
                    raise self.error(begin.line, what)
                return block
        what = f"the region that begins here and ends in line {end.line} cuts a statement."
        raise self.error(begin.line, what)


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _span(node: ast.stmt) -> Span:
    """First and last line; of a definition, decorators and all."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return first, node.end_lineno or node.lineno
