"""Where a student goes on when the work so far is right, and the command for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.definition import Homework, Item
from autograder.sandbox.inside.raised import STUB

HAND_IN = (
    "All public cases pass. Gradescope adds cases of other sizes and numbers. To hand in:",
    "    python submit.py",
)

_STUB = re.compile(
    r"raise NotImplementedError\(\s*[\"']" + STUB.format(method=".*", number=r"(\d+\.\d+)")
)


def onwards(homework: Homework, root: Path, done: Sequence[Item]) -> list[str]:
    """What to say when all that ran is right; `done` are its items, in roadmap order."""
    rubric = homework.rubric
    if len(done) == len(rubric.items):
        return [*HAND_IN]
    stubs = unwritten(homework, root)
    left = [item for item in rubric.items if item.number in stubs]
    if not done:  # the run was stopped
        return []
    if not left:
        return ["All written? Then run all checks:", "    python -m pytest"]
    later = (item for item in left if rubric.position[item.name] > rubric.position[done[-1].name])
    following = next(later, left[0])
    stage = done[-1].stage
    is_written = all(item.stage != stage for item in left)
    what = f"Stage {stage} ({rubric.stages[stage]})"
    right = {name for item in done for name in (item.name, *rubric.builds_on[item.name])}
    in_stage = {item.name for item in rubric.items if item.points and item.stage == stage}
    if is_written and not in_stage <= right:
        return [
            f"{what} has no stub left. Is all of it right?",
            f"    python -m pytest --item {stage}",
        ]
    found = f"{what} is right. " if is_written else ""
    return [
        f"{found}Next: {following.place}",
        f"    python -m pytest --item {following.number}",
    ]


def unwritten(homework: Homework, root: Path) -> set[str]:
    """Numbers of the items whose stub is still in the student's files."""
    files = [*(root / homework.package).glob("*.py"), *(root / name for name in homework.scripts)]
    texts = (f.read_text(encoding="utf-8", errors="replace") for f in files if f.is_file())
    return {number for text in texts for number in _STUB.findall(text)}
