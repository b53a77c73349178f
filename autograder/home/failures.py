"""What a failure in a student's own process means, in facts and beside their own lines."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType, TracebackType

import pytest

from autograder.definition import Homework
from autograder.home.timelimit import TooSlow
from autograder.hosting.judging import judge
from autograder.outcomes import Verdict
from autograder.raised import Frame, ImportFailure, Raised
from autograder.report import errors, sentences
from autograder.sandbox.faults import read, student_error
from autograder.sandbox.inside import loading, raised
from autograder.truth.comparison import Inconclusive, Mismatch

SUPPORT = Path(__file__).parents[1]
"""Code of ours: a traceback that ends here is cut back to where it left the check."""

MAX_FRAMES = 5


class Teller:
    """Tells of failures of the code below `root`.

    `broken` has a text for each thing that keeps modules from importing, by the file to fix.
    """

    def __init__(self, homework: Homework, root: Path) -> None:
        self.broken: dict[str, str] = {}
        self._homework, self._root = homework, root
        self._noted: set[tuple[str, str]] = set()

    def verdict(self, failure: BaseException | None) -> Verdict:
        """The verdict, as under grading, where all that their code raised is one kind of error."""
        if isinstance(failure, TooSlow):
            return self._too_slow(failure)
        ours = (Mismatch, Inconclusive, pytest.skip.Exception)
        if failure is None or isinstance(failure, ours):
            return judge(failure, hidden=False)
        known = self.raised(failure)
        theirs = (loading.BrokenModule, loading.MissingName, NotImplementedError, SyntaxError)
        is_missing = f"{known.absent}.py" in self._homework.scripts
        # Python refuses a class that lacks a method in a line of the check's, but by their doing.
        by_theirs = known.frames or is_missing or isinstance(failure, theirs)
        if by_theirs or errors.advice(known):
            return judge(student_error(known), hidden=False)
        return Verdict("type", raised=known)  # the check could not use what it was answered

    def where(self, failure: BaseException) -> Frame | None:
        """The student's line that was being run, where there was one."""
        frames = self.raised(failure).frames
        return frames[-1] if frames else None

    def running(self, frame: FrameType | None) -> Frame | None:
        """The student's line in a frame that runs, or the nearest one that called it."""
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if self._root in path.parents and self._is_theirs(path):
                file = path.relative_to(self._root).as_posix()
                return Frame(file, frame.f_lineno, frame.f_code.co_name)
            frame = frame.f_back
        return None

    def _too_slow(self, failure: TooSlow) -> Verdict:
        """The failure with all lines on the way: the loop may be in any of them."""
        text = f"This did not end within {failure.seconds:g} seconds: is there an endless loop?"
        return Verdict("lost", text, raised=self.raised(failure), timed_out=True)

    def note_broken(self, failures: Mapping[str, BaseException]) -> None:
        """Remember why modules do not import: one mistake may keep several of them from it."""
        for module, cause in failures.items():
            known, file = self.raised(cause), self._homework.file(module)
            if (known.type_name, known.message) not in self._noted:
                self._noted.add((known.type_name, known.message))
                asked = replace(known, file=file, cause=self.import_failure(file, cause))
                text = self.words(Verdict("import", raised=asked), cause)
                self.broken[self._file_of(cause) or file] = text

    def words(self, verdict: Verdict, failure: BaseException) -> str:
        """What a student reads, with the text of each line, even of one that is no Python."""
        cause = failure.__cause__ if isinstance(failure, loading.BrokenModule) else failure
        is_python = not isinstance(cause, SyntaxError)
        shown = [] if is_python else traceback.format_exception_only(cause)[:-1]
        lines = "".join(shown).splitlines()
        return "\n    ".join([sentences.failure(verdict, self._with_source), *lines])

    def _file_of(self, failure: BaseException) -> str:
        """The student's file that a SyntaxError is in; empty where it is no such error."""
        path = Path(getattr(failure, "filename", None) or "")
        return path.relative_to(self._root).as_posix() if self._root in path.parents else ""

    def raised(self, failure: BaseException) -> Raised:
        """What is known of an exception; of the student's lines, those that say most."""
        fields = raised.fields(failure, self._root, self._is_theirs) | loading.fields(failure)
        known = read(fields)
        # A call passes through the given __call__ before it reaches what a student wrote.
        telling = [f for f in known.frames[:-1] if f.function != "__call__"]
        frames = tuple([*telling, *known.frames[-1:]][-MAX_FRAMES:])
        cause = failure.__cause__ if isinstance(failure, loading.BrokenModule) else None
        why = self.import_failure(known.file, cause) if cause else None
        return replace(known, frames=frames, cause=why)

    def import_failure(self, file: str, cause: BaseException) -> ImportFailure:
        """Why the module in `file` does not import, in facts."""
        if isinstance(cause, TooSlow):
            return ImportFailure(file, seconds=cause.seconds)
        known = self.raised(cause)
        undotted = known.absent if known.absent in self._homework.modules else ""
        return ImportFailure(file, known, undotted=undotted)

    def _with_source(self, frame: Frame) -> str:
        source = linecache.getline(str(self._root / frame.file), frame.line).strip()
        return f"{frame.file}:{frame.line}: in {frame.function}\n    {source}"

    def _is_theirs(self, path: Path) -> bool:
        tests = SUPPORT.parent
        inside = SUPPORT not in path.parents and tests != path.parent
        return inside and "site-packages" not in path.parts


def without_support(trace: TracebackType | None) -> TracebackType | None:
    """The same traceback without its last frames as far as they are ours."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    while len(frames) > 1 and SUPPORT in Path(frames[-1].tb_frame.f_code.co_filename).parents:
        frames.pop()
    kept: TracebackType | None = None
    for part in reversed(frames):
        kept = TracebackType(kept, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return kept
