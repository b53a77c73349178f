"""Lines in a student's source that Python accepts but that do not do what they seem to.

None of it raises anything; it shows as values that one object takes from another.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MOST = 5
"""Lines told of one file, or folder."""

_EMPTY = ("dict", "list", "set", "defaultdict", "OrderedDict")


def lines(root: Path, file: str) -> list[str]:
    """What there is to tell of a file below `root`, or of those in a folder, a line each."""
    path = root / file
    paths = sorted(path.glob("*.py")) if path.is_dir() else [path]
    return [line for one in paths for line in _lines(one, root)][:MOST]


def _lines(path: Path, root: Path) -> list[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return []
    file = path.relative_to(root).as_posix()
    return [f"{file}:{line}: {text}" for line, text in sorted(shared(tree))]


def shared(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and sentence for what all objects of a class share without looking like it."""
    for owner in [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]:
        yield from _in_body(owner)
        for method in [n for n in owner.body if isinstance(n, ast.FunctionDef)]:
            yield from _defaults(method)
            if not _has_no_self(method):
                yield from _set_on_the_class(owner, method)


def _in_body(owner: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for node in owner.body:
        if isinstance(node, ast.Assign) and _is_empty(node.value):
            name = ast.unparse(node.targets[0])
            yield (
                node.lineno,
                f"`{name}` is made once, and all objects of {owner.name} share it: make it in "
                f"`__init__`, as `self.{name} = ...`.",
            )


def _defaults(method: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    arguments = method.args
    for default in (*arguments.defaults, *arguments.kw_defaults):
        if default is not None and _is_empty(default):
            yield (
                default.lineno,
                f"the default `{ast.unparse(default)}` of {method.name} is made once, and all "
                "calls share it: take None, and make a new one inside.",
            )


def _has_no_self(method: ast.FunctionDef) -> bool:
    """Whether it is the class's own method, which means the class where it names it."""
    decorators = map(ast.unparse, method.decorator_list)
    return not {"staticmethod", "classmethod"}.isdisjoint(decorators)


def _set_on_the_class(owner: ast.ClassDef, method: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    for node in ast.walk(method):
        for target in _targets(node):
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == owner.name:
                yield (
                    node.lineno,  # type: ignore[attr-defined]
                    f"`{ast.unparse(target)} = ...` sets it on the class, for all objects: write "
                    f"`self.{target.attr}`.",
                )


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [part for target in node.targets for part in getattr(target, "elts", [target])]
    return [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []


def _is_empty(value: ast.expr) -> bool:
    """Whether it is a new container in which things are to be put."""
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in _EMPTY
    if isinstance(value, ast.Dict):
        return not value.keys
    return isinstance(value, (ast.List, ast.Set)) and not value.elts
