"""Proves a built template: nothing of the solution survives, and what it promises still stands."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder import reference
from autograder.project import Project
from autograder.template.linter import ruff
from autograder.template.stubs import Region, regions

SHORT = 12
"""Characters; a shorter line of the solution tells nothing."""

TELLING = 40
"""The same in files that hold no stubs, where short lines of any code are alike by chance."""

IMPORT_SECONDS = 120.0

_IMPORTER = """
import importlib, os, sys, traceback
folder, report = sys.argv[1:3]
sys.path[:0] = [folder, os.path.join(folder, "tests")]
with open(report, "w", encoding="utf-8") as lines:
    for name in sys.argv[3:]:
        try:
            importlib.import_module(name)
        except BaseException as fault:
            frames = traceback.extract_tb(fault.__traceback__)
            within = [frame for frame in frames if frame.filename.startswith(folder + os.sep)]
            path = os.path.relpath(within[-1].filename, folder) if within else name
            line = within[-1].lineno if within else 1
            what = type(fault).__name__ + ": " + " ".join(str(fault).split())
            print(f"{path}:{line}: {name} does not import: {what}", file=lines)
"""


@dataclass(frozen=True)
class _Module:
    """A module of the reference, and what became of it."""

    path: str
    reference: str
    template: str
    regions: list[Region]


def mistakes(files: Mapping[str, bytes], project: Project) -> list[str]:
    """Return what is wrong with a built template, each as `file:line: sentence`.

    Raises TemplateError where there is no linter.
    """
    modules = [
        _module(path, source, files, project)
        for path, source in reference.sources(project).items()
        if path not in project.copied
    ]
    found = [*_survivors(modules, files), *_syntax_errors(files)]
    if found:
        return found
    found += [mistake for module in modules for mistake in _promises_broken(module)]
    return found + _mistakes_in_a_folder(files, project)


def _module(path: str, source: str, files: Mapping[str, bytes], project: Project) -> _Module:
    text = (project.root / source).read_bytes().decode()
    return _Module(path, text, files[path].decode(), regions(text, source))


def _survivors(modules: list[_Module], files: Mapping[str, bytes]) -> Iterator[str]:
    """Lines of the solution that stand in the template, unless the reference shows them anyway."""
    given = {line for module in modules for line in _lines_outside(module)}
    solved = {line for module in modules for region in module.regions for line in region.code}
    secret = {line for line in solved - given if len(line) >= SHORT}
    solutions = {module.path for module in modules}
    for path, content in files.items():
        lines = content.decode().splitlines() if path.endswith(".py") else []
        least = SHORT if path in solutions else TELLING
        for number, line in enumerate(lines, start=1):
            if line.strip() in secret and len(line.strip()) >= least:
                yield f"{path}:{number}: a line of the solution survives: {line.strip()}"


def _lines_outside(module: _Module) -> set[str]:
    lines = enumerate(module.reference.splitlines(), start=1)
    spans = [region.span for region in module.regions]
    return {line.strip() for n, line in lines if not any(begin <= n <= end for begin, end in spans)}


def _syntax_errors(files: Mapping[str, bytes]) -> Iterator[str]:
    for path, content in files.items():
        if not path.endswith(".py"):
            continue
        try:
            compile(content, path, "exec", dont_inherit=True)
        except SyntaxError as fault:
            yield f"{path}:{fault.lineno or 1}: does not compile: {fault.msg}"
        except ValueError as fault:
            yield f"{path}:1: does not compile: {fault}"


# ---- what the template promises ----


@dataclass(frozen=True)
class _Promise:
    line: int
    signature: str
    docstring: str | None


def _promises_broken(module: _Module) -> Iterator[str]:
    staff = [region.span for region in module.regions if region.staff]
    promised = _promises(module.reference, staff)
    kept = _promises(module.template, [])
    for name, promise in promised.items():
        found = kept.get(name)
        if found is None:
            yield f"{module.path}:1: {name} is missing; the reference has it."
        elif found.signature != promise.signature:
            yield f"{module.path}:{found.line}: {name} has another signature in the reference."
        elif found.docstring != promise.docstring:
            yield f"{module.path}:{found.line}: {name} has another docstring in the reference."
    for name in sorted(kept.keys() - promised.keys()):
        yield f"{module.path}:{kept[name].line}: {name} is not in the reference."


def _promises(source: str, hidden: list[tuple[int, int]]) -> dict[str, _Promise]:
    """Public definitions by name, and the module itself; a second one of a name gets a number."""
    tree = ast.parse(source)
    found = {"the module": _Promise(1, "", ast.get_docstring(tree, clean=False))}
    for name, node in _public(tree.body, ""):
        if any(begin <= node.lineno <= end for begin, end in hidden):
            continue
        earlier = sum(key.partition(" (")[0] == name for key in found)
        key = f"{name} ({earlier + 1})" if earlier else name
        docstring = ast.get_docstring(node, clean=False)
        found[key] = _Promise(node.lineno, _signature(node), docstring)
    return found


_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, _Definition]]:
    for node in body:
        if not isinstance(node, _Definition):
            continue
        if node.name.startswith("_") and not re.fullmatch(r"__\w+__", node.name):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{prefix}{node.name}.")


def _signature(node: _Definition) -> str:
    parts = [type(node).__name__, *map(ast.unparse, node.decorator_list)]
    if isinstance(node, ast.ClassDef):
        return "\n".join(parts + [ast.unparse(base) for base in (*node.bases, *node.keywords)])
    returns = ast.unparse(node.returns) if node.returns else ""
    return "\n".join([*parts, ast.unparse(node.args), returns])


# ---- in a folder of its own ----


def _mistakes_in_a_folder(files: Mapping[str, bytes], project: Project) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "student_template"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        shutil.copy(project.root / "pyproject.toml", folder.parent)
        return [*_lint(folder), *_import_failures(folder, files, project)]


def _lint(folder: Path) -> Iterator[str]:
    """What the project's linter and formatter say of the template, where CI will see it."""
    whole = ["--no-respect-gitignore", folder.name]
    checked = ruff(folder.parent, "check", "--output-format=concise", *whole)
    yield from re.findall(rf"^{folder.name}/(.+:\d+:.*)$", checked.replace("\\", "/"), re.MULTILINE)
    formatted = ruff(folder.parent, "format", "--diff", *whole)
    for path in re.findall(
        rf"^--- {folder.name}/(.+)$", formatted.replace("\\", "/"), re.MULTILINE
    ):
        yield f"{path}:1: is not as the formatter wants it; keep the marks' surroundings tidy."


def _import_failures(folder: Path, files: Mapping[str, bytes], project: Project) -> list[str]:
    report = folder.parent / "imports.txt"
    command = [sys.executable, "-I", "-B", "-c", _IMPORTER, str(folder), str(report)]
    command += [*project.top_level, *_support(files)]
    run = subprocess.run(command, capture_output=True, timeout=IMPORT_SECONDS)
    found = report.read_text(encoding="utf-8").splitlines()
    if run.returncode:
        package = f"{project.homework.package}/__init__.py"
        found.append(f"{package}:1: importing the template ended with {run.returncode}.")
    return found


def _support(files: Mapping[str, bytes]) -> list[str]:
    """Modules in the folders of tests/."""
    paths = [path for path in files if re.fullmatch(r"tests/.+/.+\.py", path)]
    names = [path.removeprefix("tests/").removesuffix(".py").replace("/", ".") for path in paths]
    return [name.removesuffix(".__init__") for name in names]
