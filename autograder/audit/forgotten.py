"""What was forgotten when an item or a class was added, each with what to do.

The reference, the contract, the rubric, the checks, the right and the wrong submissions and the
handout speak of the same things; where one of them lacks a thing, this says so in a second, before
a whole audit would.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from autograder import reference
from autograder.audit.chaffs import Chaff
from autograder.definition import Homework
from autograder.project import Project


def forgotten(project: Project, chaffs: Iterable[Chaff]) -> list[str]:
    """All that is missing; `chaffs` are the wrong submissions."""
    homework = project.homework
    return [
        *_contract(project),
        *_checks(homework),
        *_texts(project),
        *_chaffs(project, chaffs),
    ]


def _contract(project: Project) -> Iterator[str]:
    homework, places = project.homework, reference.sources(project)
    solution = {path: project.root / source for path, source in places.items()}
    initial = homework.file(homework.package)
    listed = {name for names in homework.modules.values() for name in names}
    exported = set(_imported(solution[initial]))
    for name in sorted(exported - listed):
        yield f"{name} is exported by the reference: add it to MODULES in the contract."
    for name in sorted(listed - exported):
        yield f"{name} is in the contract: export it in the reference's {initial}."
    for module, names in homework.modules.items():
        for name in sorted(set(names) - set(_defined(solution[homework.file(module)]))):
            yield f"{name} is in the contract: define it in the reference's {module}.py."
    for name in sorted(_classes(homework) - listed):
        yield f"{name} is in the rubric: add it to MODULES in the contract."
    told = {word for item in homework.rubric.items for word in re.findall(r"\w+", item.name)}
    for name in sorted((listed & homework.called) - told):
        yield f"{name} is in the contract: add items for it to the rubric."


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


def _defined(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_bytes() if path.is_file() else b"")
    return (node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef))


def _classes(homework: Homework) -> set[str]:
    """The classes whose methods are items: Line, if there is Line.values."""
    found = (re.match(r"([A-Z]\w*)\.\w", item.name) for item in homework.rubric.items)
    return {match[1] for match in found if match}


def _checks(homework: Homework) -> Iterator[str]:
    checked: set[str] = set()
    for path in homework.check_files:
        for check, items in _asked(homework, path):
            checked |= items
            if not items:
                yield f"{path.name}: {check} is for no item: mark it with one."
            for name in sorted(items - homework.rubric.by_name.keys()):
                yield f'{path.name}: {check} is for "{name}": add that item to the rubric.'
    for item in homework.rubric.items:
        if item.name not in checked:
            yield f'No check is for "{item.name}": mark one with @item("{item.name}").'


def _asked(homework: Homework, path: Path) -> Iterator[tuple[str, set[str]]]:
    """Each check in a file, with the items that it is for."""
    for check, function in vars(_module(path)).items():
        if check.startswith("test_"):
            yield check, set(map(homework.worded, _items(function)))


def _items(check: Any) -> Iterator[str]:
    """The items that a check is marked with, be it as a whole or in some of its cases."""
    for mark in getattr(check, "pytestmark", ()):
        cases = mark.args[1] if mark.name == "parametrize" else ()
        for each in (mark, *(mark for case in cases for mark in getattr(case, "marks", ()))):
            if each.name == "item":
                yield each.args[0]


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"checks_{path.stem}", path)
    assert spec is not None, path
    assert spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _texts(project: Project) -> Iterator[str]:
    """Each right submission has every class, and the handout says what it promises."""
    wheats = (project.root / project.wheats).glob(f"*/{project.homework.package}")
    for wheat in sorted(path.parent for path in wheats):
        elsewhere = project.homework.seen_in(wheat).edition.elsewhere
        names = {elsewhere.get(name, ("", name))[1] for name in _classes(project.homework)}
        yield from _lacking(f"{project.wheats}/{wheat.name}", _text_of(project, wheat), names)
    if handout := project.handout.get("README.md"):
        text = (project.root / handout).read_text(encoding="utf-8")
        yield from _lacking(handout, text, _classes(project.homework))


def _lacking(where: str, text: str, names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        if not re.search(rf"\b{name}\b", text):
            yield f"{where} lacks {name}: write it there."


def _text_of(project: Project, wheat: Path) -> str:
    """All that a right submission has of its own, and of the one that it shares."""
    shared = reference.sources(reference.wheat(project, wheat.name)).values()
    paths = {*wheat.rglob("*.py"), *(project.root / source for source in shared)}
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths) if path.exists())


def _chaffs(project: Project, chaffs: Iterable[Chaff]) -> Iterator[str]:
    """Each item falls somewhere, but those that shared checks alone ask for."""
    falling, homework = {name for chaff in chaffs for name in chaff.losses}, project.homework
    shared, own = (
        {name for path in paths for _, items in _asked(homework, path) for name in items}
        for paths in (homework.shared, set(homework.check_files).difference(homework.shared))
    )
    for item in homework.rubric.items:
        if item.name not in falling | (shared - own):
            yield f'No chaff makes "{item.name}" fail: add a mistake to {project.chaffs}/.'
