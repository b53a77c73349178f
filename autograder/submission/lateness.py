"""How late a submission is, by what Gradescope says of it."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from pathlib import Path


def days_late(metadata: Path) -> int | None:
    """Days begun after the due date, by a submission_metadata.json; None where it does not tell.

    Gradescope puts a student's extension into that date.
    """
    try:
        facts = json.loads(metadata.read_text(encoding="utf-8"))
        due, at = facts["assignment"]["due_date"], facts["created_at"]
        late = _moment(at) - _moment(due) if due else timedelta()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return max(0, math.ceil(late / timedelta(days=1)))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.10 knows no Z
