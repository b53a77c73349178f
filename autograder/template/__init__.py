"""The students' template: built from the reference, the checks and the handout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder import hint_text, reference, rubric_table
from autograder.project import Project
from autograder.template import documents
from autograder.template.files import TemplateError, difference, refuse_to_overwrite, write
from autograder.template.linter import tidied
from autograder.template.proof import mistakes
from autograder.template.roadmap import roadmap
from autograder.template.stubs import MarkError, strip

__all__ = [
    "SUPPORT",
    "TemplateError",
    "build",
    "checked",
    "difference",
    "documents",
    "mistakes",
    "refuse_to_overwrite",
    "write",
]

SUPPORT = (
    "autograder/__init__.py",
    "autograder/definition.py",
    "autograder/hint_text.py",
    "autograder/outcomes.py",
    "autograder/raised.py",
    "autograder/rubric_table.py",
    "autograder/shown.py",
    "autograder/svg.py",
    "autograder/home/__init__.py",
    "autograder/home/clock.py",
    "autograder/home/draw.py",
    "autograder/home/failures.py",
    "autograder/home/habits.py",
    "autograder/home/handin.py",
    "autograder/home/hints.py",
    "autograder/home/modules.py",
    "autograder/home/onwards.py",
    "autograder/home/options.py",
    "autograder/home/own_tests.py",
    "autograder/home/plugin.py",
    "autograder/home/score.py",
    "autograder/home/start.py",
    "autograder/home/timelimit.py",
    "autograder/home/warned.py",
    "autograder/home/watch.py",
    "autograder/hosting/__init__.py",
    "autograder/hosting/judging.py",
    "autograder/hosting/plugin.py",
    "autograder/hosting/provider.py",
    "autograder/report/__init__.py",
    "autograder/report/console.py",
    "autograder/report/errors.py",
    "autograder/report/plain_words.py",
    "autograder/report/sentences.py",
    "autograder/sandbox/__init__.py",
    "autograder/sandbox/faults.py",
    "autograder/sandbox/inside/__init__.py",
    "autograder/sandbox/inside/loading.py",
    "autograder/sandbox/inside/raised.py",
    "autograder/sandbox/inside/settings.py",
    "autograder/sandbox/inside/standins.py",
    "autograder/truth/__init__.py",
    "autograder/truth/comparison.py",
    "autograder/truth/diagnosis.py",
    "autograder/truth/differences.py",
)
"""What the checks of any homework need at home; it goes into the template's tests/."""

HINTS = "/hints/__init__.py"
"""Where a homework keeps its hints, and the day from which there are some."""

_TABLE = re.compile(rb"^<!-- (roadmap|questions) -->(?=\r?$)", re.MULTILINE)


def build(project: Project) -> dict[str, bytes]:
    """Return the whole template, path to content; the same sources give the same bytes.

    Raises TemplateError with all that is wrong with the sources.
    """
    files: dict[str, bytes] = {}
    wrong: list[str] = []
    for source, target, make in _sources(project):
        try:
            files[target] = make(project, (project.root / source).read_bytes(), source)
        except OSError as fault:
            wrong.append(f"{source}:1: cannot be read ({fault.strerror}); the template needs it.")
        except UnicodeDecodeError:
            wrong.append(f"{source}:1: is not UTF-8.")
        except MarkError as fault:
            wrong.append(str(fault))
    if wrong:
        raise TemplateError(wrong)
    return dict(sorted(files.items()))


def checked(project: Project) -> dict[str, bytes]:
    """Build the template and prove it. Raises TemplateError with all that is wrong."""
    if wrong := project.homework.rubric.mistakes():
        raise TemplateError([f"{project.rubric}: {mistake}" for mistake in wrong])
    files = build(project)
    wrong = mistakes(files, project)
    if wrong:
        raise TemplateError(wrong)
    return files


_Make = Callable[[Project, bytes, str], bytes]
"""Turns a source's content and path into what stands in the template."""


def _sources(project: Project) -> Iterator[tuple[str, str, _Make]]:
    for target, source in reference.sources(project).items():
        yield source, target, _copied if target in project.copied else _stripped
    for source in _checks(project) if project.homework.checks.is_dir() else ():
        yield source, f"tests/{Path(source).name}", _copied
    for source in (*SUPPORT, *project.support):
        yield source, f"tests/{source}", _stripped if source.endswith(".py") else _copied
    for target, source in project.handout.items():
        yield source, target, _with_tables if target == "README.md" else _copied


def _checks(project: Project) -> Iterator[str]:
    """Where the checks and their fixtures are in the project."""
    files = project.homework.check_files or [project.homework.checks / "test_*.py"]
    for path in (project.homework.checks / "conftest.py", *files):
        yield path.relative_to(project.root).as_posix()  # one that is not there cannot be read


def _copied(project: Project, content: bytes, source: str) -> bytes:
    return content


def _stripped(project: Project, content: bytes, source: str) -> bytes:
    if source == project.rubric:
        content = rubric_table.rewritten(content.decode(), project.homework.rubric).encode()
    if source.endswith(HINTS):
        content = hint_text.opened(content.decode(), project.homework.hints_from).encode()
    numbers = {item.name: item.number for item in project.homework.rubric.items}
    stubs = strip(content.decode(), source, numbers)
    return content if stubs == content.decode() else tidied(stubs, source, project.root).encode()


def _with_tables(project: Project, content: bytes, source: str) -> bytes:
    tables = {b"roadmap": roadmap(project.homework.rubric)}
    if project.questions:
        tables[b"questions"] = documents.questions(project)
    for name in (name.decode() for name in tables.keys() - _TABLE.findall(content)):
        raise MarkError(f"{source}:1: lacks the line <!-- {name} -->, where that table goes.")
    return _TABLE.sub(lambda mark: tables[mark[1]].encode(), content)
