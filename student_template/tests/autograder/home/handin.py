"""Run the public checks, build the zip to upload, and warn of what Gradescope would not accept."""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from autograder.definition import Homework
from autograder.home import habits
from autograder.home.score import public_score
from autograder.sandbox.inside.standins import DISPLAY_ONLY, UNAVAILABLE

NOT_HANDED_IN = ("conftest.py", "submit.py", "setup.py")
LEFT_OUT_AT_TOP = ("tests", "test", "data", "venv", "env", "build", "dist")
LARGE = 1_000_000
"""Bytes; a larger file is data and no source."""

IMPORT_SECONDS = 60
NAMES_THAT_ARE_MISSING = """
import json, sys
from pathlib import Path
root, tests, package_name, modules = Path(sys.argv[1]), *sys.argv[2:4], json.loads(sys.argv[4])
sys.path[:0] = [str(root), tests]
from autograder.sandbox.inside import loading, settings, standins
sys.argv = [package_name]
standins.install(frozenset(path.stem for path in root.iterdir()))
with settings.put_back():
    package = loading.Package(root, package_name, modules)
missing = [n for home, names in modules.items() if home not in package.failures
           for n in names if not package.has(n)]
failures = {n: f"{type(e).__name__}: {e}" for n, e in package.failures.items()}
print("\\n" + json.dumps([missing, failures]))
"""
"""Run in a process of its own, where the stand-ins of grading take the place of libraries."""


def main(homework: Homework, root: Path, arguments: list[str] | None = None) -> int:
    """Write the zip beside `root`'s modules and print what was noticed; the process's exit code."""
    parser = argparse.ArgumentParser(prog="python submit.py", description=__doc__)
    text = "where the zip goes; default: submission.zip"
    parser.add_argument(
        "--out", type=Path, default=root / "submission.zip", metavar="FILE", help=text
    )
    text = "pack only: run no public checks first"
    parser.add_argument("--quick", action="store_true", help=text)
    options = parser.parse_args(arguments)
    target: Path = options.out
    if not (root / homework.package).is_dir():
        print(
            f"{root} holds no folder {homework.package}/: there is nothing to hand in.",
            file=sys.stderr,
        )
        return 1
    if find_spec("numpy") is None:
        hint = "activate the environment of your set-up first"
        print(f"This Python has no NumPy: {hint}.", file=sys.stderr)
        return 1
    if not options.quick and (root / "tests").is_dir():
        print(f"{public_score(root)}\n", flush=True)
    files = list(handed_in(root))
    try:
        _write(root, files, target)
    except OSError as fault:
        print(f"{target}: cannot be written ({fault.strerror}).", file=sys.stderr)
        return 1
    found = sorted(map(str, warnings(homework, root, files)))
    print(f"{target.name}: {len(files)} files, {target.stat().st_size / 1000:.0f} kB")
    print("".join(f"    {path.relative_to(root).as_posix()}\n" for path in files))
    if left := _to_do(files):
        methods = "1 method is" if left == 1 else f"{left} methods are"
        print(f"{methods} not written yet. That is fine: they just earn no points so far.")
    print(f"Warnings: {len(found)}" if found else "No warnings.")
    print("".join(f"    {text}\n" for text in found), end="")
    print(f"\nUpload {target.name} to Gradescope.")
    return 0


def handed_in(root: Path) -> Iterator[Path]:
    """Python files of the student's: the package, the scripts, and helper modules beside them."""
    for path in sorted(root.rglob("*.py")):
        *folders, name = path.relative_to(root).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in folders)
        hidden = hidden or (bool(folders) and folders[0] in LEFT_OUT_AT_TOP)
        own_test = not folders and (name in NOT_HANDED_IN or name.startswith("test_"))
        if not hidden and not own_test and "site-packages" not in folders:
            yield path


class Warned(NamedTuple):
    """What Gradescope would not like about a file, and what to do; `line` is 0 where it is all."""

    file: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


def warnings(homework: Homework, root: Path, files: list[Path]) -> Iterator[Warned]:
    """What Gradescope would not like, each thing once."""
    unusable = list(_missing_files(homework, root))
    own = {homework.package, *(Path(name).stem for name in homework.scripts)}
    own |= {path.stem for path in files} | {path.parent.name for path in files}
    for path in files:
        file = path.relative_to(root).as_posix()
        if path.stat().st_size > LARGE:
            yield Warned(file, "over 1 MB. Is it data? Only source is graded.")
            continue
        try:
            tree = ast.parse(path.read_bytes(), file)
        except (SyntaxError, ValueError) as fault:
            unusable.append(_no_python(file, fault))
        else:
            yield from (Warned(file, text, line) for line, text in _in_source(tree, own))
    yield from unusable
    told = {warned.file for warned in unusable}
    yield from (w for w in _after_import_of(homework, root, files) if w.file not in told)


def _no_python(file: str, fault: SyntaxError | ValueError) -> Warned:
    reason = fault.msg if isinstance(fault, SyntaxError) else str(fault)
    line = getattr(fault, "lineno", None) or 1
    return Warned(file, f"{reason}. Nothing in this file can be graded.", line)


def _after_import_of(homework: Homework, root: Path, files: list[Path]) -> Iterator[Warned]:
    """`_after_import` of a copy of these files: what is left out must not be found."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for path in files:
            (copy / path.relative_to(root)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy / path.relative_to(root))
        yield from _after_import(homework, copy)


def _missing_files(homework: Homework, root: Path) -> Iterator[Warned]:
    modules = ("__init__", *homework.modules)
    expected = [f"{homework.package}/{module}.py" for module in modules]
    expected += [name for name in homework.scripts if name not in homework.optional]
    for name in expected:
        folder = (root / name).parent
        there = [path.name for path in folder.iterdir()]
        base = Path(name).name
        if base in there:
            continue
        other = [n for n in there if n.lower() == base.lower()]
        found = f" Rename {other[0]}: on Gradescope, case matters." if other else ""
        yield Warned(name, f"is missing.{found}")


def _in_source(tree: ast.Module, own: set[str]) -> Iterator[tuple[int, str]]:
    """Line and warning for what is not there, prints in loops, waiting, and what objects share."""
    yield from habits.shared(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((node.lineno, text) for text in _about_import(node, own))
        elif isinstance(node, (ast.For, ast.While)):
            inside = [n for part in node.body for n in ast.walk(part) if _calls(n, "print")]
            if inside and not _is_script(tree):
                yield node.lineno, "prints in a loop. Output is limited while grading."
        elif _calls(node, "input"):
            yield node.lineno, "waits for input. Nobody types on Gradescope."  # type: ignore[attr-defined]


def _about_import(node: ast.Import | ast.ImportFrom, own: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        names = [] if node.level else [node.module or ""]
    for library in {name.partition(".")[0] for name in names}:
        if library in own | DISPLAY_ONLY | {"numpy"} | sys.stdlib_module_names:
            continue
        if library in UNAVAILABLE:
            yield f"imports {library}, which does not work while grading: use NumPy instead."
        else:
            yield f"imports {library}, which Gradescope does not have: remove it."


def _is_script(tree: ast.Module) -> bool:
    """Whether it is a script: what prints there is not run while grading."""
    return any(
        isinstance(node, ast.If) and "__main__" in ast.unparse(node.test) for node in tree.body
    )


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _after_import(homework: Homework, root: Path) -> Iterator[Warned]:
    """What an import as on Gradescope does not find."""
    package = homework.package
    asked = [package, json.dumps(dict(homework.modules))]
    tests = Path(__file__).resolve().parents[2]
    try:
        run = subprocess.run(
            [sys.executable, "-c", NAMES_THAT_ARE_MISSING, str(root), str(tests), *asked],
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=IMPORT_SECONDS,
            check=False,
        )
        missing, failures = json.loads(run.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        text = f"takes over {IMPORT_SECONDS} seconds to import. Does it train at import?"
        yield Warned(package, text)
        return
    except (IndexError, ValueError):
        command = f"python -c 'import {package}'"
        yield Warned(package, f"ends Python when it is imported. `{command}` shows how.")
        return
    for module, reason in failures.items():
        yield Warned(homework.file(module), f"does not import: {reason}")
    for name in missing:
        home = next(home for home, names in homework.modules.items() if name in names)
        file = homework.file(home)
        yield Warned(file, f"no {name} is found.{_similar(root / file, name)}")


def _similar(path: Path, name: str) -> str:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ""
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    near = difflib.get_close_matches(name, classes, n=1)
    return f" Is it what you named {near[0]}?" if near else ""


def _to_do(files: list[Path]) -> int:
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files)
    return sum(text.count("raise NotImplementedError(") for text in texts)


def _write(root: Path, files: list[Path], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(root).as_posix())
